/* codec_form_test.c: bytes, times, durations, UUIDs and decimals: what is read,
 * what is written, what is refused. */
#include "record/duration.h"
#include "unit/codec_check.h"

/* What is read, and how it is written again. */
struct spelling {
    const bell_type *type;
    const char *text;
    const char *want; /* NULL: the same */
};

static const struct spelling spellings[] = {
    /* Bytes: RFC 4648 10, then other alphabets, no padding, escapes. */
    {&t_bytes, "\"\"", NULL},
    {&t_bytes, "\"Zg==\"", NULL},
    {&t_bytes, "\"Zm8=\"", NULL},
    {&t_bytes, "\"Zm9v\"", NULL},
    {&t_bytes, "\"Zm9vYg==\"", NULL},
    {&t_bytes, "\"Zm9vYmE=\"", NULL},
    {&t_bytes, "\"Zm9vYmFy\"", NULL},
    {&t_bytes, "\"++//\"", NULL},
    {&t_bytes, "\"--__\"", "\"++//\""},
    {&t_bytes, "\"+-/_\"", "\"++//\""},
    {&t_bytes, "\"Zg\"", "\"Zg==\""},
    {&t_bytes, "\"Zm8\"", "\"Zm8=\""},
    {&t_bytes, "\"Zm9vYg\"", "\"Zm9vYg==\""},
    {&t_bytes, "\"++\\/\\/\"", "\"++//\""},
    {&t_bytes, "\"\\u0041\\u0041\\u003d=\"", "\"AA==\""},
    /* Moments. */
    {&t_moment, "\"1970-01-01T00:00:00Z\"", NULL},
    {&t_moment, "\"0000-01-01T00:00:00Z\"", NULL},
    {&t_moment, "\"9999-12-31T23:59:59.999999999Z\"", NULL},
    {&t_moment, "\"2024-02-29t23:59:59z\"", "\"2024-02-29T23:59:59Z\""},
    {&t_moment, "\"2024-02-29 23:59:59\"", "\"2024-02-29T23:59:59Z\""},
    {&t_moment, "\"2000-02-29T00:00:00Z\"", NULL},
    {&t_moment, "\"1900-03-01T00:00:00Z\"", NULL},
    {&t_moment, "\"1969-12-31T23:59:59.5Z\"", NULL},
    {&t_moment, "\"2024-01-01T00:30:00+01:00\"", "\"2023-12-31T23:30:00Z\""},
    {&t_moment, "\"2023-12-31T23:30:00-00:45\"", "\"2024-01-01T00:15:00Z\""},
    {&t_moment, "\"2024-01-01T00:00:00+23:59\"", "\"2023-12-31T00:01:00Z\""},
    {&t_moment, "\"2024-01-01T00:00:00.1000Z\"", "\"2024-01-01T00:00:00.1Z\""},
    {&t_moment, "\"2024-01-01T00:00:00.000Z\"", "\"2024-01-01T00:00:00Z\""},
    {&t_moment, "\"2024-01-01T00:00:00.000000001Z\"", NULL},
    {&t_moment, "\"2024-01-01T00:00:00.1234567899999Z\"",
     "\"2024-01-01T00:00:00.123456789Z\""},
    {&t_moment, "\"2016-12-31T23:59:60Z\"", "\"2017-01-01T00:00:00Z\""},
    {&t_moment, "\"2016-12-31T23:59:60.25\"", "\"2017-01-01T00:00:00.25Z\""},
    {&t_moment, "\"2024-01-01T00:00:0\\u0030\\u005a\"",
     "\"2024-01-01T00:00:00Z\""},
    /* Days. */
    {&t_date, "\"2024-02-29\"", NULL},
    {&t_date, "\"0000-01-01\"", NULL},
    {&t_date, "\"9999-12-31\"", NULL},
    {&t_date, "\"2024-12-3\\u0031\"", "\"2024-12-31\""},
    /* Durations. */
    {&t_duration, "\"PT0S\"", NULL},
    {&t_duration, "\"-PT0S\"", "\"PT0S\""},
    {&t_duration, "\"+PT1S\"", "\"PT1S\""},
    {&t_duration, "\"PT90M\"", "\"PT1H30M\""},
    {&t_duration, "\"P1W2DT3H4M5.006S\"", "\"PT219H4M5.006S\""},
    {&t_duration, "\"P0.5W\"", "\"PT84H\""},
    {&t_duration, "\"P1,5D\"", "\"PT36H\""},
    {&t_duration, "\"PT1.000000001H\"", "\"PT1H0.0000036S\""},
    {&t_duration, "\"PT0.1234567899S\"", "\"PT0.123456789S\""},
    {&t_duration, "\"-PT0.000000001S\"", NULL},
    {&t_duration, "\"PT2562047H47M16.854775807S\"", NULL},
    {&t_duration, "\"-PT2562047H47M16.854775808S\"", NULL},
    {&t_duration, "\"P000000000000000000000000001D\"", "\"PT24H\""},
    {&t_seconds, "0", NULL},
    {&t_seconds, "-0", "0"},
    {&t_seconds, "1.5", NULL},
    {&t_seconds, "-0.000000001", "-1e-9"},
    {&t_seconds, "1e3", "1000"},
    {&t_seconds, "0.0000000004", "0"},
    {&t_seconds, "0.0000000005", "1e-9"},
    {&t_seconds, "9223372036", NULL},
    {&t_seconds, "-9223372036", NULL},
    {&t_milliseconds, "0.000001", NULL},
    {&t_milliseconds, "30000", NULL},
    {&t_milliseconds, "30000.5", NULL},
    {&t_milliseconds, "-9223372036854", NULL},
    /* UUIDs, decimals. */
    {&t_uuid, "\"00112233-4455-6677-8899-aabbccddeeff\"", NULL},
    {&t_uuid, "\"00112233-4455-6677-8899-AABBCCDDEEFF\"",
     "\"00112233-4455-6677-8899-aabbccddeeff\""},
    {&t_uuid, "\"\\u0030\\u00301\\u00312233-4455-6677-8899-aabbccddeeff\"",
     "\"00112233-4455-6677-8899-aabbccddeeff\""},
    {&t_decimal, "\"0\"", NULL},
    {&t_decimal, "\"-12.50\"", NULL},
    {&t_decimal, "\"1E+400\"", NULL},
    {&t_decimal, "\"340282366920938463463374607431768211456.10\"", NULL},
    {&t_decimal, "\"1\\u002e0\"", "\"1.0\""},
    {&t_number, "-12.50", NULL},
    {&t_number, "1e-400", NULL}};

