/* random.c: random bytes from the kernel, fetched by the page. It knows no use
 * for them. */
#include "base/random.h"

#include <errno.h>
#include <sys/random.h>
#include <unistd.h>

#if defined(__linux__) && !defined(BELL__PLAIN_SYSTEM)

static bool fill(struct bell__random *random)
{
    size_t have = 0;
    while (have < BELL__RANDOM_POOL) {
        ssize_t got =
            getrandom(random->pool + have, BELL__RANDOM_POOL - have, 0);
        if (got < 0 && errno != EINTR) {
            return false;
        }
        have += got > 0 ? (size_t)got : 0;
    }
    random->left = BELL__RANDOM_POOL;
    return true;
}

#else

/* As macOS and BSD have it: at most 256 bytes at once. */
static bool fill(struct bell__random *random)
{
    enum { PIECE = 256 };
    for (size_t have = 0; have < BELL__RANDOM_POOL; have += PIECE) {
        if (getentropy(random->pool + have, PIECE) != 0) {
            return false;
        }
    }
    random->left = BELL__RANDOM_POOL;
    return true;
}

#endif

bool bell__random_take(struct bell__random *random, void *bytes, size_t size)
{
    if (size > random->left && !fill(random)) {
        return false;
    }
    memcpy(bytes, random->pool + BELL__RANDOM_POOL - random->left, size);
    random->left -= size;
    return true;
}
