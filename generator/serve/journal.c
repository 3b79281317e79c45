/* journal.c: calls written down, and compared. */
#include "serve/journal.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "base/tame.h"
#include "base/utf8.h"
#include "serve/same.h"
#include "json/members.h"
#include "json/write.h"

enum { SHOWN_BYTES_MAX = 400, DEPTH_MAX = 1024 };

struct journal_wanted {
    bell_string method; /* with its quotes */
    bell_string params; /* empty: any */
    int line;
    struct journal_wanted *next;
};

void journal_open(struct journal *journal)
{
    memset(journal, 0, sizeof *journal);
    bell__buf_open(&journal->line, &bell__memory_default, 0);
}

bool journal_record(struct journal *journal, const char *path)
{
    journal->path = path;
    journal->record = fopen(path, "w");
    if (journal->record == NULL) {
        fprintf(stderr, "bellpull: cannot write %s: %s\n", path,
                strerror(errno));
        return false;
    }
    setvbuf(journal->record, NULL, _IOLBF, 0);
    return true;
}

/* ---- What is expected ---------------------------------------------------- */

static bool read_wanted(struct journal_wanted *wanted, bell_string line)
{
    const struct bell__part parts[] = {
        {"method", &wanted->method}, {"params", &wanted->params}, {NULL, NULL}};
    return bell__json_take_apart(line, parts) && wanted->method.size >= 2 &&
           wanted->method.text[0] == '"';
}

bool journal_expect(struct journal *journal, bell_string text, const char *path,
                    struct bell__arena *arena)
{
    struct journal_wanted **end = &journal->wanted;
    int number = 0;
    journal->expects = true;
    while (text.size != 0) {
        const char *stop = memchr(text.text, '\n', text.size);
        size_t size = stop != NULL ? (size_t)(stop - text.text) : text.size;
        bell_string line = {text.text, size};
        size += stop != NULL ? 1 : 0;
        text.text += size;
        text.size -= size;
        number++;
        if (line.size == 0 || line.text[0] == '\r') {
            continue;
        }
        struct journal_wanted *wanted = bell__arena_take(arena, sizeof *wanted);
        if (wanted == NULL) {
            fprintf(stderr, "bellpull: out of memory\n");
            return false;
        }
        memset(wanted, 0, sizeof *wanted);
        wanted->line = number;
        if (!read_wanted(wanted, line)) {
            fprintf(stderr,
                    "bellpull: %s:%d: a line is an object with a method, such "
                    "as {\"method\":\"tasks.list\",\"params\":{}}\n",
                    path, number);
            return false;
        }
        *end = wanted;
        end = &wanted->next;
    }
    return true;
}

static bool is_wanted(const struct journal_wanted *wanted,
                      const struct journal_call *call)
{
    bell_string params = call->params.size != 0 ? call->params : BELL_STR("{}");
    bell_string name = {wanted->method.text + 1, wanted->method.size - 2};
    return same_text(name, call->method) &&
           (wanted->params.size == 0 || same_json(wanted->params, params));
}

static const char *shown(bell_string text, char room[SHOWN_BYTES_MAX])
{
    size_t size = bell__cut(text, SHOWN_BYTES_MAX - 1);
    snprintf(room, SHOWN_BYTES_MAX, "%.*s", (int)size,
             size != 0 ? text.text : "");
    bell__tame(room);
    return room;
}

static void tell(const struct journal *journal,
                 const struct journal_wanted *wanted,
                 const struct journal_call *call)
{
    char name[SHOWN_BYTES_MAX];
    char params[SHOWN_BYTES_MAX];
    char want[SHOWN_BYTES_MAX];
    char with[SHOWN_BYTES_MAX];
    fprintf(stderr, "bellpull: call %zu is not the expected one: %s %s",
            journal->count, shown(call->method, name),
            shown(call->params, params));
    if (wanted == NULL) {
        fprintf(stderr, "; no more were expected\n");
        return;
    }
    fprintf(stderr, "; expected was %s %s\n", shown(wanted->method, want),
            shown(wanted->params, with));
}

static void compare(struct journal *journal, const struct journal_call *call)
{
    struct journal_wanted *wanted = journal->wanted;
    if (journal->differs) {
        return; /* what follows from the first is no news */
    }
    if (wanted != NULL && is_wanted(wanted, call)) {
        journal->wanted = wanted->next;
        return;
    }
    journal->differs = true;
    tell(journal, wanted, call);
}

