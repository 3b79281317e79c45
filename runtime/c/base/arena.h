/* arena.h: memory that is given piece by piece and freed at once. It knows no
 * types. Also the generator's arena. */
#ifndef BELL__BASE_ARENA_H
#define BELL__BASE_ARENA_H

#include <bell/bell.h>

struct bell__block;

struct bell__arena {
    const bell_allocator *memory;
    struct bell__block *blocks; /* newest first */
    char *at;
    char *end;
    size_t taken; /* bytes of all blocks */
    size_t limit; /* of `taken`; 0: none */
    bool limited; /* the last NULL was the limit's, not the allocator's */
};

/* Allocates nothing yet. `memory` must outlive the arena. */
void bell__arena_open(struct bell__arena *arena, const bell_allocator *memory,
                      size_t limit);

/* Aligned for any type, not zeroed. NULL where memory is short or the limit
 * is met. Size 0 gives a valid address. */
void *bell__arena_take(struct bell__arena *arena, size_t size);

/* The same for bytes of text: no alignment. */
char *bell__arena_bytes(struct bell__arena *arena, size_t size);

/* A NUL-terminated copy; {NULL, 0} where memory is short (also then only). */
bell_string bell__arena_copy(struct bell__arena *arena, bell_string text);

/* Keeps the newest block for reuse, frees the others. */
void bell__arena_reset(struct bell__arena *arena);

/* How far it has been used. Going back to a mark gives up what was taken since;
 * marks that were made since are void. */
struct bell__arena_mark {
    const struct bell__block *block;
    char *at;
};
struct bell__arena_mark bell__arena_mark(const struct bell__arena *arena);
void bell__arena_rewind(struct bell__arena *arena,
                        struct bell__arena_mark mark);

/* Frees everything; the arena may be used again. */
void bell__arena_close(struct bell__arena *arena);

#endif
