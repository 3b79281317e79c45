/* diag_test.c: messages are collected, sorted, counted and shown under their
 * lines; what could move the cursor is not. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/nearest.h"
#include "base/points.h"
#include "base/report.h"
#include "base/source.h"
#include "unit/check.h"

struct fixture {
    struct bell__arena arena;
    struct diags diags;
    struct source source;
};

static void open_fixture(struct fixture *fixture, const char *text)
{
    memset(fixture, 0, sizeof *fixture);
    bell__arena_open(&fixture->arena, &bell__memory_default, 0);
    diags_open(&fixture->diags, &fixture->arena);
    fixture->source.name = BELL_STR("a.yaml");
    fixture->source.text = bell_str(text);
}

static struct diag *add(struct fixture *fixture, uint32_t line, uint32_t column,
                        const char *message)
{
    struct place place = {&fixture->source, line, column, NULL};
    return diag_add(&fixture->diags, "E101", place, "%s", message);
}

static void check_report_of(struct fixture *fixture, const char *want)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    report_diags(&fixture->diags, out);
    fclose(out);
    check_text_at(want, strlen(want), text, size, __FILE__, __LINE__);
    free(text);
    bell__arena_close(&fixture->arena);
}

static void sort_by_place(void)
{
    struct fixture fixture;
    open_fixture(&fixture, "one: 1\ntwo: 2\n");
    add(&fixture, 2, 6, "later");
    struct diag *first = add(&fixture, 1, 1, "sooner");
    struct place second = {&fixture.source, 2, 1, NULL};
    diag_second(&fixture.diags, first, second, "see here");
    check_report_of(&fixture, "a.yaml:1:1: error[E101]: sooner\n"
                              "    1 | one: 1\n"
                              "      | ^\n"
                              "  a.yaml:2:1: see here\n"
                              "    2 | two: 2\n"
                              "      | ^\n"
                              "a.yaml:2:6: error[E101]: later\n"
                              "    2 | two: 2\n"
                              "      |      ^\n"
                              "bellpull: 2 errors\n");
}

static void show_hostile_lines(void)
{
    struct fixture fixture;
    open_fixture(&fixture, "a\t\x1b[31m\xc3\xb6\xff\xc2\x9b x\r\n");
    add(&fixture, 1, 8, "bad \x1b[0m");
    check_report_of(&fixture, "a.yaml:1:8: error[E101]: bad .[0m\n"
                              "    1 | a .[31m\xc3\xb6.. x\n"
                              "      |        ^\n");
}

static void cope_with_places_outside(void)
{
    struct fixture fixture;
    open_fixture(&fixture, "a");
    add(&fixture, 0, 0, "the whole file");
    add(&fixture, 1, 99, "behind the line");
    add(&fixture, 99, 1, "behind the file");
    check_report_of(&fixture, "a.yaml: error[E101]: the whole file\n"
                              "a.yaml:1:99: error[E101]: behind the line\n"
                              "    1 | a\n"
                              "      |  ^\n"
                              "a.yaml:99:1: error[E101]: behind the file\n"
                              "   99 |\n"
                              "      | ^\n"
                              "bellpull: 3 errors\n");
}

/* A million messages are counted, a thousand kept, twenty shown. */
static void count_many(void)
{
    struct fixture fixture;
    open_fixture(&fixture, "a");
    for (int i = 0; i < 1000000; i++) {
        struct diag *diag = add(&fixture, (uint32_t)i + 1, 1, "x");
        CHECK((diag != NULL) == (i < DIAG_KEPT_MAX));
    }
    CHECK_INT(1000000, fixture.diags.count);
    CHECK(fixture.arena.taken < 1024u * 1024);
    bell__arena_close(&fixture.arena);
}

/* What an alias repeats is said once; another word or place is another
 * mistake. */
static void count_once(void)
{
    struct fixture fixture;
    open_fixture(&fixture, "a");
    CHECK(add(&fixture, 1, 1, "x") != NULL);
    CHECK(add(&fixture, 1, 1, "x") == NULL);
    CHECK(add(&fixture, 1, 1, "y") != NULL);
    CHECK(add(&fixture, 1, 2, "x") != NULL);
    CHECK_INT(3, fixture.diags.count);
    bell__arena_close(&fixture.arena);
}

static void print_trails(void)
{
    char room[TRAIL_BYTES_MAX];
    struct trail root = {NULL, {NULL, 0}, 0};
    struct trail rpc = {&root, BELL_STR("rpc"), 0};
    struct trail item = {&rpc, {NULL, 0}, 7};
    struct trail key = {&item, BELL_STR("a"), 0};
    CHECK_TEXT("", trail_text(NULL, room));
    CHECK_TEXT("", trail_text(&root, room));
    CHECK_TEXT("rpc[7].a", trail_text(&key, room));
    char wide[1000];
    memset(wide, 'x', sizeof wide);
    struct trail large = {&rpc, {wide, sizeof wide}, 0};
    CHECK_INT(TRAIL_BYTES_MAX - 1, strlen(trail_text(&large, room)));
}

static void find_nearest(void)
{
    static const struct {
        const char *wanted, *name, *hint;
    } cases[] = {
        {"parms", "params", " (did you mean params?)"},
        {"Taks", "Task", " (did you mean Task?)"},
        {"dry_run", "dry-run", " (did you mean dry-run?)"},
        {"STRING", "string", " (did you mean string?)"},
        {"nothing", "string", ""},
        {"a", "b", ""},
        {"", "b", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nearest nearest;
        char room[NEAREST_BYTES_MAX];
        nearest_open(&nearest, bell_str(cases[i].wanted));
        nearest_offer(&nearest, bell_str(cases[i].name));
        CHECK_TEXT(cases[i].hint, nearest_hint(&nearest, room));
    }
}

static void place_offsets(void)
{
    struct source source = {BELL_STR("a"),
                            BELL_STR("\xef\xbb\xbf"
                                     "a\r\nb\rc\n\xe2\x82\xacx")};
    static const uint32_t want[][3] = {{0, 1, 1},  {1, 1, 2}, {3, 2, 1},
                                       {5, 3, 1},  {7, 4, 1}, {10, 4, 2},
                                       {11, 4, 3}, {99, 4, 3}};
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        struct place place = source_place(&source, want[i][0]);
        CHECK_INT(want[i][1], place.line);
        CHECK_INT(want[i][2], place.column);
    }
    CHECK_INT(2, utf8_wrong(BELL_STR("ab\xed\xa0\x80")));
    CHECK_INT(0, utf8_wrong(BELL_STR("\xc0\x80")));
    CHECK_INT(4, utf8_wrong(BELL_STR("\xf0\x9f\x98\x80")));
}

int main(void)
{
    setenv("NO_COLOR", "1", 1);
    sort_by_place();
    show_hostile_lines();
    cope_with_places_outside();
    count_many();
    count_once();
    print_trails();
    find_nearest();
    place_offsets();
    return check_report();
}
