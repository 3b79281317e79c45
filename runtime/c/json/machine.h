/* machine.h: what of the machine the ways of reading and writing may use.
 * BELL__PORTABLE leaves all of it out: then the plain ways are compiled that
 * other machines go, and tests run them on any. BELL__SMALL makes the library
 * small rather than fast. */
#ifndef BELL__JSON_MACHINE_H
#define BELL__JSON_MACHINE_H

#include <float.h>

#if !defined(BELL__PORTABLE)

#if defined(__SSE2__)
#define BELL__HAS_SSE2 1
#include <emmintrin.h>
#endif

/* Asked for at run time where it is compiled in. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(BELL__SMALL)
#define BELL__HAS_AVX2 1
#include <immintrin.h>
#endif

/* A product of 128 bits. */
#if defined(__SIZEOF_INT128__)
#define BELL__HAS_WIDE 1
#endif

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BELL__HAS_LITTLE 1
#endif

/* A sum or product of doubles is rounded once: not so in the registers of 80
 * bits of an x87, where the result is rounded again when it is kept. */
#if FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 1
#define BELL__HAS_DOUBLES 1
#endif

#endif

#endif