static void test_spellings(void)
{
    char value[64];
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        const struct spelling *row = &spellings[i];
        bell_status status = decode(row->type, row->text, value);
        CHECK_INT(BELL_OK, status);
        if (status != BELL_OK) {
            fprintf(stderr, "  %s: %s\n", row->text, last.message);
            continue;
        }
        check_encoded(row->type, value,
                      row->want != NULL ? row->want : row->text);
    }
}

struct bad {
    const bell_type *type;
    const char *text;
    size_t offset;
    const char *words;
};

static const struct bad bads[] = {
    {&t_bytes, "1", 0, "wanted bytes (base64), got 1"},
    {&t_bytes, "\"A\"", 1, "ends with half a byte"},
    {&t_bytes, "\"AAAAA\"", 5, "ends with half a byte"},
    {&t_bytes, "\"AB\"", 2, "bits that are not 0"},
    {&t_bytes, "\"AAB=\"", 3, "bits that are not 0"},
    {&t_bytes, "\"AA=\"", 3, "a byte that is not base64"},
    {&t_bytes, "\"A===\"", 2, "a byte that is not base64"},
    {&t_bytes, "\"====\"", 1, "a byte that is not base64"},
    {&t_bytes, "\"AA==AA==\"", 3, "a byte that is not base64"},
    {&t_bytes, "\"AAAA=\"", 5, "a byte that is not base64"},
    {&t_bytes, "\"AAAA A==\"", 5, "a byte that is not base64"},
    {&t_bytes, "\"AAA\xC3\xA9\"", 4, "a byte that is not base64"},
    {&t_bytes, "\"\\/\\u0041\\/A!AAA\"", 12, "a byte that is not base64"},
    {&t_bytes, "\"A\\u0000AA\"", 2, "a byte that is not base64"},
    {&t_bytes, "\"AA", 3, "not closed"},
    {&t_moment, "0", 0, "wanted datetime (RFC 3339), got 0"},
    {&t_moment, "\"\"", 0, "wanted datetime (RFC 3339), got \"\""},
    {&t_moment, "\"2024-01-01\"", 0, "wanted datetime"},
    {&t_moment, "\"2023-02-29T00:00:00Z\"", 0, "wanted datetime"},
    {&t_moment, "\"1900-02-29T00:00:00Z\"", 0, "wanted datetime"},
    {&t_moment, "\"2024-00-01T00:00:00Z\"", 0, "wanted datetime"},
    {&t_moment, "\"2024-13-01T00:00:00Z\"", 0, "wanted datetime"},
    {&t_moment, "\"2024-04-31T00:00:00Z\"", 0, "wanted datetime"},
    {&t_moment, "\"2024-01-00T00:00:00Z\"", 0, "wanted datetime"},
    {&t_moment, "\"2024-01-01T24:00:00Z\"", 0, "wanted datetime"},
    {&t_moment, "\"2024-01-01T00:60:00Z\"", 0, "wanted datetime"},
    {&t_moment, "\"2024-01-01T00:00:61Z\"", 0, "wanted datetime"},
    {&t_moment, "\"2024-01-01_00:00:00Z\"", 0, "wanted datetime"},
    {&t_moment, "\"2024-01-01T00:00:00.Z\"", 0, "wanted datetime"},
    {&t_moment, "\"2024-01-01T00:00:00,5Z\"", 0, "wanted datetime"},
    {&t_moment, "\"2024-01-01T00:00:00ZZ\"", 0, "wanted datetime"},
    {&t_moment, "\"2024-01-01T00:00:00+01:0\"", 0, "wanted datetime"},
    {&t_moment, "\"2024-01-01T00:00:00+24:00\"", 0, "wanted datetime"},
    {&t_moment, "\"2024-01-01T00:00:00+01:60\"", 0, "wanted datetime"},
    {&t_moment, "\"2024-01-01T00:00:00 01:00\"", 0, "wanted datetime"},
    {&t_moment, "\"-001-01-01T00:00:00Z\"", 0, "wanted datetime"},
    {&t_moment, "\"12024-01-01T00:00:00Z\"", 0, "wanted datetime"},
    {&t_moment, "\"0000-01-01T00:00:00+00:01\"", 0, "wanted datetime"},
    {&t_moment, "\"9999-12-31T23:59:59-00:01\"", 0, "wanted datetime"},
    {&t_moment, "\"9999-12-31T23:59:60Z\"", 0, "wanted datetime"},
    {&t_date, "20240101", 0, "wanted date (YYYY-MM-DD), got 20240101"},
    {&t_date, "\"2024-2-29\"", 0, "wanted date"},
    {&t_date, "\"2023-02-29\"", 0, "wanted date"},
    {&t_date, "\"2100-02-29\"", 0, "wanted date"},
    {&t_date, "\"2024-06-31\"", 0, "wanted date"},
    {&t_date, "\"2024/06/30\"", 0, "wanted date"},
    {&t_date, "\"2024-06-30T\"", 0, "wanted date"},
    {&t_date, "\"+024-06-30\"", 0, "wanted date"},
    {&t_duration, "5", 0, "wanted duration (ISO 8601"},
    {&t_duration, "\"\"", 0, "wanted duration"},
    {&t_duration, "\"P\"", 0, "wanted duration"},
    {&t_duration, "\"PT\"", 0, "wanted duration"},
    {&t_duration, "\"P1DT\"", 0, "wanted duration"},
    {&t_duration, "\"T1S\"", 0, "wanted duration"},
    {&t_duration, "\"P1Y\"", 0, "wanted duration"},
    {&t_duration, "\"P1M\"", 0, "wanted duration"},
    {&t_duration, "\"P1H\"", 0, "wanted duration"},
    {&t_duration, "\"PT1D\"", 0, "wanted duration"},
    {&t_duration, "\"PT1S1M\"", 0, "wanted duration"},
    {&t_duration, "\"PT1M1M\"", 0, "wanted duration"},
    {&t_duration, "\"PT1.5M1S\"", 0, "wanted duration"},
    {&t_duration, "\"PT1.S\"", 0, "wanted duration"},
    {&t_duration, "\"PT.5S\"", 0, "wanted duration"},
    {&t_duration, "\"PT1\"", 0, "wanted duration"},
    {&t_duration, "\"PTT1S\"", 0, "wanted duration"},
    {&t_duration, "\"PT1S \"", 0, "wanted duration"},
    {&t_duration, "\"--PT1S\"", 0, "wanted duration"},
    {&t_duration, "\"PT-1S\"", 0, "wanted duration"},
    {&t_duration, "\"PT9223372036.854775808S\"", 0, "wanted duration"},
    {&t_duration, "\"-PT9223372036.854775809S\"", 0, "wanted duration"},
    {&t_duration, "\"P15251W\"", 0, "wanted duration"},
    {&t_duration, "\"PT18446744073709551616S\"", 0, "wanted duration"},
    {&t_duration, "\"PT99999999999999999999999999999H\"", 0, "wanted duration"},
    {&t_seconds, "\"1\"", 0, "wanted duration (a number of seconds), got"},
    {&t_seconds, "01", 1, "begins with 0"},
    {&t_seconds, "1.", 2, "no digit behind the point"},
    {&t_seconds, "9223372037", 0, "wanted duration (a number of seconds)"},
    {&t_seconds, "-9223372037", 0, "wanted duration (a number of seconds)"},
    {&t_seconds, "9223372036.9", 0, "wanted duration (a number of seconds)"},
    {&t_seconds, "1e400", 0, "wanted duration (a number of seconds)"},
    {&t_seconds, "-1e30", 0, "wanted duration (a number of seconds)"},
    {&t_milliseconds, "9223372036855", 0, "a number of milliseconds"},
    {&t_milliseconds, "null", 0, "a number of milliseconds), got null"},
    {&t_uuid, "1", 0, "wanted uuid (8-4-4-4-12 hex digits), got 1"},
    {&t_uuid, "\"\"", 0, "wanted uuid"},
    {&t_uuid, "\"00112233-4455-6677-8899-aabbccddeef\"", 0, "wanted uuid"},
    {&t_uuid, "\"00112233-4455-6677-8899-aabbccddeeff0\"", 0, "wanted uuid"},
    {&t_uuid, "\"00112233-4455-6677-8899-aabbccddeefg\"", 0, "wanted uuid"},
    {&t_uuid, "\"0011223344556677-8899-aabb-ccddeeff1\"", 0, "wanted uuid"},
    {&t_uuid, "\"00112233-4455-6677-8899-aabbccddee\xC3\xA9\"", 0,
     "wanted uuid"},
    {&t_decimal, "1", 0, "wanted decimal (a number as text), got 1"},
    {&t_decimal, "\"\"", 0, "wanted decimal"},
    {&t_decimal, "\"+1\"", 0, "wanted decimal"},
    {&t_decimal, "\"01\"", 0, "wanted decimal"},
    {&t_decimal, "\".5\"", 0, "wanted decimal"},
    {&t_decimal, "\"1.\"", 0, "wanted decimal"},
    {&t_decimal, "\"1e\"", 0, "wanted decimal"},
    {&t_decimal, "\"1 \"", 0, "wanted decimal"},
    {&t_decimal, "\"NaN\"", 0, "wanted decimal"},
    {&t_decimal, "\"1,5\"", 0, "wanted decimal"},
    {&t_number, "\"1\"", 0, "wanted decimal (a number), got \"1\""},
    {&t_number, "-", 1, "no digit"},
    {&t_number, "", 0, "got the end of the text"}};

