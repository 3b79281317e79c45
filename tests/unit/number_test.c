/* number_test.c: numbers in and out, against the C library and by the digit. */
#include <math.h>
#include <stdlib.h>

#include "unit/check.h"
#include "json/read.h"
#include "json/write.h"

static uint64_t random_state = 88172645463325252U;

static uint64_t random_bits(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static bool read_double(const char *text, double *value)
{
    struct bell__json json;
    bell__json_open(&json, bell_str(text), 1);
    return bell__json_double(&json, value) && bell__json_done(&json);
}

/* The C library rounds correctly; the test runs in the C locale. */
static void check_read(const char *text)
{
    double want = strtod(text, NULL);
    double got = 0;
    bool good = read_double(text, &got);
    bool same = good && memcmp(&want, &got, sizeof got) == 0;
    bool right = isinf(want) ? !good : same;
    check_count(right, __FILE__, __LINE__, text);
}

static const char *const hard_doubles[] = {
    "0",
    "-0",
    "-0.0e5",
    "1e22",
    "1e23",
    "9007199254740993",
    "8.41e21",
    "9007199254740993.00000000000000000000000000000000000000000001",
    "9007199254740992.99999999999999999999999999999999999999999999",
    "2.4703282292062327208e-324",
    "2.4703282292062328e-324",
    "4.9e-324",
    "2.2250738585072011e-308",
    "2.2250738585072014e-308",
    "1.7976931348623157e308",
    "1.7976931348623158e308",
    "1.7976931348623159e308",
    "1e308",
    "1e309",
    "1e-400",
    "1e400",
    "1e99999999999999999999",
    "-1e99999999999999999999",
    "1e-99999999999999999999",
    "0e99999999999999999999",
    "6.631236846766476e-316",
    "3.237883913302901e-319",
    "6929495644600919.5",
    "3.571e266",
    "6.8e-11",
    "0.1",
    "5e-324",
    "1e-323"};

static void test_read_hard(void)
{
    char text[1600];
    size_t count = sizeof hard_doubles / sizeof hard_doubles[0];
    for (size_t i = 0; i < count; i++) {
        check_read(hard_doubles[i]);
    }
    for (int zeros = 0; zeros < 1500; zeros += 299) {
        snprintf(text, sizeof text, "0.%0*d", zeros + 1, 1);
        check_read(text);
        snprintf(text, sizeof text, "1%0*d", zeros + 1, 1);
        check_read(text);
    }
}

static void test_read_random(void)
{
    char text[1600];
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = random_bits();
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) {
            continue;
        }
        snprintf(text, sizeof text, "%.17g", value);
        check_read(text);
        snprintf(text, sizeof text, "%.*g", (int)(bits % 25) + 1, value);
        check_read(text);
        snprintf(text, sizeof text, "%" PRIu64 "e%d", random_bits(),
                 (int)(random_bits() % 700) - 360);
        check_read(text);
    }
}

/* What people write: few digits, a small power. */
static void test_read_short(void)
{
    char text[64];
    for (int i = 0; i < 250000; i++) {
        uint64_t most = (uint64_t)1 << (random_bits() % 64);
        int length =
            snprintf(text, sizeof text, "%" PRIu64, random_bits() % most);
        if (i % 2 == 0) {
            snprintf(text + length, sizeof text - (size_t)length, "e%d",
                     (int)(random_bits() % 61) - 30);
        } else if (length > 1) {
            int at = 1 + (int)(random_bits() % (unsigned)(length - 1));
            memmove(text + at + 1, text + at, (size_t)(length - at) + 1);
            text[at] = '.';
        }
        check_read(text);
    }
}

/* Exactly between two doubles, and a little beside it. */
static void test_read_midpoints(void)
{
    char text[1600];
    for (int i = 0; i < 1000; i++) {
        uint64_t bits = random_bits() % ((uint64_t)0x7FE << 52);
        bits >>= i % 2 == 0 ? 0 : 11; /* also subnormal ones */
        uint64_t above = bits + 1;
        double low, high;
        memcpy(&low, &bits, sizeof low);
        memcpy(&high, &above, sizeof high);
        long double middle = ((long double)low + (long double)high) / 2;
        int size = snprintf(text, sizeof text, "%.1200Lg", middle);
        check_read(text);
        if (strchr(text, '.') != NULL && strchr(text, 'e') == NULL) {
            memcpy(text + size, "1", 2);
            check_read(text);
        }
    }
}

