/* invent_test.c: what the mock invents is a value of its type, within every
 * constraint, whatever is drawn. */
#include "schema_text.h"

#include "base/buf.h"
#include "base/file.h"
#include "bind/bind.h"
#include "record/codec.h"
#include "serve/invent.h"

enum { DRAWS = 300 };

static void fits(const bell_type *type, uint64_t *seed)
{
    static const struct bell__codec_limits limits = {
        .depth_max = 64, .items_max = 1024 * 1024, .rules = true};
    struct bell__buf json;
    struct bell__arena arena;
    bell_error error = {.message = ""};
    bell__buf_open(&json, &bell__memory_default, 0);
    bell__arena_open(&arena, &bell__memory_default, 0);
    CHECK_INT(BELL_OK, invent_value(&json, type, seed));
    void *value = bell__arena_take(&arena, type->size);
    bell_string text = {json.bytes, json.size};
    CHECK(value != NULL);
    if (value != NULL) {
        bell_status status =
            bell__decode(text, type, value, &arena, &limits, "", &error);
        check_count(status == BELL_OK, type->name, 0, error.message);
        json.size = 0;
        status = status == BELL_OK
                     ? bell__encode(&json, type, value, &limits, &error)
                     : status;
        check_count(status == BELL_OK, type->name, 1, error.message);
    }
    bell__arena_close(&arena);
    bell__buf_close(&json);
}

static void all_types(const char *path)
{
    struct schema_text schema;
    struct bell__arena arena;
    char wrong[FILE_WRONG_MAX];
    bell_string text = {NULL, 0};
    uint64_t seed = 1;
    bell__arena_open(&arena, &bell__memory_default, 0);
    CHECK(file_read(path, &arena, &text, wrong));
    schema_check(&schema, "t.yaml", text);
    CHECK_TEXT("", schema.said);
    const bell_service *bound = bind_service(schema.service, &arena);
    CHECK(bound != NULL);
    for (int i = 0; bound != NULL && i < DRAWS; i++) {
        for (size_t k = 0; k < bound->method_count; k++) {
            if (bound->methods[k].params != NULL) {
                fits(bound->methods[k].params, &seed);
            }
            if (bound->methods[k].result != NULL) {
                fits(bound->methods[k].result, &seed);
            }
        }
    }
    bell__arena_close(&arena);
    bell__arena_close(&schema.arena);
}

int main(void)
{
    all_types(TESTS_DIR "/golden/good/types/schema.yaml");
    all_types(TESTS_DIR "/golden/good/kinds/schema.yaml");
    all_types(TESTS_DIR "/../schemas/tasks.yaml");
    return check_report();
}
