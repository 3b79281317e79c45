/* mishap_test.c: what goes wrong on demand: its words, its draws, and what
 * becomes of messages. Bad words first. */
#include "base/memory.h"
#include "peer/outlet.h"
#include "unit/check.h"
#include "unit/counter.h"

static struct bell__mishaps mishaps;

static void start(uint64_t seed)
{
    bell__mishaps_close(&mishaps);
    bell__mishaps_open(&mishaps, &bell__memory_default, seed);
}

static bell_status add(const char *words)
{
    bell_error error;
    bell_status status = bell__mishaps_add(&mishaps, bell_str(words), &error);
    if (status != BELL_OK) {
        CHECK(error.message[0] != '\0');
    }
    return status;
}

static void test_bad(void)
{
    static const char *const words[] = {
        "",
        "nothing",
        "errors",
        "error:5:no UTF-8 \xff",
        "close:4000:half of one \xc3",
        "error:",
        "error:x",
        "error:0",
        "error:404x",
        "error:99999999999",
        "close:999",
        "close:5000",
        "late:5",
        "late:s",
        "late:-1s",
        "late:1day",
        "late:999999999999999999s",
        "silent:1",
        "drop:",
        "duplicate:1",
        "duplicate:2:3",
        "reorder:0",
        "wrong-type:",
        "burst:1",
        "cut-frame:0",
        "silent@",
        "silent@0",
        "silent@x",
        "silent@5x",
        "silent@101%",
        "silent@0%",
        "silent@1.23456%",
        "silent@4294967295",
        "=silent",
        "a=",
        "a=b",
    };
    start(1);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        CHECK_INT(BELL_INVALID, add(words[i]));
    }
    CHECK(bell__mishaps_draw(&mishaps, BELL_STR("a"), true) == NULL);
}