static size_t significant(const char *text)
{
    size_t count = 0;
    size_t zeros = 0;
    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text < '0' || *text > '9' || (count == 0 && *text == '0')) {
            continue;
        }
        count++;
        zeros = *text == '0' ? zeros + 1 : 0;
    }
    return count - zeros;
}

static void check_double(double value)
{
    char text[BELL__JSON_DOUBLE_MAX + 1];
    char other[64];
    char *end = bell__json_put_double(text, value);
    CHECK(end - text <= BELL__JSON_DOUBLE_MAX);
    *end = '\0';
    check_count(strtod(text, NULL) == value, __FILE__, __LINE__, text);
    size_t size = significant(text);
    if (size > 1) { /* one digit less never reads back */
        snprintf(other, sizeof other, "%.*e", (int)size - 2, value);
        check_count(strtod(other, NULL) != value, __FILE__, __LINE__, text);
    }
}

static void check_float(float value)
{
    char text[BELL__JSON_DOUBLE_MAX + 1];
    char other[64];
    *bell__json_put_float(text, value) = '\0';
    check_count(strtof(text, NULL) == value, __FILE__, __LINE__, text);
    size_t size = significant(text);
    if (size > 1) {
        snprintf(other, sizeof other, "%.*e", (int)size - 2, (double)value);
        check_count(strtof(other, NULL) != value, __FILE__, __LINE__, text);
    }
}

static void test_write_random(void)
{
    for (int i = 0; i < 10000; i++) {
        uint64_t bits = random_bits();
        double value;
        float small;
        memcpy(&value, &bits, sizeof value);
        memcpy(&small, &bits, sizeof small);
        if (isfinite(value)) {
            check_double(value);
        }
        if (isfinite(small)) {
            check_float(small);
        }
        check_double((double)(bits % 1000000000) / 1000);
        check_double((double)(int64_t)bits);
        check_float((float)(bits % 1000000) / 100);
    }
    for (int power = -1074; power < 1024; power++) {
        check_double(ldexp(1, power));
    }
    for (int power = -149; power < 128; power++) {
        check_float(ldexpf(1, power));
    }
}

static void test_write_spelling(void)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0, "0"},
                 {-0.0, "0"},
                 {1, "1"},
                 {-1.5, "-1.5"},
                 {100, "100"},
                 {1e21, "1e+21"},
                 {1e20, "100000000000000000000"},
                 {123456789012345680000.0, "123456789012345680000"},
                 {1e-6, "0.000001"},
                 {1e-7, "1e-7"},
                 {-1.25e-9, "-1.25e-9"},
                 {0.1, "0.1"},
                 {12.345, "12.345"},
                 {0.05, "0.05"},
                 {0.001, "0.001"},
                 {5e-324, "5e-324"},
                 {1.7976931348623157e308, "1.7976931348623157e+308"},
                 {9007199254740993.0, "9007199254740992"},
                 {1e22, "1e+22"},
                 {0.000001234567890123456, "0.000001234567890123456"},
                 {999999999999.999, "999999999999.999"},
                 {0.0005, "0.0005"}};
    char text[BELL__JSON_DOUBLE_MAX + 1];
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        *bell__json_put_double(text, cases[i].value) = '\0';
        CHECK_TEXT(cases[i].text, text);
    }
    *bell__json_put_float(text, 0.1F) = '\0';
    CHECK_TEXT("0.1", text);
    *bell__json_put_float(text, 3.4028235e38F) = '\0';
    CHECK_TEXT("3.4028235e+38", text);
    *bell__json_put_float(text, -0.0F) = '\0';
    CHECK_TEXT("0", text);
}

static void test_write_integers(void)
{
    char text[BELL__JSON_INT_MAX + 1];
    char want[BELL__JSON_INT_MAX + 2];
    for (int i = 0; i < 20000; i++) {
        uint64_t value = random_bits() >> (i % 64);
        *bell__json_put_uint64(text, value) = '\0';
        snprintf(want, sizeof want, "%" PRIu64, value);
        CHECK_TEXT(want, text);
        *bell__json_put_int64(text, -(int64_t)(value >> 1)) = '\0';
        snprintf(want, sizeof want, "%" PRId64, -(int64_t)(value >> 1));
        CHECK_TEXT(want, text);
    }
    *bell__json_put_int64(text, INT64_MIN) = '\0';
    CHECK_TEXT("-9223372036854775808", text);
    for (uint64_t ten = 1; ten < UINT64_MAX / 10; ten *= 10) {
        *bell__json_put_uint64(text, ten - 1) = '\0';
        snprintf(want, sizeof want, "%" PRIu64, ten - 1);
        CHECK_TEXT(want, text);
    }
}

