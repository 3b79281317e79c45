/* plain_test.c: long texts are copied up to the block that is not plain. */
#include "json/plain.h"

#include "unit/check.h"
#include "json/scan.h"

enum { SIZE = 200, BLOCK = 64 };

/* Each byte there is, at each place, in a text of each length. */
static void any_byte_anywhere(void)
{
    char text[SIZE];
    memset(text, 'x', sizeof text);
    for (int byte = 0; byte < 256; byte++) {
        for (size_t at = 0; at < SIZE; at += at % BLOCK < 2 ? 1 : 13) {
            char copy[SIZE + 1];
            memset(copy, '!', sizeof copy);
            text[at] = (char)byte;
            size_t got = bell__plain_copy(copy, text, SIZE);
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

static void whole_blocks_alone(void)
{
    char text[SIZE];
    char copy[SIZE];
    memset(text, 'x', sizeof text);
    for (size_t size = 0; size <= SIZE; size++) {
        memset(copy, '!', sizeof copy);
        CHECK_INT((int64_t)(size / BLOCK * BLOCK),
                  (int64_t)bell__plain_copy(copy, text, size));
        CHECK(size / BLOCK * BLOCK == SIZE ||
              copy[size / BLOCK * BLOCK] == '!');
    }
}

int main(void)
{
    any_byte_anywhere();
    whole_blocks_alone();
    return check_report();
}
