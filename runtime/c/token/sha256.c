/* sha256.c: see sha256.h. It knows no tokens. */
#include "token/sha256.h"

#include <string.h>

enum { BLOCK = 64, ROUNDS = 64, WORDS = 8 };

struct hash {
    uint32_t state[WORDS];
    uint64_t size;
    uint8_t block[BLOCK]; /* what does not fill one yet */
};

static const uint32_t constants[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t turn(uint32_t word, int bits)
{
    return word >> bits | word << (32 - bits);
}

static void spread(uint32_t words[ROUNDS], const uint8_t block[BLOCK])
{
    for (int i = 0; i < 16; i++) {
        const uint8_t *at = block + 4 * i;
        words[i] = (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
                   (uint32_t)at[2] << 8 | at[3];
    }
    for (int i = 16; i < ROUNDS; i++) {
        uint32_t far = words[i - 15];
        uint32_t near = words[i - 2];
        words[i] = words[i - 16] + words[i - 7] +
                   (turn(far, 7) ^ turn(far, 18) ^ far >> 3) +
                   (turn(near, 17) ^ turn(near, 19) ^ near >> 10);
    }
}

static void take_block(struct hash *hash)
{
    uint32_t words[ROUNDS];
    uint32_t s[WORDS];
    spread(words, hash->block);
    memcpy(s, hash->state, sizeof s);
    for (int i = 0; i < ROUNDS; i++) {
        uint32_t first = s[7] + constants[i] + words[i] +
                         (turn(s[4], 6) ^ turn(s[4], 11) ^ turn(s[4], 25)) +
                         ((s[4] & s[5]) ^ (~s[4] & s[6]));
        uint32_t second = (turn(s[0], 2) ^ turn(s[0], 13) ^ turn(s[0], 22)) +
                          ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, sizeof s - sizeof s[0]);
        s[4] += first;
        s[0] = first + second;
    }
    for (int i = 0; i < WORDS; i++) {
        hash->state[i] += s[i];
    }
    explicit_bzero(words, sizeof words);
    explicit_bzero(s, sizeof s);
}

static void begin(struct hash *hash)
{
    static const uint32_t start[WORDS] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372,
                                          0xa54ff53a, 0x510e527f, 0x9b05688c,
                                          0x1f83d9ab, 0x5be0cd19};
    memcpy(hash->state, start, sizeof start);
    hash->size = 0;
}

static void take(struct hash *hash, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;
    while (size != 0) {
        size_t at = hash->size % BLOCK;
        size_t some = size < BLOCK - at ? size : BLOCK - at;
        memcpy(hash->block + at, from, some);
        hash->size += some;
        from += some;
        size -= some;
        if (at + some == BLOCK) {
            take_block(hash);
        }
    }
}

static void finish(struct hash *hash, uint8_t digest[BELL__SHA256_BYTES])
{
    static const uint8_t padding[BLOCK] = {0x80};
    uint8_t bits[8];
    for (int i = 0; i < 8; i++) {
        bits[i] = (uint8_t)(hash->size * 8 >> (56 - 8 * i));
    }
    size_t at = hash->size % BLOCK;
    take(hash, padding, (at < BLOCK - 8 ? BLOCK - 8 : 2 * BLOCK - 8) - at);
    take(hash, bits, sizeof bits);
    for (size_t i = 0; i < BELL__SHA256_BYTES; i++) {
        digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
    }
}

void bell__hmac_sha256(bell_string secret, bell_string text,
                       uint8_t digest[BELL__SHA256_BYTES])
{
    struct hash hash;
    uint8_t key[BLOCK] = {0};
    if (secret.size > BLOCK) {
        begin(&hash);
        take(&hash, secret.text, secret.size);
        finish(&hash, key);
    } else if (secret.size != 0) {
        memcpy(key, secret.text, secret.size);
    }
    for (size_t i = 0; i < BLOCK; i++) {
        key[i] ^= 0x36;
    }
    begin(&hash);
    take(&hash, key, BLOCK);
    take(&hash, text.text, text.size);
    finish(&hash, digest);
    for (size_t i = 0; i < BLOCK; i++) {
        key[i] ^= 0x36 ^ 0x5c;
    }
    begin(&hash);
    take(&hash, key, BLOCK);
    take(&hash, digest, BELL__SHA256_BYTES);
    finish(&hash, digest);
    explicit_bzero(key, sizeof key);
    explicit_bzero(&hash, sizeof hash);
}
