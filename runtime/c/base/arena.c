/* arena.c: memory that is given piece by piece and freed at once. */
#include "base/arena.h"

#include <stdalign.h>
#include <string.h>

#include "base/memory.h"

enum { BLOCK_BYTES_MIN = 1024, BLOCK_BYTES_MAX = 1024 * 1024 };

struct bell__block {
    struct bell__block *next;
    size_t size; /* with this head */
};

enum { ALIGN = alignof(max_align_t) };

enum { HEAD_BYTES = (sizeof(struct bell__block) + ALIGN - 1) / ALIGN * ALIGN };

void bell__arena_open(struct bell__arena *arena, const bell_allocator *memory,
                      size_t limit)
{
    memset(arena, 0, sizeof *arena);
    arena->memory = memory;
    arena->limit = limit;
}

/* Doubles from the smallest to the largest block; a piece that is larger than
 * that gets a block of its own size. */
static size_t block_size(const struct bell__arena *arena, size_t wanted)
{
    size_t size = BLOCK_BYTES_MIN;
    while (size < arena->taken && size < BLOCK_BYTES_MAX) {
        size *= 2;
    }
    return wanted > size ? wanted : size;
}

static bool grow(struct bell__arena *arena, size_t size)
{
    arena->limited = false;
    if (size > SIZE_MAX / 2) {
        arena->limited = true;
        return false;
    }
    size_t wanted = block_size(arena, size + HEAD_BYTES + ALIGN);
    if (arena->limit != 0 && wanted > arena->limit - arena->taken) {
        wanted = size + HEAD_BYTES + ALIGN;
    }
    if (arena->limit != 0 && wanted > arena->limit - arena->taken) {
        arena->limited = true;
        return false;
    }
    struct bell__block *block = bell__memory_take(arena->memory, wanted);
    if (block == NULL) {
        return false;
    }
    block->next = arena->blocks;
    block->size = wanted;
    arena->blocks = block;
    arena->taken += wanted;
    arena->at = (char *)block + HEAD_BYTES;
    arena->end = (char *)block + wanted;
    return true;
}

void *bell__arena_take(struct bell__arena *arena, size_t size)
{
    size_t gap = (ALIGN - (uintptr_t)arena->at % ALIGN) % ALIGN;
    if (arena->at == NULL || (size_t)(arena->end - arena->at) < gap ||
        (size_t)(arena->end - arena->at) - gap < size) {
        if (!grow(arena, size)) {
            return NULL;
        }
        gap = 0;
    }
    char *piece = arena->at + gap;
    arena->at = piece + size;
    return piece;
}

char *bell__arena_bytes(struct bell__arena *arena, size_t size)
{
    if (arena->at == NULL || (size_t)(arena->end - arena->at) < size) {
        if (!grow(arena, size)) {
            return NULL;
        }
    }
    char *piece = arena->at;
    arena->at = piece + size;
    return piece;
}

bell_string bell__arena_copy(struct bell__arena *arena, bell_string text)
{
    bell_string copy = {NULL, 0};
    char *bytes = bell__arena_bytes(arena, text.size + 1);
    if (bytes == NULL) {
        return copy;
    }
    if (text.size != 0) {
        memcpy(bytes, text.text, text.size);
    }
    bytes[text.size] = '\0';
    copy.text = bytes;
    copy.size = text.size;
    return copy;
}

/* Those down to `last`, which stays; gives it. */
static struct bell__block *free_blocks(struct bell__arena *arena,
                                       struct bell__block *block,
                                       const struct bell__block *last)
{
    while (block != last) {
        struct bell__block *next = block->next;
        arena->taken -= block->size;
        bell__memory_free(arena->memory, block, block->size);
        block = next;
    }
    return block;
}

void bell__arena_reset(struct bell__arena *arena)
{
    if (arena->blocks == NULL) {
        return;
    }
    free_blocks(arena, arena->blocks->next, NULL);
    arena->blocks->next = NULL;
    arena->at = (char *)arena->blocks + HEAD_BYTES;
}

struct bell__arena_mark bell__arena_mark(const struct bell__arena *arena)
{
    return (struct bell__arena_mark){arena->blocks, arena->at};
}

void bell__arena_rewind(struct bell__arena *arena, struct bell__arena_mark mark)
{
    arena->blocks = free_blocks(arena, arena->blocks, mark.block);
    arena->at = mark.at;
    arena->end = arena->blocks != NULL
                     ? (char *)arena->blocks + arena->blocks->size
                     : NULL;
}

void bell__arena_close(struct bell__arena *arena)
{
    free_blocks(arena, arena->blocks, NULL);
    arena->blocks = NULL;
    arena->at = NULL;
    arena->end = NULL;
}
