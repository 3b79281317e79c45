/* names_test.c: words and cases of names, and which of them are free. */
#include "unit/check.h"

#include "base/memory.h"
#include "base/words.h"
#include "view/names.h"

static struct bell__arena arena;

static const struct fact {
    const char *name;
    const char *snake;
    const char *pascal;
} facts[] = {
    {"get_stats", "get_stats", "GetStats"},
    {"tasks.getStats", "tasks_get_stats", "TasksGetStats"},
    {"HTTPServer2Go", "http_server2_go", "HttpServer2Go"},
    {"userID", "user_id", "UserId"},
    {"already-kebab", "already_kebab", "AlreadyKebab"},
    {"9lives", "n9lives", "N9lives"},
    {"__x__", "x", "X"},
    {"a  b", "a_b", "AB"},
    {"ABC", "abc", "Abc"},
    {"aB", "a_b", "AB"},
    {"na\xc3\xafve", "nau00efve", "Nau00efve"},
    {"\xf0\x9f\x94\x94", "u01f514", "U01f514"},
    {"", "n", "N"},
    {"...", "n", "N"},
};

static void check_words(void)
{
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        bell_string name = bell_str(facts[i].name);
        CHECK_TEXT(facts[i].snake, words_join(name, CASE_SNAKE, &arena).text);
        CHECK_TEXT(facts[i].pascal, words_join(name, CASE_PASCAL, &arena).text);
    }
    bell_string name = BELL_STR("get_stats_2");
    CHECK_TEXT("getStats2", words_join(name, CASE_CAMEL, &arena).text);
    CHECK_TEXT("GET_STATS_2", words_join(name, CASE_UPPER, &arena).text);
}

/* One claim: the macro would make two of it. */
static void wants(const char *want, struct names *names, uint32_t scope,
                  const char *wanted, const char *mend)
{
    bell_string kept = bell__arena_copy(&arena, bell_str(wanted));
    bell_string got = names_claim(names, scope, kept, mend);
    CHECK_BYTES(want, got.text, got.size);
}

static void check_claims(void)
{
    struct lang lang = {.name = BELL_STR("x")};
    struct names names;
    index_open(&lang.reserved, &arena, 1);
    index_add(&lang.reserved, BELL_STR("int"), &lang);
    index_sort(&lang.reserved);
    names_open(&names, &lang, &arena);
    wants("a", &names, 0, "a", NULL);
    wants("a_", &names, 0, "a", NULL);
    wants("a__", &names, 0, "a", NULL);
    wants("a", &names, 1, "a", NULL);
    wants("int_", &names, 1, "int", NULL);
    wants("a_type", &names, 0, "a", "_type");
    wants("b", &names, 0, "b", "_type");
    for (int i = 0; i < 5000; i++) {
        char text[16];
        snprintf(text, sizeof text, "n%d", i);
        wants(text, &names, 0, text, NULL);
    }
    wants("n4999_", &names, 0, "n4999", NULL);
}

/* What is reserved in the file is free among methods and members where the
 * language has them apart. */
static void check_places(void)
{
    struct lang lang = {.methods_apart = true, .members_apart = true};
    struct names names;
    index_open(&lang.reserved, &arena, 1);
    index_add(&lang.reserved, BELL_STR("int"), &lang);
    index_sort(&lang.reserved);
    index_open(&lang.reserved_methods, &arena, 1);
    index_add(&lang.reserved_methods, BELL_STR("close"), &lang);
    index_sort(&lang.reserved_methods);
    index_open(&lang.reserved_members, &arena, 1);
    index_add(&lang.reserved_members, BELL_STR("string"), &lang);
    index_sort(&lang.reserved_members);
    names_open(&names, &lang, &arena);
    wants("int_", &names, 0, "int", NULL);
    wants("close", &names, 0, "close", NULL);
    wants("int", &names, SCOPE_METHODS, "int", NULL);
    wants("close_", &names, SCOPE_METHODS, "close", NULL);
    wants("int", &names, 7, "int", NULL);
    wants("close", &names, 7, "close", NULL);
    wants("string_", &names, 7, "string", NULL);
    lang.methods_apart = false;
    lang.members_apart = false;
    wants("int_", &names, SCOPE_METHODS, "int", NULL);
    wants("int_", &names, 8, "int", NULL);
}

int main(void)
{
    bell__arena_open(&arena, &bell__memory_default, 0);
    check_words();
    check_claims();
    check_places();
    bell__arena_close(&arena);
    return check_report();
}
