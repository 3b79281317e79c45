/* transcripts.c: runs transcripts against a session, see README.md.
 *
 *   transcripts [--must-fail] FILE... */
#include "transcripts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/inside.h" /* `next` sets what only years would */

static void want_text(struct stage *stage, const char *want, const char *got)
{
    if (strcmp(want, got) != 0) {
        complain(stage, want, got);
    }
}

/* The next word of a line, cut off; NULL where there is none. */
static char *word(char **line)
{
    char *start = *line + strspn(*line, " ");
    if (*start == '\0') {
        return NULL;
    }
    char *end = start + strcspn(start, " ");
    *line = *end == '\0' ? end : end + 1;
    *end = '\0';
    return start;
}

static char *must_word(struct stage *stage, char **line)
{
    static char empty[1];
    char *found = word(line);
    if (found == NULL) {
        complain(stage, "another word", "the end of the line");
        return empty;
    }
    return found;
}

static int64_t number(const char *text)
{
    return strtoll(text, NULL, 10);
}

/* `\n` becomes a newline, `\?` a byte that is in no UTF-8, in place. */
static void unescape(char *text)
{
    char *to = text;
    for (; *text != '\0'; text++) {
        if (text[0] == '\\' && text[1] == 'n') {
            *to++ = '\n';
            text++;
        } else if (text[0] == '\\' && text[1] == '?') {
            *to++ = '\xff';
            text++;
        } else {
            *to++ = *text;
        }
    }
    *to = '\0';
}

/* ---- The stage -------------------------------------------------------------
 */

static void take_frames(struct stage *stage)
{
    struct bell__outbox *outbox = bell__session_outbox(stage->session);
    if (stage->held || !stage->up) {
        return;
    }
    for (size_t i = 0; i < outbox->count && stage->sent_count < SENT_MAX; i++) {
        size_t size = outbox->spans[i].size;
        char *copy = calloc(1, size + 1);
        memcpy(copy, outbox->bytes.bytes + outbox->spans[i].offset, size);
        stage->sent[stage->sent_count++] = copy;
        stage->taken++;
    }
    bell__outbox_clear(outbox);
    if (!stage->stuck) {
        bell__session_written(stage->session, stage->taken);
    }
}

static void note_end(struct stage *stage,
                     const struct bell__completion *completion)
{
    if (stage->ended_count == ENDED_MAX) {
        complain(stage, "fewer ended calls", "too many");
        return;
    }
    struct ended *ended = &stage->ended[stage->ended_count++];
    const struct call *call = completion->context;
    char payload[PAYLOAD_MAX];
    snprintf(payload, sizeof payload, "%.*s", (int)completion->payload.size,
             completion->payload.size == 0 ? "" : completion->payload.text);
    snprintf(ended->name, sizeof ended->name, "%s", call->name);
    if (completion->status == BELL_OK) {
        snprintf(ended->text, sizeof ended->text, "ok %s",
                 completion->payload.size == 0 ? "-" : payload);
        return;
    }
    const bell_error *error = &completion->error;
    snprintf(ended->text, sizeof ended->text, "%s %d %" PRId32 "%s %s",
             bell_status_name(completion->status), (int)error->origin,
             error->code, error->temporary ? " temporary" : "",
             error->sent == BELL_SENT_NO ? "unsent" : "sent");
    if (error->message[0] == '\0' || error->call != completion->call ||
        strcmp(error->method, completion->method->name) != 0) {
        complain(stage, "an error that names its call", ended->text);
    }
}

static void collect(struct stage *stage)
{
    struct bell__completion completion;
    while (bell__session_next(stage->session, &completion)) {
        note_end(stage, &completion);
    }
}

/* What a client does at the end of each turn. */
static void settle(struct stage *stage)
{
    struct bell__session_news news;
    collect(stage);
    bool told = bell__session_news(stage->session, &news);
    stage->due |= told && news.token_due;
    if (told && news.drop_line) {
        stage->dropped = true;
        stage->drop_code = news.drop_code;
        stage->up = false;
        stage->taken = 0;
    }
    take_frames(stage);
}

/* ---- Lines -----------------------------------------------------------------
 */

