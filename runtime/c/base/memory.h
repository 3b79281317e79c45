/* memory.h: the allocator that everything in a client goes through. It knows
 * no types; sizes are told back on free so that a test can count them. */
#ifndef BELL__BASE_MEMORY_H
#define BELL__BASE_MEMORY_H

#include <bell/bell.h>

/* malloc, realloc, free. */
extern const bell_allocator bell__memory_default;

/* NULL where memory is short. Size 0 gives NULL. */
void *bell__memory_take(const bell_allocator *memory, size_t size);

/* As realloc; the old block stays valid where NULL comes back. */
void *bell__memory_resize(const bell_allocator *memory, void *pointer,
                          size_t old_size, size_t new_size);

/* NULL is fine. */
void bell__memory_free(const bell_allocator *memory, void *pointer,
                       size_t size);

/* Zeroes what was secret, also where the compiler sees that nobody will read
 * it. */
void bell__memory_wipe(void *pointer, size_t size);

#endif
