/* codec_damage.h: random damage to a text. */
#ifndef TESTS_UNIT_CODEC_DAMAGE_H
#define TESTS_UNIT_CODEC_DAMAGE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static uint64_t random_state = 88172645463325252U;

static inline size_t random_below(size_t bound)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state % bound);
}

static inline size_t mutate(char *text, size_t size)
{
    static const char bytes[] = "{}[]\",:\\u0e.-n\x80\xE2\xFF\x01 \n9";
    switch (random_below(4)) {
    case 0:
        return random_below(size + 1);
    case 1:
        text[random_below(size)] = bytes[random_below(sizeof bytes)];
        return size;
    case 2: {
        size_t at = random_below(size);
        memmove(text + at, text + at + 1, size - at - 1);
        return size - 1;
    }
    default: {
        size_t from = random_below(size);
        size_t count = random_below(size - from) % 40;
        memmove(text + random_below(size - count), text + from, count);
        return size;
    }
    }
}

#endif
