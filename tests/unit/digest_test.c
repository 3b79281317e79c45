/* digest_test.c: SHA-1 and HMAC-SHA256 against OpenSSL, at every size about a
 * block. */
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "base/sha1.h"
#include "token/sha256.h"
#include "unit/check.h"

enum { SIZES = 300 };

static void fill(char *text, size_t size, unsigned seed)
{
    for (size_t i = 0; i < size; i++) {
        seed = seed * 1103515245 + 12345;
        text[i] = (char)(seed >> 16);
    }
}

static void test_sha1(void)
{
    char text[SIZES];
    uint8_t want[BELL__SHA1_BYTES];
    uint8_t got[BELL__SHA1_BYTES];
    for (size_t size = 0; size < SIZES; size++) {
        fill(text, size, (unsigned)size);
        SHA1((const unsigned char *)text, size, want);
        bell__sha1(text, size, got);
        CHECK(memcmp(want, got, sizeof got) == 0);
    }
}

static void test_hmac(void)
{
    char text[SIZES];
    char secret[SIZES];
    uint8_t want[BELL__SHA256_BYTES];
    uint8_t got[BELL__SHA256_BYTES];
    unsigned wrote = 0;
    for (size_t size = 0; size < SIZES; size++) {
        size_t secret_size = 1 + size * 7 % 150;
        fill(text, size, (unsigned)size);
        fill(secret, secret_size, (unsigned)size + 1);
        HMAC(EVP_sha256(), secret, (int)secret_size,
             (const unsigned char *)text, size, want, &wrote);
        bell__hmac_sha256((bell_string){secret, secret_size},
                          (bell_string){text, size}, got);
        CHECK(memcmp(want, got, sizeof got) == 0);
    }
}

int main(void)
{
    test_sha1();
    test_hmac();
    return check_report();
}
