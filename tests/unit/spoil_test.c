/* spoil_test.c: good answers made bad ones: which value, and what it becomes.
 * The table is the one of the schema's tasks. */
#include <tasks.h>

#include "base/memory.h"
#include "peer/spoil.h"
#include "unit/check.h"

static struct bell__buf out;

static const char *spoiled(const char *json, const bell_type *type,
                           enum bell__mishap_kind kind, const char *member,
                           uint64_t seed)
{
    out.size = 0;
    if (!bell__spoil(&out, bell_str(json), type, kind, member, &seed)) {
        CHECK_INT(0, out.size);
        return "(nothing)";
    }
    CHECK_INT(BELL_OK, bell__buf_append(&out, "", 1));
    return out.bytes;
}

static void test_types(void)
{
    static const struct {
        const char *json;
        const char *member;
        const char *want;
    } cases[] = {
        {"null", NULL, "(nothing)"},
        {"5", NULL, "\"of another type\""},
        {"true", NULL, "\"of another type\""},
        {"\"x\"", NULL, "true"},
        {"[]", NULL, "{}"},
        {" {} ", NULL, " [] "},
        {"{\"a\":1,\"b\":[{\"a\":null}]}", "a",
         "{\"a\":\"of another type\",\"b\":[{\"a\":null}]}"},
        {"{\"a\":1,\"b\":{\"c\":\"d\"}}", "c", "{\"a\":1,\"b\":{\"c\":true}}"},
        {"{\"a\":1}", "b", "(nothing)"},
        {"{\"a\":", NULL, "(nothing)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_TEXT(cases[i].want,
                   spoiled(cases[i].json, NULL, BELL__MISHAP_WRONG_TYPE,
                           cases[i].member, i));
    }
}

static const bell_type *result_of(const char *name)
{
    for (size_t i = 0; i < tasks_service.method_count; i++) {
        if (strcmp(tasks_service.methods[i].name, name) == 0) {
            return tasks_service.methods[i].result;
        }
    }
    return NULL;
}

static void test_variants(void)
{
    static const char list[] =
        "[{\"id\":2,\"title\":\"open\",\"state\":\"open\",\"owner\":null,"
        "\"details\":{\"state\":\"free\"}}]";
    const bell_type *type = result_of("tasks.list");
    CHECK(type != NULL);
    for (uint64_t seed = 0; seed < 20; seed++) {
        CHECK_TEXT(
            "[{\"id\":2,\"title\":\"open\",\"state\":\"nobody knows "
            "this\",\"owner\":null,\"details\":{\"state\":\"free\"}}]",
            spoiled(list, type, BELL__MISHAP_UNKNOWN_VARIANT, NULL, seed));
        /* What is free in form can be of any type. */
        const char *wrong =
            spoiled(list, type, BELL__MISHAP_WRONG_TYPE, NULL, seed);
        CHECK(strstr(wrong, "\"free\"") != NULL || strcmp(wrong, "{}") == 0 ||
              strcmp(wrong, "[[]]") == 0);
    }
    CHECK_TEXT("(nothing)",
               spoiled("{\"total\":1}", result_of("tasks.get_stats"),
                       BELL__MISHAP_UNKNOWN_VARIANT, NULL, 1));
    CHECK_TEXT("(nothing)", spoiled("{\"a\":\"b\"}", NULL,
                                    BELL__MISHAP_UNKNOWN_VARIANT, NULL, 1));
    CHECK_TEXT(
        "{\"a\":\"nobody knows this\"}",
        spoiled("{\"a\":\"b\"}", NULL, BELL__MISHAP_UNKNOWN_VARIANT, "a", 1));
}

/* A union's tag, inside and beside it. */
static void test_unions(void)
{
    static const char done[] = "{\"type\":\"task_done\",\"id\":1,\"by\":\"x\"}";
    static const char made[] =
        "{\"type\":\"task_created\",\"task\":{\"id\":1,\"state\":\"done\"}}";
    const bell_type *type = NULL;
    for (size_t i = 0; i < tasks_service.channel_count; i++) {
        type = tasks_service.channels[i].event;
    }
    if (type == NULL) {
        return;
    }
    CHECK_TEXT("{\"type\":\"nobody knows this\",\"id\":1,\"by\":\"x\"}",
               spoiled(done, type, BELL__MISHAP_UNKNOWN_VARIANT, NULL, 1));
    CHECK_TEXT("{\"type\":\"task_created\",\"task\":{\"id\":1,\"state\":"
               "\"nobody knows this\"}}",
               spoiled(made, type, BELL__MISHAP_UNKNOWN_VARIANT, "state", 1));
}

int main(void)
{
    bell__buf_open(&out, &bell__memory_default, 0);
    test_types();
    test_variants();
    test_unions();
    bell__buf_close(&out);
    return check_report();
}
