/* kept.c: memory for params that are kept: for a line, or for another try. Of
 * exchanges every call keeps its own, so blocks are used again. */
#include "base/memory.h"
#include "core/inside.h"

/* What is taken for params of that size. */
static size_t block_size(const struct bell__session *session, size_t size)
{
    return session->ops->exchanges && size <= BELL__KEPT_BYTES
               ? BELL__KEPT_BYTES
               : size;
}

char *bell__kept_take(struct bell__session *session, size_t size)
{
    struct bell__kept *kept = &session->kept;
    size_t block = block_size(session, size);
    if (block == BELL__KEPT_BYTES && kept->count != 0) {
        return kept->blocks[--kept->count];
    }
    return bell__memory_take(session->memory, block);
}

void bell__kept_give(struct bell__session *session, char *bytes, size_t size)
{
    struct bell__kept *kept = &session->kept;
    size_t block = block_size(session, size);
    if (session->ops->exchanges && block == BELL__KEPT_BYTES &&
        kept->count < BELL__KEPT_MAX) {
        kept->blocks[kept->count++] = bytes;
        return;
    }
    bell__memory_free(session->memory, bytes, block);
}

void bell__kept_close(struct bell__session *session)
{
    struct bell__kept *kept = &session->kept;
    while (kept->count != 0) {
        bell__memory_free(session->memory, kept->blocks[--kept->count],
                          BELL__KEPT_BYTES);
    }
}
