/* number_bench.c: what a double costs, written in its shortest form and read
 * back as the decoder reads it, beside the C library.
 *
 *   number_bench write|read|libc-write|libc-read ROUNDS
 *
 * The doubles are any finite ones, by their bits: 17 digits and an exponent
 * mostly. Prints nanoseconds of one. */
#include "wire.h"
#include "json/number.h"
#include "json/write.h"

#include <math.h>

enum { COUNT = 4096, ROUNDS_MAX = 100000, TEXT_BYTES = 32 };

static double values[COUNT];
static double read_back[COUNT];
static char texts[COUNT][TEXT_BYTES];
static size_t sizes[COUNT];

static void write_ours(size_t i)
{
    sizes[i] = (size_t)(bell__json_put_double(texts[i], values[i]) - texts[i]);
}

static void write_libc(size_t i)
{
    sizes[i] = (size_t)snprintf(texts[i], TEXT_BYTES, "%.17g", values[i]);
}

static void read_ours(size_t i)
{
    const char *end = texts[i] + sizes[i];
    struct bell__number number;
    struct bell__fault fault;
    if (bell__number_plain_double(texts[i], end, &read_back[i]) != NULL) {
        return;
    }
    if (bell__number_pass(texts[i], end, &number, &fault) != end ||
        !bell__number_double(&number, &read_back[i])) {
        wire_die("a number");
    }
}

static void read_libc(size_t i)
{
    read_back[i] = strtod(texts[i], NULL);
}

static void make_values(void)
{
    uint64_t random = 0x9E3779B97F4A7C15U;
    for (size_t i = 0; i < COUNT;) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        memcpy(&values[i], &random, sizeof random);
        i += isfinite(values[i]) ? 1 : 0;
    }
}

/* The best round: the rest is other people's work. */
static double measure(void (*work)(size_t i), unsigned long rounds)
{
    uint64_t best = UINT64_MAX;
    for (unsigned long round = 0; round < rounds; round++) {
        uint64_t start = wire_now_ns();
        for (size_t i = 0; i < COUNT; i++) {
            work(i);
        }
        uint64_t took = wire_now_ns() - start;
        best = took < best ? took : best;
    }
    return (double)best / COUNT;
}

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        void (*work)(size_t i);
    } kinds[] = {{"write", write_ours},
                 {"read", read_ours},
                 {"libc-write", write_libc},
                 {"libc-read", read_libc}};
    unsigned long rounds = count == 3 ? strtoul(arguments[2], NULL, 10) : 0;
    make_values();
    for (size_t i = 0; i < COUNT; i++) {
        write_ours(i);
        texts[i][sizes[i]] = '\0'; /* strtod() knows no end but this */
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (rounds == 0 || rounds > ROUNDS_MAX ||
            strcmp(arguments[1], kinds[i].name) != 0) {
            continue;
        }
        printf("%.2f\n", measure(kinds[i].work, rounds));
        for (size_t at = 0; strstr(kinds[i].name, "read") && at < COUNT; at++) {
            if (memcmp(&values[at], &read_back[at], sizeof values[at]) != 0) {
                wire_die("a number is another");
            }
        }
        return 0;
    }
    fprintf(stderr,
            "usage: number_bench write|read|libc-write|libc-read ROUNDS\n");
    return 2;
}