static struct call *new_call(struct stage *stage, const char *name,
                             const char *method)
{
    if (stage->call_count == CALLS_MAX) {
        complain(stage, "fewer calls", "too many");
        return NULL;
    }
    struct call *call = &stage->calls[stage->call_count++];
    snprintf(call->name, sizeof call->name, "%s", name);
    snprintf(call->wire, sizeof call->wire, "%s", method);
    snprintf(call->json, sizeof call->json, "\"%s\"", method);
    call->method = (bell_method){
        .name = call->wire,
        .json = call->json,
        .name_size = (uint16_t)strlen(call->wire),
        .json_size = (uint16_t)strlen(call->json),
    };
    return call;
}

/* CALL: `X METHOD PARAMS`, then the options. */
static bell_status begin(struct stage *stage, char *line, struct call **call,
                         char **rest)
{
    const char *name = must_word(stage, &line);
    const char *method = must_word(stage, &line);
    char *params = must_word(stage, &line);
    *call = new_call(stage, name, method);
    *rest = line;
    if (*call == NULL) {
        return BELL_NO_MEMORY;
    }
    struct bell__order order = {
        .method = &(*call)->method, .context = *call, .deadline = INT64_MAX};
    const char *deadline = strstr(line, "deadline=");
    if (deadline != NULL) {
        order.deadline = stage->now + number(deadline + strlen("deadline="));
    }
    order.fail_fast = strstr(line, "fast") != NULL;
    bell_error error = {.status = BELL_OK};
    struct bell__buf *out =
        bell__session_begin(stage->session, &order, stage->now, &error);
    if (out == NULL) {
        return error.status;
    }
    /* xN stands for a text of N letters. */
    if (params[0] == 'x') {
        size_t size = strtoul(params + 1, NULL, 10);
        char *text = calloc(1, size + 3);
        memset(text, 'x', size + 2);
        text[0] = '"';
        text[size + 1] = '"';
        bell__buf_append(out, text, size + 2);
        free(text);
    } else {
        bell__buf_append(out, params, strlen(params));
    }
    return bell__session_commit(stage->session, &(*call)->number, &error);
}

static void do_call(struct stage *stage, char *line)
{
    struct call *call = NULL;
    char *rest = NULL;
    bell_status status = begin(stage, line, &call, &rest);
    want_text(stage, "ok", bell_status_name(status));
}

static void do_refused(struct stage *stage, char *line)
{
    struct call *call = NULL;
    char *rest = NULL;
    bell_status status = begin(stage, line, &call, &rest);
    const char *want = must_word(stage, &rest);
    want_text(stage, want, bell_status_name(status));
}

static void do_cancel(struct stage *stage, char *line)
{
    for (size_t i = 0; i < stage->call_count; i++) {
        if (strcmp(stage->calls[i].name, line) == 0) {
            bell__session_cancel(stage->session, stage->calls[i].number);
        }
    }
}

static void do_open(struct stage *stage, char *line)
{
    (void)line;
    if (!bell__session_wants_line(stage->session, stage->now)) {
        complain(stage, "a line is wanted", "none is");
        return;
    }
    bell__session_opening(stage->session, stage->now);
    stage->up = true;
    stage->taken = 0;
    bell__session_opened(stage->session, stage->now);
}

static void do_frame(struct stage *stage, char *line)
{
    unescape(line);
    char *copy = strdup(line); /* sanitizers see where it ends */
    struct bell__frame frame = {.bytes = copy, .size = strlen(copy)};
    bell__session_feed(stage->session, &frame, stage->now);
    collect(stage);
    free(copy);
}

static void end_line(struct stage *stage, int32_t code, const char *text)
{
    struct bell__line_end end = {code, 0, ""};
    snprintf(end.text, sizeof end.text, "%s", text);
    stage->up = false;
    stage->held = false;
    stage->stuck = false;
    bell__session_lost(stage->session, &end, stage->now);
    stage->taken = 0;
}

static void do_lost(struct stage *stage, char *line)
{
    end_line(stage, 0, line);
}

static void do_close(struct stage *stage, char *line)
{
    int32_t code = (int32_t)number(must_word(stage, &line));
    end_line(stage, code, line);
}

static void do_at(struct stage *stage, char *line)
{
    stage->now = number(line);
    bell__session_tick(stage->session, stage->now);
}