static void test_bad_spellings(void)
{
    char value[64];
    for (size_t i = 0; i < sizeof bads / sizeof bads[0]; i++) {
        const struct bad *bad = &bads[i];
        bell_status status = decode(bad->type, bad->text, value);
        CHECK_INT(BELL_BAD_REPLY, status);
        CHECK_TEXT("result", last.path);
        CHECK_INT(bad->offset, last.offset);
        bool told = strstr(last.message, bad->words) != NULL;
        CHECK(told);
        if (!told || status != BELL_BAD_REPLY) {
            fprintf(stderr, "  %s: %s\n", bad->text, last.message);
        }
    }
}

/* ---- Bytes --------------------------------------------------------------- */

/* All sizes around a group and beyond the arena's first block, both ways, with
 * and without padding. */
static void test_bytes(void)
{
    static uint8_t bytes[3000];
    struct bell__buf out;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 7 + i / 256);
    }
    for (size_t size = 0; size < sizeof bytes; size += size < 40 ? 1 : 487) {
        bell_bytes value = {bytes, size};
        bell__buf_open(&out, &bell__memory_default, 0);
        CHECK_INT(BELL_OK,
                  bell__encode(&out, &t_bytes, &value, &limits, &last));
        CHECK_INT((size + 2) / 3 * 4 + 2, out.size);
        CHECK_INT(BELL_OK, decode_bytes(&t_bytes, out.bytes, out.size, &value));
        CHECK(value.size == size && memcmp(value.bytes, bytes, size) == 0);
        CHECK(value.bytes[size] == 0);
        CHECK(arena.at == (const char *)value.bytes + size + 1);
        size_t end = out.size - 1;
        while (out.bytes[end - 1] == '=') {
            end--;
        }
        out.bytes[end] = '"';
        CHECK_INT(BELL_OK, decode_bytes(&t_bytes, out.bytes, end + 1, &value));
        CHECK(value.size == size && memcmp(value.bytes, bytes, size) == 0);
        bell__buf_close(&out);
        bell__arena_reset(&arena);
    }
    bell_bytes none = {NULL, 0};
    check_encoded(&t_bytes, &none, "\"\"");
    bell_bytes lost = {NULL, 1};
    check_refused(&t_bytes, &lost, "params", "the bytes are NULL");
    bell_bytes huge = {bytes, SIZE_MAX};
    check_refused(&t_bytes, &huge, "params", "more bytes than memory has");
}