static void test_words(void)
{
    static const struct {
        const char *words;
        enum bell__mishap_kind kind;
        int32_t code;
        int64_t ms;
        const char *text;
    } cases[] = {
        {"error", BELL__MISHAP_ERROR, 100, 0, "internal server error"},
        {"error:404", BELL__MISHAP_ERROR, 404, 0, "internal server error"},
        {"error:404:no: such", BELL__MISHAP_ERROR, 404, 0, "no: such"},
        {"error:404:no=such@3", BELL__MISHAP_ERROR, 404, 0, "no=such"},
        {"close", BELL__MISHAP_CLOSE, 3004, 0, "internal server error"},
        {"close:4500:go", BELL__MISHAP_CLOSE, 4500, 0, "go"},
        {"late", BELL__MISHAP_LATE, 0, 1000, NULL},
        {"late:250ms", BELL__MISHAP_LATE, 0, 250, NULL},
        {"a.b=late:2m@50%", BELL__MISHAP_LATE, 0, 120000, NULL},
        {"freeze", BELL__MISHAP_FREEZE, 0, BELL__MISHAP_FOREVER, NULL},
        {"wrong-type:id", BELL__MISHAP_WRONG_TYPE, 0, 0, "id"},
        {"unknown-variant", BELL__MISHAP_UNKNOWN_VARIANT, 0, 0, NULL},
        {"cut-frame:3", BELL__MISHAP_CUT_FRAME, 0, 0, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start(3);
        CHECK_INT(BELL_OK, add(cases[i].words));
        const struct bell__mishap *mishap = NULL;
        for (int tries = 0; tries < 64 && mishap == NULL; tries++) {
            mishap = bell__mishaps_draw(&mishaps, BELL_STR("a.b"), true);
        }
        CHECK(mishap != NULL);
        CHECK_INT(cases[i].kind, mishap->kind);
        CHECK(cases[i].code == 0 || cases[i].code == mishap->code);
        CHECK(cases[i].ms == 0 || cases[i].ms == mishap->ms);
        CHECK((cases[i].text == NULL) == (mishap->text == NULL));
        if (cases[i].text != NULL) {
            CHECK_TEXT(cases[i].text, mishap->text);
        }
    }
}

static void test_draws(void)
{
    start(1);
    add("a=silent@2");
    add("drop@1");
    add("connect=close");
    const struct bell__mishap *mishap =
        bell__mishaps_draw(&mishaps, BELL_STR("b"), true);
    CHECK_INT(BELL__MISHAP_DROP, mishap->kind);
    for (int i = 0; i < 2; i++) {
        mishap = bell__mishaps_draw(&mishaps, BELL_STR("a"), true);
        CHECK_INT(BELL__MISHAP_SILENT, mishap->kind);
    }
    CHECK(bell__mishaps_draw(&mishaps, BELL_STR("a"), true) == NULL);
    start(1);
    add("silent");
    add("connect=close");
    mishap = bell__mishaps_draw(&mishaps, BELL_STR("connect"), false);
    CHECK_INT(BELL__MISHAP_CLOSE, mishap->kind);
    CHECK(bell__mishaps_draw(&mishaps, BELL_STR("ping"), false) == NULL);
}

/* One seed gives one row of draws, and as many as its rate says. */
static void test_rates(void)
{
    char first[1000];
    int count = 0;
    for (int turn = 0; turn < 2; turn++) {
        start(7);
        add("silent@12.5%");
        for (size_t i = 0; i < sizeof first; i++) {
            bool hit =
                bell__mishaps_draw(&mishaps, BELL_STR("a"), true) != NULL;
            CHECK(turn == 0 || hit == (first[i] != 0));
            first[i] = hit;
            count += hit && turn == 0;
        }
    }
    CHECK(count > 90 && count < 160);
}

/* ---- The outlet ---------------------------------------------------------- */

static struct bell__outlet outlet;

static void put(const char *text, int64_t now, const char *words)
{
    const struct bell__mishap *mishap = NULL;
    if (words != NULL) {
        start(1);
        CHECK_INT(BELL_OK, add(words));
        mishap = bell__mishaps_draw(&mishaps, BELL_STR("a"), true);
    }
    CHECK_INT(BELL_OK, bell__outlet_put(&outlet, now, bell_str(text), mishap));
}

static void check_out(int64_t now, const char *want, int line)
{
    static const char marks[] = {' ', '/', 'X', '!', '*'};
    char said[256] = "";
    const struct bell__parcel *parcel;
    while ((parcel = bell__outlet_next(&outlet, now)) != NULL) {
        size_t size = strlen(said);
        snprintf(said + size, sizeof said - size, "%s%c", parcel->text,
                 marks[parcel->kind]);
    }
    if (strcmp(want, said) != 0) {
        printf("line %d: want %s, got %s\n", line, want, said);
    }
    CHECK_TEXT(want, said);
}

#define CHECK_OUT(now, want) check_out(now, want, __LINE__)

static void test_outlet(void)
{
    CHECK_OUT(0, "");
    CHECK_INT(BELL__OUTLET_NEVER, bell__outlet_due(&outlet));
    put("1", 0, NULL);
    put("2", 0, "late:50ms");
    put("3", 0, "silent");
    put("4", 0, "duplicate:3");
    CHECK_OUT(0, "1 4 4 4 ");
    CHECK_INT(50, bell__outlet_due(&outlet));
    CHECK_OUT(49, "");
    CHECK_OUT(50, "2 ");
    put("1", 60, "reorder:2");
    put("2", 60, NULL);
    CHECK_OUT(60, "2 ");
    put("3", 61, NULL);
    CHECK_OUT(61, "3 1 ");
    put("alone", 70, "reorder");
    CHECK_OUT(1069, "");
    CHECK_OUT(1070, "alone ");
    put("1", 2000, "reorder");
    put("2", 2000, "reorder");
    CHECK_OUT(2000, "1 ");
    CHECK_OUT(3000, "2 ");
    put("1", 4000, "burst:3");
    put("plain", 4000, NULL);
    put("2", 4000, "burst:3");
    CHECK_OUT(4000, "plain ");
    put("3", 4001, "burst:3");
    CHECK_OUT(4001, "1 2 3 ");
    put("1", 4001, "burst:3");
    CHECK_OUT(5001, "1 ");
    put("1", 6000, NULL);
    put("cut", 6000, "cut-frame:2");
    CHECK_OUT(6000, "1 cut/");
    put("", 6000, "close:4000:bye");
    CHECK_OUT(6000, "byeX");
    put("1", 6000, "drop");
    put("2", 6000, "freeze:1s");
    CHECK_OUT(6000, "!*2 ");
    CHECK_INT(0, outlet.bytes);
}

static void test_memory(void)
{
    struct counter counter;
    bell_allocator memory = counter_allocator(&counter);
    struct bell__outlet poor;
    bell_error error;
    bell__outlet_open(&poor, &memory);
    counter.fail = 1;
    CHECK_INT(BELL_NO_MEMORY, bell__outlet_put(&poor, 0, BELL_STR("a"), NULL));
    CHECK_INT(BELL_OK, bell__outlet_put(&poor, 0, BELL_STR("a"), NULL));
    bell__outlet_close(&poor);
    struct bell__mishaps few;
    bell__mishaps_open(&few, &memory, 1);
    CHECK_INT(BELL_OK, bell__mishaps_add(&few, BELL_STR("drop"), &error));
    bell__mishaps_close(&few);
    CHECK_INT(0, counter.bytes);
}

int main(void)
{
    bell__mishaps_open(&mishaps, &bell__memory_default, 1);
    bell__outlet_open(&outlet, &bell__memory_default);
    test_bad();
    test_words();
    test_draws();
    test_rates();
    test_outlet();
    test_memory();
    bell__outlet_close(&outlet);
    bell__mishaps_close(&mishaps);
    return check_report();
}