static void do_sent(struct stage *stage, char *line)
{
    unescape(line);
    if (stage->sent_seen == stage->sent_count) {
        complain(stage, line, "no frame left");
        return;
    }
    want_text(stage, line, stage->sent[stage->sent_seen++]);
}

static void do_quiet(struct stage *stage, char *line)
{
    (void)line;
    if (stage->sent_seen != stage->sent_count) {
        complain(stage, "no more frames", stage->sent[stage->sent_seen]);
    }
}

static void do_done(struct stage *stage, char *line)
{
    if (stage->ended_seen == stage->ended_count) {
        complain(stage, line, "no call ended");
        return;
    }
    const struct ended *ended = &stage->ended[stage->ended_seen++];
    char got[PAYLOAD_MAX + 2 * NAME_MAX_BYTES];
    snprintf(got, sizeof got, "%s %s", ended->name, ended->text);
    want_text(stage, line, got);
}

static void do_none(struct stage *stage, char *line)
{
    (void)line;
    if (stage->ended_seen != stage->ended_count) {
        complain(stage, "no call ended", stage->ended[stage->ended_seen].text);
    }
}

static void do_state(struct stage *stage, char *line)
{
    static const char *const names[] = {"waiting", "opening",  "greeting",
                                        "ready",   "terminal", "closed"};
    want_text(stage, line, names[bell__session_state(stage->session)]);
}

static void do_wanted(struct stage *stage, char *line)
{
    int64_t at = number(line);
    if (!bell__session_wants_line(stage->session, at) ||
        bell__session_wants_line(stage->session, at - 1)) {
        complain(stage, line, "at another time");
    }
}

static void do_ignored(struct stage *stage, char *line)
{
    /* The count comes with the news; a warning-free session has none. */
    char got[32];
    snprintf(got, sizeof got, "%" PRIu64,
             bell__session_ignored(stage->session));
    want_text(stage, line, got);
}

static void do_dropped(struct stage *stage, char *line)
{
    char got[16] = "the line stays";
    if (stage->dropped) {
        snprintf(got, sizeof got, "%d", stage->drop_code);
    }
    want_text(stage, *line != '\0' ? line : "0", got);
    stage->dropped = false;
}

static void do_due(struct stage *stage, char *line)
{
    (void)line;
    if (!stage->due) {
        complain(stage, "a token is due", "none is");
    }
    stage->due = false;
}

static void do_renew(struct stage *stage, char *line)
{
    if (stage->protocol->ops->token(stage->protocol, line) != BELL_OK) {
        complain(stage, "a new token", "no memory");
    }
    bell__session_token_taken(stage->session);
    bell__session_renew(stage->session, stage->now);
}

static void do_spent(struct stage *stage, char *line)
{
    (void)line;
    if (!bell__session_token_spent(stage->session, stage->now)) {
        complain(stage, "the token's time has passed", "it has not");
    }
}

static void do_fresh(struct stage *stage, char *line)
{
    (void)line;
    if (bell__session_token_spent(stage->session, stage->now)) {
        complain(stage, "the token's time has not passed", "it has");
    }
}

static void do_hold(struct stage *stage, char *line)
{
    (void)line;
    stage->held = true;
}

static void do_release(struct stage *stage, char *line)
{
    (void)line;
    stage->held = false;
}

static void do_stuck(struct stage *stage, char *line)
{
    (void)line;
    stage->stuck = true;
}

static void do_unstuck(struct stage *stage, char *line)
{
    (void)line;
    stage->stuck = false;
}

static void do_shut(struct stage *stage, char *line)
{
    (void)line;
    bell__session_shut(stage->session);
}

static void do_next(struct stage *stage, char *line)
{
    stage->session->table.last = (bell_call)number(line) - 1;
}

static void do_random(struct stage *stage, char *line)
{
    stage->random = strtoull(line, NULL, 10);
}

static const struct {
    const char *name;
    void (*run)(struct stage *stage, char *line);
} verbs[] = {
    {"at", do_at},           {"next", do_next},       {"random", do_random},
    {"call", do_call},       {"refused", do_refused}, {"cancel", do_cancel},
    {"open", do_open},       {"frame", do_frame},     {"lost", do_lost},
    {"close", do_close},     {"hold", do_hold},       {"release", do_release},
    {"stuck", do_stuck},     {"unstuck", do_unstuck}, {"shut", do_shut},
    {"sent", do_sent},       {"quiet", do_quiet},     {"done", do_done},
    {"none", do_none},       {"state", do_state},     {"wanted", do_wanted},
    {"dropped", do_dropped}, {"ignored", do_ignored}, {"due", do_due},
    {"renew", do_renew},     {"spent", do_spent},     {"fresh", do_fresh},
};

