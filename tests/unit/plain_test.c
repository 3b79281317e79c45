/* plain_test.c: long texts are copied up to the block that is not plain. */
#include "json/plain.h"

#include "unit/check.h"
#include "json/scan.h"

enum { SIZE = 200, BLOCK = 64 };

typedef size_t copier(char *restrict to, const char *restrict from,
                      size_t size);

/* Each byte there is, at each place, in a text of each length. */
static void any_byte_anywhere(copier *copy_plain)
{
    char text[SIZE];
    memset(text, 'x', sizeof text);
    for (int byte = 0; byte < 256; byte++) {
        for (size_t at = 0; at < SIZE; at += at % BLOCK < 2 ? 1 : 13) {
            char copy[SIZE + 1];
            memset(copy, '!', sizeof copy);
            text[at] = (char)byte;
            size_t got = copy_plain(copy, text, SIZE);
            bool plain = bell__scan_is_plain((char)byte);
            size_t want = plain || at >= SIZE / BLOCK * BLOCK
                              ? SIZE / BLOCK * BLOCK
                              : at / BLOCK * BLOCK;
            CHECK_INT((int64_t)want, (int64_t)got);
            CHECK(memcmp(copy, text, got) == 0);
            CHECK(copy[SIZE / BLOCK * BLOCK] == '!');
            text[at] = 'x';
        }
    }
}

static void whole_blocks_alone(copier *copy_plain)
{
    char text[SIZE];
    char copy[SIZE];
    memset(text, 'x', sizeof text);
    for (size_t size = 0; size <= SIZE; size++) {
        memset(copy, '!', sizeof copy);
        CHECK_INT((int64_t)(size / BLOCK * BLOCK),
                  (int64_t)copy_plain(copy, text, size));
        CHECK(size / BLOCK * BLOCK == SIZE ||
              copy[size / BLOCK * BLOCK] == '!');
    }
}

int main(void)
{
    static copier *const copiers[] = {bell__plain_copy,
                                      bell__plain_copy_narrow};
    for (size_t i = 0; i < sizeof copiers / sizeof copiers[0]; i++) {
        any_byte_anywhere(copiers[i]);
        whole_blocks_alone(copiers[i]);
    }
    return check_report();
}