static void test_read_integers(void)
{
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } cases[] = {{"0", true, 0},
                 {"-0", true, 0},
                 {"-0.0", true, 0},
                 {"1.0", true, 1},
                 {"1e2", true, 100},
                 {"1.50e1", true, 15},
                 {"100e-2", true, 1},
                 {"0e99999999999", true, 0},
                 {"9223372036854775807", true, INT64_MAX},
                 {"-9223372036854775808", true, INT64_MIN},
                 {"-9223372036854775808.000", true, INT64_MIN},
                 {"9.223372036854775807e18", true, INT64_MAX},
                 {"999999999999999999", true, 999999999999999999},
                 {"9223372036854775808", false, 0},
                 {"-9223372036854775809", false, 0},
                 {"1.5", false, 0},
                 {"1e-1", false, 0},
                 {"1e19", false, 0},
                 {"1e99999999999", false, 0},
                 {"1e-99999999999", false, 0},
                 {"123456789012345678901234567890", false, 0},
                 {"01", false, 0},
                 {"1.", false, 0},
                 {"--1", false, 0},
                 {"-", false, 0},
                 {"1e", false, 0},
                 {"00", false, 0},
                 {"-01", false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bell__json json;
        int64_t value = 0;
        bell__json_open(&json, bell_str(cases[i].text), 1);
        bool good = bell__json_int64(&json, &value) && bell__json_done(&json);
        check_count(good == cases[i].good, __FILE__, __LINE__, cases[i].text);
        CHECK(!good || value == cases[i].value);
    }
}

static void test_read_unsigned(void)
{
    static const struct {
        const char *text;
        bool good;
        uint64_t value;
    } cases[] = {{"18446744073709551615", true, UINT64_MAX},
                 {"1.8446744073709551615e19", true, UINT64_MAX},
                 {"10000000000000000000", true, 10000000000000000000U},
                 {"-0", true, 0},
                 {"18446744073709551616", false, 0},
                 {"-1", false, 0},
                 {"2e19", false, 0},
                 {"\"1\"", false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct bell__json json;
        uint64_t value = 0;
        bell__json_open(&json, bell_str(cases[i].text), 1);
        bool good = bell__json_uint64(&json, &value) && bell__json_done(&json);
        check_count(good == cases[i].good, __FILE__, __LINE__, cases[i].text);
        CHECK(!good || value == cases[i].value);
    }
}

/* No byte behind the room that is promised, whatever the value. */
static void test_write_room(void)
{
    char *text = malloc(BELL__JSON_INT_MAX);
    char *wide = malloc(BELL__JSON_DOUBLE_MAX);
    if (text == NULL || wide == NULL) {
        CHECK(false);
        return;
    }
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = random_bits();
        uint64_t value = bits >> (i % 64);
        double number;
        bits &= ~((uint64_t)1 << 62); /* finite */
        memcpy(&number, &bits, sizeof number);
        CHECK(bell__json_put_uint64(text, value) <= text + BELL__JSON_INT_MAX);
        int64_t negative = -(int64_t)(value >> 1);
        CHECK(bell__json_put_int64(text, negative) <=
              text + BELL__JSON_INT_MAX);
        CHECK(bell__json_put_double(wide, number) <=
              wide + BELL__JSON_DOUBLE_MAX);
    }
    bell__json_put_uint64(text, UINT64_MAX);
    bell__json_put_int64(text, INT64_MIN);
    bell__json_put_double(wide, -1.7976931348623157e308);
    bell__json_put_double(wide, -2.2250738585072014e-308);
    bell__json_put_double(wide, -5e-324);
    free(text);
    free(wide);
}

int main(void)
{
    test_read_hard();
    test_read_random();
    test_read_short();
    test_read_midpoints();
    test_write_random();
    test_write_spelling();
    test_write_integers();
    test_write_room();
    test_read_integers();
    test_read_unsigned();
    return check_report();
}
