/* check.h: the few words a unit test needs. A test program prints what failed
 * and where, goes on, and ends with `return check_report();`. */
#ifndef TESTS_UNIT_CHECK_H
#define TESTS_UNIT_CHECK_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int check_passed;
static int check_failed;

static inline void check_count(bool good, const char *file, int line,
                               const char *what)
{
    if (good) {
        __atomic_add_fetch(&check_passed, 1, __ATOMIC_RELAXED);
        return;
    }
    __atomic_add_fetch(&check_failed, 1, __ATOMIC_RELAXED);
    fprintf(stderr, "%s:%d: failed: %s\n", file, line, what);
}

static inline void check_text_at(const char *want, size_t want_size,
                                 const char *got, size_t got_size,
                                 const char *file, int line)
{
    bool same = want_size == got_size &&
                (want_size == 0 || memcmp(want, got, want_size) == 0);
    check_count(same, file, line, "texts differ");
    if (!same) {
        fprintf(stderr, "  want: %.*s\n  got:  %.*s\n", (int)want_size, want,
                (int)got_size, got);
    }
}

static inline void check_int_at(int64_t want, int64_t got, const char *what,
                                const char *file, int line)
{
    check_count(want == got, file, line, what);
    if (want != got) {
        fprintf(stderr, "  want: %" PRId64 "\n  got:  %" PRId64 "\n", want,
                got);
    }
}

#define CHECK(condition)                                                       \
    check_count((condition), __FILE__, __LINE__, #condition)
#define CHECK_INT(want, got)                                                   \
    check_int_at((int64_t)(want), (int64_t)(got), #got, __FILE__, __LINE__)
#define CHECK_TEXT(want, got)                                                  \
    check_text_at((want), strlen(want), (got), strlen(got), __FILE__, __LINE__)
#define CHECK_BYTES(want, got, got_size)                                       \
    check_text_at((want), strlen(want), (got), (got_size), __FILE__, __LINE__)

/* A program that checked nothing has not shown anything. */
static inline int check_report(void)
{
    printf("%d passed, %d failed\n", check_passed, check_failed);
    if (check_passed + check_failed == 0) {
        fprintf(stderr, "nothing was checked\n");
        return 1;
    }
    return check_failed == 0 ? 0 : 1;
}

#endif