/* ---- What is written down ------------------------------------------------ */

static bool is_json(bell_string text)
{
    struct bell__json json;
    bell__json_open(&json, text, DEPTH_MAX);
    return bell__json_skip(&json, NULL) && bell__json_done(&json);
}

/* JSON without white space, so that it stays on its line; what is none, as a
 * text of what of it is UTF-8. */
static void add_value(struct bell__buf *out, bell_string json)
{
    if (!is_json(json)) {
        bell_status before = out->failed;
        bell__json_add_string(out, json);
        if (before == BELL_OK && out->failed == BELL_INVALID) {
            bell__buf_settle(out);
            bell__buf_add_text(out, "\"(no UTF-8)\"");
        }
        return;
    }
    bool quoted = false;
    for (size_t i = 0; i < json.size; i++) {
        char byte = json.text[i];
        if (!quoted && bell__str_is_blank(byte)) {
            continue;
        }
        bell__buf_add(out, &byte, 1);
        if (quoted && byte == '\\' && i + 1 < json.size) {
            bell__buf_add(out, &json.text[++i], 1);
        } else if (byte == '"') {
            quoted = !quoted;
        }
    }
}

static void add_outcome(struct bell__buf *out,
                        const struct bell__outcome *outcome)
{
    if (!outcome->refused) {
        bell__buf_add_text(out, ",\"result\":");
        add_value(out,
                  outcome->data.size != 0 ? outcome->data : BELL_STR("null"));
        return;
    }
    bell__buf_add_text(out, ",\"error\":{\"code\":");
    bell__json_add_int64(out, outcome->code);
    bell__buf_add_text(out, ",\"message\":");
    bell__json_add_string(out, outcome->message);
    bell__buf_add_text(out, "}");
}

static void write_line(struct journal *journal, const struct journal_call *call)
{
    struct bell__buf *out = &journal->line;
    out->size = 0;
    bell__buf_add_text(out, "{");
    if (call->client != 0) {
        bell__buf_add_text(out, "\"client\":");
        bell__json_add_int64(out, (int64_t)call->client);
        bell__buf_add_text(out, ",");
    }
    bell__buf_add_text(out, "\"method\":");
    bell_string name = {call->method.text,
                        bell__utf8_good(call->method.text, call->method.size)};
    bell__json_add_string(out, name);
    bell__buf_add_text(out, ",\"params\":");
    add_value(out, call->params.size != 0 ? call->params : BELL_STR("{}"));
    add_outcome(out, call->outcome);
    if (call->mishap != NULL) {
        bell__buf_add_text(out, ",\"fault\":\"");
        bell__buf_add_text(out, bell__mishap_name(call->mishap->kind));
        bell__buf_add_text(out, "\"");
    }
    bell__buf_add_text(out, "}\n");
    if (bell__buf_settle(out) != BELL_OK ||
        fwrite(out->bytes, 1, out->size, journal->record) != out->size ||
        fflush(journal->record) != 0) {
        fprintf(stderr, "bellpull: cannot write %s: %s\n", journal->path,
                strerror(errno));
        journal->broken = true;
    }
}

void journal_note(struct journal *journal, const struct journal_call *call)
{
    journal->count++;
    if (journal->expects) {
        compare(journal, call);
    }
    if (journal->record != NULL && !journal->broken) {
        write_line(journal, call);
    }
}

bool journal_close(struct journal *journal)
{
    const struct journal_wanted *wanted = journal->wanted;
    bool good = !journal->differs && wanted == NULL;
    if (!journal->differs && wanted != NULL) {
        char want[SHOWN_BYTES_MAX];
        char with[SHOWN_BYTES_MAX];
        fprintf(stderr, "bellpull: a call never came: %s %s\n",
                shown(wanted->method, want), shown(wanted->params, with));
    }
    if (journal->record != NULL && fclose(journal->record) != 0 &&
        !journal->broken) {
        fprintf(stderr, "bellpull: cannot write %s: %s\n", journal->path,
                strerror(errno));
        journal->broken = true;
    }
    journal->record = NULL;
    bell__buf_close(&journal->line);
    return good;
}
