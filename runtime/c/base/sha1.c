/* sha1.c: RFC 3174 for a text that is there as a whole. */
#include "base/sha1.h"

#include <string.h>

enum { BLOCK = 64, ROUNDS = 80, WORDS = 5 };

static uint32_t turn(uint32_t word, int bits)
{
    return word << bits | word >> (32 - bits);
}

static uint32_t mix(int round, uint32_t b, uint32_t c, uint32_t d)
{
    switch (round / 20) {
    case 0:
        return ((b & c) | (~b & d)) + 0x5A827999;
    case 1:
        return (b ^ c ^ d) + 0x6ED9EBA1;
    case 2:
        return ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC;
    default:
        return (b ^ c ^ d) + 0xCA62C1D6;
    }
}

static void take_block(uint32_t state[WORDS], const uint8_t block[BLOCK])
{
    uint32_t words[ROUNDS];
    for (int i = 0; i < 16; i++) {
        const uint8_t *at = block + 4 * i;
        words[i] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
                   (uint32_t)at[2] << 8 | at[3];
    }
    for (int i = 16; i < ROUNDS; i++) {
        words[i] = turn(
            words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4];
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t next = turn(a, 5) + mix(i, b, c, d) + e + words[i];
        e = d;
        d = c;
        c = turn(b, 30);
        b = a;
        a = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

void bell__sha1(const char *text, size_t size, uint8_t digest[BELL__SHA1_BYTES])
{
    uint32_t state[WORDS] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476,
                             0xC3D2E1F0};
    uint8_t last[2 * BLOCK] = {0};
    uint64_t bits = (uint64_t)size * 8;
    for (; size >= BLOCK; size -= BLOCK) {
        take_block(state, (const uint8_t *)text);
        text += BLOCK;
    }
    memcpy(last, text, size);
    last[size] = 0x80;
    size_t blocks = size + 9 <= BLOCK ? 1 : 2;
    for (size_t i = 0; i < 8; i++) {
        last[BLOCK * blocks - 1 - i] = (uint8_t)(bits >> (8 * i));
    }
    for (size_t i = 0; i < blocks; i++) {
        take_block(state, last + BLOCK * i);
    }
    for (size_t i = 0; i < BELL__SHA1_BYTES; i++) {
        digest[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
    }
}
