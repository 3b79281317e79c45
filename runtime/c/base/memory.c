/* memory.c: the allocator that everything in a client goes through. */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static void *default_resize(void *context, void *pointer, size_t old_size,
                            size_t new_size)
{
    (void)context;
    (void)old_size;
    if (new_size == 0) {
        free(pointer);
        return NULL;
    }
    return realloc(pointer, new_size);
}

const bell_allocator bell__memory_default = {default_resize, NULL};

void *bell__memory_take(const bell_allocator *memory, size_t size)
{
    if (size == 0) {
        return NULL;
    }
    return memory->resize(memory->context, NULL, 0, size);
}

void *bell__memory_resize(const bell_allocator *memory, void *pointer,
                          size_t old_size, size_t new_size)
{
    return memory->resize(memory->context, pointer, old_size, new_size);
}

void bell__memory_free(const bell_allocator *memory, void *pointer, size_t size)
{
    if (pointer != NULL) {
        memory->resize(memory->context, pointer, size, 0);
    }
}

void bell__memory_wipe(void *pointer, size_t size)
{
    memset(pointer, 0, size);
    __asm__ volatile("" : : "r"(pointer) : "memory");
}