static void set_limit(struct stage *stage, char *line)
{
    const char *name = must_word(stage, &line);
    size_t value = strtoul(line, NULL, 10);
    if (strcmp(name, "request") == 0) {
        stage->request_bytes_max = value;
    } else if (strcmp(name, "queue") == 0) {
        stage->queue_bytes_max = value;
    } else if (strcmp(name, "calls") == 0) {
        stage->calls_max = (uint32_t)value;
    } else if (strcmp(name, "renews") == 0) {
        stage->renews = value != 0;
    } else if (strcmp(name, "channel") == 0) {
        stage->channel = value != 0;
    } else {
        complain(stage, "request, queue, calls, renews or channel", name);
    }
}

static void run_line(struct stage *stage, char *line)
{
    const char *verb = must_word(stage, &line);
    if (strcmp(verb, "limit") == 0) {
        set_limit(stage, line);
        return;
    }
    if (stage->session == NULL && make_session(stage) != BELL_OK) {
        complain(stage, "a session", "no memory");
        return;
    }
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verb, verbs[i].name) == 0) {
            verbs[i].run(stage, line);
            settle(stage);
            return;
        }
    }
    complain(stage, "a verb of README.md", verb);
}

/* ---- Files -----------------------------------------------------------------
 */

static void open_stage(struct stage *stage, const char *file, const char *name,
                       bool quiet)
{
    memset(stage, 0, sizeof *stage);
    stage->file = file;
    stage->quiet = quiet;
    snprintf(stage->name, sizeof stage->name, "%.100s", name);
    stage->request_bytes_max = 65536;
    stage->queue_bytes_max = 1 << 20;
    stage->calls_max = 1000;
}

/* True where it held. */
static bool close_stage(struct stage *stage)
{
    if (stage->due) {
        complain(stage, "no token is due", "one is");
    }
    if (stage->session != NULL) {
        do_quiet(stage, NULL);
        do_none(stage, NULL);
    }
    bell__session_free(stage->session);
    bell__protocol_free(stage->protocol);
    for (size_t i = 0; i < stage->sent_count; i++) {
        free(stage->sent[i]);
    }
    return !stage->failed;
}

struct counts {
    int passed;
    int failed;
};

static void end_transcript(struct stage *stage, struct counts *counts)
{
    if (stage->name[0] == '\0') {
        return;
    }
    if (close_stage(stage)) {
        counts->passed++;
    } else {
        counts->failed++;
    }
}

static bool run_file(const char *path, bool quiet, struct counts *counts)
{
    static struct stage stage;
    static char line[LINE_MAX_BYTES];
    FILE *file = fopen(path, "r");
    int count = 0;
    if (file == NULL) {
        perror(path);
        return false;
    }
    open_stage(&stage, path, "", quiet);
    while (fgets(line, sizeof line, file) != NULL) {
        count++;
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "## ", 3) == 0) {
            end_transcript(&stage, counts);
            open_stage(&stage, path, line + 3, quiet);
        } else if (line[0] != '\0' && line[0] != '#') {
            stage.line = count;
            run_line(&stage, line);
        }
    }
    end_transcript(&stage, counts);
    fclose(file);
    return true;
}

int main(int count, char **arguments)
{
    struct counts counts = {0, 0};
    bool inverted = count > 1 && strcmp(arguments[1], "--must-fail") == 0;
    for (int i = inverted ? 2 : 1; i < count; i++) {
        if (!run_file(arguments[i], inverted, &counts)) {
            return 2;
        }
    }
    if (inverted) {
        printf("%d failed as they must, %d held\n", counts.failed,
               counts.passed);
        return counts.passed == 0 && counts.failed > 0 ? 0 : 1;
    }
    printf("%d passed, %d failed\n", counts.passed, counts.failed);
    return counts.failed == 0 && counts.passed > 0 ? 0 : 1;
}
