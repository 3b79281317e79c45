/* counter.h: an allocator for tests that counts, and that can fail. */
#ifndef TESTS_UNIT_COUNTER_H
#define TESTS_UNIT_COUNTER_H

#include <bell/bell.h>
#include <stdlib.h>

struct counter {
    size_t bytes; /* in use */
    size_t blocks;
    size_t calls; /* that asked for memory */
    size_t fail;  /* the number of the call that fails; 0: none */
};

static void *counter_resize(void *context, void *pointer, size_t old_size,
                            size_t new_size)
{
    struct counter *counter = context;
    if (new_size == 0) {
        counter->bytes -= old_size;
        counter->blocks -= pointer != NULL;
        free(pointer);
        return NULL;
    }
    counter->calls++;
    if (counter->calls == counter->fail) {
        return NULL;
    }
    void *moved = realloc(pointer, new_size);
    if (moved != NULL) {
        counter->bytes += new_size - old_size;
        counter->blocks += pointer == NULL;
    }
    return moved;
}

static inline bell_allocator counter_allocator(struct counter *counter)
{
    bell_allocator allocator = {counter_resize, counter};
    memset(counter, 0, sizeof *counter);
    return allocator;
}

#endif
