/* mutate_test.c: thousands of damaged schemas, and schemas read with little
 * memory: each ends with a service or with messages whose places are in the
 * text. It is worth most under the sanitizers. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/report.h"
#include "base/source.h"
#include "bind/bind.h"
#include "schema_text.h"

enum { ROUNDS = 3000, ARENA_BYTES_MAX = 64 * 1024 * 1024 };

static uint64_t seed = 88172645463325252u;

static size_t pick(size_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return below == 0 ? 0 : (size_t)(seed % below);
}

struct text {
    char *bytes;
    size_t size;
};

static void replace(struct text *text, size_t at, size_t gone,
                    const char *bytes, size_t size)
{
    memmove(text->bytes + at + size, text->bytes + at + gone,
            text->size - at - gone);
    memcpy(text->bytes + at, bytes, size);
    text->size = text->size - gone + size;
}

static void insert_word(struct text *text)
{
    static const char *const words[] = {
        "{",       "}",
        "[",       "]",
        ":",       ": ",
        "?",       "- ",
        "\n",      "\t",
        "  ",      "\"",
        "'",       "&a ",
        "*a",      "|",
        "null",    "[]",
        "map<",    ">",
        "type",    "enum",
        "union",   "fields",
        "Task",    "Task[]",
        "int64",   "default",
        "name",    "wire",
        "\xc3",    "\xff",
        "\\u",     "\xe2\x80\xa8",
        "#",       ",",
        "json",    "params",
        "result",  "errors",
        "example", "-1",
        "1e999",   "types:",
        "rpc:",    "channel",
        "%",       "@",
    };
    const char *word = words[pick(sizeof words / sizeof words[0])];
    replace(text, pick(text->size + 1), 0, word, strlen(word));
}

static void copy_part(struct text *text)
{
    char part[64];
    size_t size = 1 + pick(sizeof part - 1);
    if (text->size < size) {
        return;
    }
    memcpy(part, text->bytes + pick(text->size - size + 1), size);
    replace(text, pick(text->size + 1), 0, part, size);
}

static void delete_part(struct text *text)
{
    size_t at = pick(text->size);
    size_t size = 1 + pick(24);
    size = size > text->size - at ? text->size - at : size;
    replace(text, at, size, "", 0);
}

static void mutate(struct text *text)
{
    for (size_t left = 1 + pick(4); left > 0; left--) {
        switch (pick(4)) {
        case 0:
            insert_word(text);
            break;
        case 1:
            copy_part(text);
            break;
        case 2:
            delete_part(text);
            break;
        default:
            if (text->size > 0) {
                text->bytes[pick(text->size)] = (char)pick(256);
            }
            break;
        }
    }
}

/* A place is in the text: its line is there, its column at most one behind. */
static bool is_inside(const struct place *place)
{
    if (place->line == 0) {
        return true;
    }
    bell_string line = source_line(place->source, place->line);
    return place->column >= 1 && place->column <= line.size + 2;
}

static void check_messages(const struct schema_text *schema)
{
    for (const struct diag *at = schema->diags.first; at != NULL;
         at = at->next) {
        CHECK(at->message.size != 0);
        CHECK(is_inside(&at->place));
        CHECK(at->second.source == NULL || is_inside(&at->second));
    }
}

static void run(const char *name, bell_string text, FILE *nowhere)
{
    struct schema_text schema;
    schema_check(&schema, name, text);
    CHECK(schema.service != NULL || schema.diags.count != 0);
    CHECK(schema.arena.taken < ARENA_BYTES_MAX);
    bool right = schema.diags.count == 0;
    if (right) {
        CHECK_INT(16, model_contract(schema.service, &schema.arena).size);
    }
    if (right ||
        (schema.service != NULL && schema.diags.count <= DIAG_KEPT_MAX &&
         model_mend(schema.service, schema.diags.first, &schema.arena))) {
        const bell_service *tables =
            bind_service(schema.service, &schema.arena);
        CHECK(tables != NULL);
        bind_check(schema.service, tables, &schema.diags);
    }
    check_messages(&schema);
    report_diags(&schema.diags, nowhere);
    schema_close(&schema);
}

static void run_mutations(const char *name, bell_string text, FILE *nowhere)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct text copy = {malloc(text.size + 1024), text.size};
        memcpy(copy.bytes, text.text, text.size);
        mutate(&copy);
        /* In a block of its own size, so that reading on is seen. */
        char *exact = malloc(copy.size != 0 ? copy.size : 1);
        memcpy(exact, copy.bytes, copy.size);
        run(name, (bell_string){exact, copy.size}, nowhere);
        free(exact);
        free(copy.bytes);
    }
}

/* An arena that ends at any point: a message or nothing, never a crash. */
static void run_short(const char *name, bell_string text)
{
    for (size_t limit = 1024; limit < 256 * 1024; limit += 1000) {
        struct bell__arena arena;
        struct diags diags;
        struct source source = {bell_str(name), text};
        bell__arena_open(&arena, &bell__memory_default, limit);
        diags_open(&diags, &arena);
        const struct node *document = read_source(&source, &arena, &diags);
        struct service *service =
            document != NULL ? model_build(document, &arena, &diags) : NULL;
        CHECK(document != NULL || diags.count != 0);
        if (service != NULL) {
            model_check(service, &arena, &diags);
        }
        CHECK(arena.taken <= limit);
        bell__arena_close(&arena);
    }
}

static const char json[] =
    "{\"bellpull\": 1, \"service\": \"tasks\", \"types\": {\n"
    " \"State\": {\"enum\": [\"open\", \"done\"], \"closed\": true},\n"
    " \"Task\": {\"fields\": {\"id\": \"int64\", \"state?\": \"State\",\n"
    "  \"parts\": \"Task[] | null\", \"n\": {\"type\": \"int32\", "
    "\"default\": -5}}},\n"
    " \"Event\": {\"union\": \"type\", \"variants\": {\"made\": \"Task\"}}},\n"
    " \"rpc\": {\"get\": {\"params\": {\"id\": \"int64\"}, \"result\": "
    "\"Task\",\n"
    "  \"errors\": {\"404\": \"none\"}, \"deadline\": \"30s\",\n"
    "  \"examples\": [{\"params\": {\"id\": 1}, \"error\": {\"code\": "
    "404}}]}},\n"
    " \"channels\": {\"c\": {\"channel\": \"t:{id}\", \"event\": "
    "\"Event\"}}}\n";

int main(void)
{
    struct bell__arena arena;
    char wrong[FILE_WRONG_MAX];
    bell_string yaml = {NULL, 0};
    bell_string everything = {NULL, 0};
    FILE *nowhere = fopen("/dev/null", "w");
    bell__arena_open(&arena, &bell__memory_default, 0);
    CHECK(file_read(TESTS_DIR "/../schemas/tasks.yaml", &arena, &yaml, wrong));
    CHECK(file_read(TESTS_DIR "/golden/good/check_everything/schema.yaml",
                    &arena, &everything, wrong));
    run("a.yaml", yaml, nowhere);
    run_mutations("a.yaml", everything, nowhere);
    run_mutations("a.yaml", yaml, nowhere);
    run_mutations("a.json", bell_str(json), nowhere);
    run_short("a.yaml", yaml);
    run_short("a.yaml", everything);
    run_short("a.json", bell_str(json));
    bell__arena_close(&arena);
    fclose(nowhere);
    return check_report();
}