/* ---- Times --------------------------------------------------------------- */

static void test_moment_parts(void)
{
    bell_datetime value;
    CHECK_INT(BELL_OK,
              decode(&t_moment, "\"2024-02-29T12:34:56.789+05:30\"", &value));
    CHECK(value.seconds == 1709190296 && value.nanoseconds == 789000000);
    CHECK(value.offset == 330 && value.has_offset);
    CHECK_INT(BELL_OK,
              decode(&t_moment, "\"2024-02-29T12:34:56-08:00\"", &value));
    CHECK(value.offset == -480 && value.has_offset);
    CHECK_INT(BELL_OK, decode(&t_moment, "\"2024-02-29T12:34:56Z\"", &value));
    CHECK(value.offset == 0 && value.has_offset);
    CHECK_INT(BELL_OK, decode(&t_moment, "\"2024-02-29T12:34:56\"", &value));
    CHECK(value.seconds == 1709210096 && !value.has_offset);
}

static void test_refused_moments(void)
{
    static const struct {
        bell_datetime value;
        const char *words;
    } rows[] = {{{-62167219201, 0, 0, true}, "years 0 to 9999"},
                {{253402300800, 0, 0, true}, "years 0 to 9999"},
                {{INT64_MIN, 0, 0, true}, "years 0 to 9999"},
                {{INT64_MAX, 0, 0, true}, "years 0 to 9999"},
                {{0, -1, 0, true}, "nanoseconds"},
                {{0, 1000000000, 0, true}, "nanoseconds"},
                {{0, INT32_MIN, 0, true}, "nanoseconds"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_refused(&t_moment, &rows[i].value, "params", rows[i].words);
    }
    bell_datetime zero = {0, 0, 0, false};
    check_encoded(&t_moment, &zero, "\"1970-01-01T00:00:00Z\"");
}

/* Every day of the calendar goes out and comes home, one after the other. */
static void test_every_day(void)
{
    int64_t wrong = 0;
    bell_date day = {0, 1, 1};
    struct bell__buf out;
    bell__buf_open(&out, &bell__memory_default, 0);
    for (int64_t seconds = -62167219200; seconds <= 253402300799;
         seconds += 86400) {
        bell_datetime moment = {seconds, 0, 0, true};
        bell_datetime again;
        bell_date date;
        out.size = 0;
        wrong +=
            bell__encode(&out, &t_moment, &moment, &limits, &last) != BELL_OK;
        bell_string text = {out.bytes, out.size};
        wrong += bell__decode(text, &t_moment, &again, &arena, &limits, "",
                              &last) != BELL_OK ||
                 again.seconds != seconds;
        memcpy(out.bytes + 11, "\"", 1);
        text.size = 12;
        wrong += bell__decode(text, &t_date, &date, &arena, &limits, "",
                              &last) != BELL_OK;
        if (seconds != -62167219200) {
            bool next_year = day.month == 12 && day.day == 31;
            bool next_month = date.month != day.month;
            wrong += date.year != day.year + next_year;
            wrong += date.day != (next_month ? 1 : day.day + 1);
        }
        day = date;
    }
    CHECK_INT(0, wrong);
    CHECK(day.year == 9999 && day.month == 12 && day.day == 31);
    bell__buf_close(&out);
}

static void test_refused_dates(void)
{
    static const struct {
        bell_date value;
        const char *words;
    } rows[] = {{{0, 0, 0}, "a date is not set"}, {{2024, 0, 0}, "not a day"},
                {{2024, 13, 1}, "not a day"},     {{2023, 2, 29}, "not a day"},
                {{2024, 1, 32}, "not a day"},     {{-1, 1, 1}, "not a day"},
                {{10000, 1, 1}, "not a day"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_refused(&t_date, &rows[i].value, "params", rows[i].words);
    }
}

/* ---- Numbers of time ----------------------------------------------------- */

static void test_units(void)
{
    static const struct {
        const bell_type *type;
        int64_t nanoseconds;
        const char *want;
    } rows[] = {{&t_seconds, INT64_MAX, "9223372036.854775807"},
                {&t_seconds, INT64_MIN, "-9223372036.854775808"},
                {&t_seconds, 1, "1e-9"},
                {&t_seconds, 1100000000, "1.1"},
                {&t_seconds, 60000000000, "60"},
                {&t_milliseconds, 1, "0.000001"},
                {&t_milliseconds, -1500000, "-1.5"},
                {&t_milliseconds, INT64_MAX, "9223372036854.775807"},
                {&t_duration, INT64_MIN, "\"-PT2562047H47M16.854775808S\""},
                {&t_duration, 3600000000000, "\"PT1H\""},
                {&t_duration, 60000000000, "\"PT1M\""},
                {&t_duration, 3600000000001, "\"PT1H0.000000001S\""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_encoded(rows[i].type, &rows[i].nanoseconds, rows[i].want);
    }
    int64_t value;
    CHECK_INT(BELL_OK, decode(&t_seconds, "1.1", &value));
    CHECK_INT(1100000000, value);
    CHECK_INT(BELL_OK, decode(&t_seconds, "-4000000.25", &value));
    CHECK_INT(-4000000250000000, value);
    CHECK_INT(BELL_OK, decode(&t_seconds, "9.223372036e9", &value));
    CHECK_INT(9223372036000000000, value);
}

/* Whatever is written reads back to the nanosecond, hop after hop. */
static void test_hops(void)
{
    uint64_t state = 1;
    for (int i = 0; i < 20000; i++) {
        char text[BELL__DURATION_BYTES];
        state = state * 6364136223846793005U + 1442695040888963407U;
        int64_t value = (int64_t)state >> (i % 60);
        int64_t back = 0;
        *bell__duration_put_units(text, value, 1000000000) = '\0';
        decode(&t_seconds, text, &back);
        CHECK(value == back);
    }
}

/* ---- Texts of a form ----------------------------------------------------- */

static void test_refused_texts(void)
{
    static const struct {
        const bell_type *type;
        bell_string value;
        const char *words;
    } rows[] = {
        {&t_uuid, {NULL, 0}, "a uuid is not set"},
        {&t_uuid, {"", 0}, "a uuid is not set"},
        {&t_uuid, {NULL, 36}, "the text is NULL"},
        {&t_uuid, {"00112233", 8}, "8-4-4-4-12"},
        {&t_uuid, {"00112233-4455-6677-8899-aabbccddee\"\"", 36}, "8-4-4-4-12"},
        {&t_decimal, {NULL, 0}, "a decimal is not set"},
        {&t_decimal, {NULL, 4}, "the text is NULL"},
        {&t_decimal, {"1\"", 2}, "no number"},
        {&t_decimal, {" 1", 2}, "no number"},
        {&t_number, {"NaN", 3}, "no number"},
        {&t_number, {"1,2", 3}, "no number"},
        {&t_number, {NULL, 0}, "a decimal is not set"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_refused(rows[i].type, &rows[i].value, "params", rows[i].words);
    }
    bell_string upper = BELL_STR("ABCDEFAB-CDEF-ABCD-EFAB-CDEFABCDEFAB");
    check_encoded(&t_uuid, &upper, "\"abcdefab-cdef-abcd-efab-cdefabcdefab\"");
}

/* A decimal of exactly the limit passes, both ways; one digit more does not. */
static void test_long_decimals(void)
{
    char text[1010];
    bell_string value;
    memset(text, '7', sizeof text);
    text[0] = '"';
    text[1001] = '"';
    CHECK_INT(BELL_OK, decode_bytes(&t_decimal, text, 1002, &value));
    CHECK(value.size == 1000 && value.text[1000] == '\0');
    text[1002] = '\0';
    check_encoded(&t_decimal, &value, text);
    value.text = text + 1;
    value.size = 1000;
    text[1001] = '7';
    CHECK_INT(BELL_OK, decode_bytes(&t_number, text + 1, 1000, &value));
    CHECK_INT(BELL_BAD_REPLY, decode_bytes(&t_number, text + 1, 1001, &value));
    CHECK(strstr(last.message, "over 1000 bytes") != NULL);
    text[1002] = '"';
    CHECK_INT(BELL_BAD_REPLY, decode_bytes(&t_decimal, text, 1003, &value));
    CHECK(strstr(last.message, "over 1000 bytes") != NULL);
    value.text = text + 1;
    value.size = 1001;
    check_refused(&t_decimal, &value, "params", "over 1000 bytes");
}

/* ---- Fields -------------------------------------------------------------- */

typedef struct forms {
    bool has_bytes;
    bell_bytes bytes;
    bool has_moment;
    bell_datetime moment;
    bool has_date;
    bell_date date;
    bool has_duration;
    int64_t duration;
    bool has_uuid;
    bell_string uuid;
    bool has_decimal;
    bell_string decimal;
} forms;
static const bell_field forms_fields[] = {
    FIELD_HAS(forms, bytes, &t_bytes, BELL_STATE_OPTIONAL, has_bytes),
    FIELD_HAS(forms, moment, &t_moment, BELL_STATE_OPTIONAL, has_moment),
    FIELD_HAS(forms, date, &t_date, BELL_STATE_OPTIONAL, has_date),
    FIELD_HAS(forms, duration, &t_duration, BELL_STATE_OPTIONAL, has_duration),
    FIELD_HAS(forms, uuid, &t_uuid, BELL_STATE_OPTIONAL, has_uuid),
    FIELD_HAS(forms, decimal, &t_decimal, BELL_STATE_OPTIONAL, has_decimal)};
static const bell_type t_forms = RECORD(forms, "Forms", forms_fields, 0);

/* A value whose has_ is false is caught, whichever member was set. */
static void test_forgotten(void)
{
    forms value;
    memset(&value, 0, sizeof value);
    check_encoded(&t_forms, &value, "{}");
    value.bytes.size = 1;
    check_refused(&t_forms, &value, "bytes", "has_ is false");
    value.bytes.size = 0;
    value.moment.nanoseconds = 1;
    check_refused(&t_forms, &value, "moment", "has_ is false");
    value.moment.nanoseconds = 0;
    value.moment.has_offset = true;
    check_refused(&t_forms, &value, "moment", "has_ is false");
    value.moment.has_offset = false;
    value.date.day = 1;
    check_refused(&t_forms, &value, "date", "has_ is false");
    value.date.day = 0;
    value.duration = 1;
    check_refused(&t_forms, &value, "duration", "has_ is false");
    value.duration = 0;
    value.uuid.size = 1;
    check_refused(&t_forms, &value, "uuid", "has_ is false");
    value.uuid.size = 0;
    value.decimal.size = 1;
    check_refused(&t_forms, &value, "decimal", "has_ is false");
    value.decimal.size = 0;
    value.has_date = true;
    check_refused(&t_forms, &value, "date", "a date is not set");
}

typedef struct assumed {
    bool has_moment;
    bell_datetime moment;
    bool has_uuid;
    bell_string uuid;
} assumed;
static const bell_datetime assumed_moment = {1, 2, 3, true};
static const bell_string assumed_uuid = {"00112233-4455-6677-8899-aabbccddeeff",
                                         36};
static const bell_field assumed_fields[] = {
    {.key = "\"moment\":",
     .name = "moment",
     .key_size = 9,
     .name_size = 6,
     .state = BELL_STATE_OPTIONAL,
     .has_offset = offsetof(assumed, has_moment),
     .offset = offsetof(assumed, moment),
     .type = &t_moment,
     .fallback = &assumed_moment},
    {.key = "\"uuid\":",
     .name = "uuid",
     .key_size = 7,
     .name_size = 4,
     .state = BELL_STATE_OPTIONAL,
     .has_offset = offsetof(assumed, has_uuid),
     .offset = offsetof(assumed, uuid),
     .type = &t_uuid,
     .fallback = &assumed_uuid}};
static const bell_type t_assumed =
    RECORD(assumed, "Assumed", assumed_fields, 0);

/* What a reader put there is no value of the user's: by its members, whatever
 * lies in the padding and wherever the text is. */
static void test_defaults(void)
{
    assumed value;
    char copy[36];
    CHECK_INT(BELL_OK, decode(&t_assumed, "{}", &value));
    CHECK(!value.has_moment && value.moment.nanoseconds == 2);
    CHECK(!value.has_uuid && value.uuid.size == 36);
    check_encoded(&t_assumed, &value, "{}");
    memset(&value.moment, 0xFF, sizeof value.moment);
    value.moment.seconds = 1;
    value.moment.nanoseconds = 2;
    value.moment.offset = 3;
    value.moment.has_offset = true;
    memcpy(copy, assumed_uuid.text, sizeof copy);
    value.uuid.text = copy;
    check_encoded(&t_assumed, &value, "{}");
    value.moment.offset = 4;
    check_refused(&t_assumed, &value, "moment", "has_ is false");
    value.moment.offset = 3;
    copy[0] = '1';
    check_refused(&t_assumed, &value, "uuid", "has_ is false");
}

int main(void)
{
    bell__arena_open(&arena, &bell__memory_default, 0);
    test_spellings();
    test_bad_spellings();
    test_bytes();
    test_moment_parts();
    test_refused_moments();
    test_every_day();
    test_refused_dates();
    test_units();
    test_hops();
    test_refused_texts();
    test_long_decimals();
    test_forgotten();
    test_defaults();
    bell__arena_close(&arena);
    return check_report();
}
