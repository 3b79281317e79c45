/* powers_small.c: the powers of ten of powers.c, worked out from every 27th of
 * them: a thirteenth of the room. For a library that is small rather than fast.
 */
#include "json/powers.h"

enum { STEP = 27, FIRST = -351 }; /* so that 10^0 is one of them, and exact */

/* clang-format off */
static const uint64_t bases[] = {
    0x8049a4ac0c5811ae, 0x205b896d777d6278, 0xcf42894a5dce35ea,
    0x52064cac828675b9, 0xa76c582338ed2621, 0xaf2af2b80af6f24e,
    0x873e4f75e2224e68, 0x5a7744a6e804a291, 0xda7f5bf590966848,
    0xaf39a475506a899e, 0xb080392cc4349dec, 0xbd8d794d96aacfb3,
    0x8e938662882af53e, 0x547eb47b7282ee9c, 0xe65829b3046b0afa,
    0x0cb4a5a3112a5112, 0xba121a4650e4ddeb, 0x92f34d62616ce413,
    0x964e858c91ba2655, 0x3a6a07f8d510f86f, 0xf2d56790ab41c2a2,
    0xfae27299423fb9c3, 0xc428d05aa4751e4c, 0xaa97e14c3c26b886,
    0x9e74d1b791e07e48, 0x775ea264cf55347d, 0x8000000000000000,
    0x0000000000000000, 0xcecb8f27f4200f3a, 0x0000000000000000,
    0xa70c3c40a64e6c51, 0x999090b65f67d924, 0x86f0ac99b4e8dafd,
    0x69a028bb3ded71a3, 0xda01ee641a708de9, 0xe80e6f4820cc9495,
    0xb01ae745b101e9e4, 0x5ec05dcff72e7f8f, 0x8e41ade9fbebc27d,
    0x14588f13be847307, 0xe5d3ef282a242e81, 0x8f1668c8a86da5fa,
    0xb9a74a0637ce2ee1, 0x6d953e2bd7173692, 0x95f83d0a1fb69cd9,
    0x4abdaf101564f98e, 0xf24a01a73cf2dccf, 0xbc633b39673c8cec,
    0xc3b8358109e84f07, 0x0a862f80ec4700c8, 0x9e19db92b4e31ba9,
    0x6c07a2c26a8346d1,
};

/* What is cut from a base makes a product this much too small: two bits each,
 * 32 to a word. */
static const uint64_t missing[] = {
    0x0011555555440000, 0x0001051414005404, 0x5565115040140005,
    0x50151151045a5595, 0x5456594955550415, 0x0111041500144105,
    0x0000401000550041, 0x55a5550000000000, 0x0001410045965545,
    0x5104541455500040, 0x1151441546551455, 0x0000000000000000,
    0x0000000000000000, 0x9695556400000000, 0x5555551554165a65,
    0x5554515154454140, 0x5040004404000041, 0x1411155151555455,
    0x0000000550511054, 0x0010010000000040, 0x0000000000000000,
    0x0000000000000000,
};
/* clang-format on */

void bell__powers_find(int exponent, uint64_t power[2])
{
    unsigned at = (unsigned)(exponent - FIRST);
    const uint64_t *base = &bases[2 * (at / STEP)];
    uint64_t five = 1;
    for (unsigned i = at % STEP; i > 0; i--) {
        five *= 5;
    }
    uint64_t low, rest;
    uint64_t middle = bell__product(base[1], five, &rest);
    uint64_t high = bell__product(base[0], five, &low);
    middle += low;
    high += middle < low;
    for (; high >> 63 == 0; rest <<= 1) {
        high = high << 1 | middle >> 63;
        middle = middle << 1 | rest >> 63;
    }
    uint64_t more = missing[at / 32] >> (2 * (at % 32)) & 3;
    power[0] = high + (middle + more < more);
    power[1] = middle + more;
}
