/* reply.c: any bytes as the reply of each method of a schema with every kind of
 * type. What is read can be written, and then reads as the same again. */
#include <shop.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "record/codec.h"
#include "target.h"

static const struct bell__codec_limits limits = {.depth_max = 32,
                                                 .items_max = 10000};

static void *decode(bell_string json, const bell_type *type,
                    struct bell__arena *arena)
{
    bell_error error;
    void *value = bell__arena_take(arena, type->size);
    if (value == NULL || bell__decode(json, type, value, arena, &limits,
                                      "result", &error) != BELL_OK) {
        return NULL;
    }
    return value;
}

static void there_and_back(const bell_type *type, const void *value,
                           struct bell__arena *arena)
{
    struct bell__buf once;
    struct bell__buf twice;
    bell_error error;
    bell__buf_open(&once, &bell__memory_default, 1024 * 1024);
    bell__buf_open(&twice, &bell__memory_default, 1024 * 1024);
    if (bell__encode(&once, type, value, &limits, &error) == BELL_OK) {
        bell_string json = {once.bytes, once.size};
        const void *again = decode(json, type, arena);
        bool same =
            again != NULL &&
            bell__encode(&twice, type, again, &limits, &error) == BELL_OK &&
            once.size == twice.size &&
            memcmp(once.bytes, twice.bytes, once.size) == 0;
        if (!same) {
            abort();
        }
    }
    bell__buf_close(&once);
    bell__buf_close(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bell_string json = {(const char *)data, size};
    for (uint32_t i = 0; i < shop_service.method_count; i++) {
        const bell_type *type = shop_service.methods[i].result;
        struct bell__arena arena;
        bell__arena_open(&arena, &bell__memory_default, 16 * 1024 * 1024);
        const void *value = type != NULL ? decode(json, type, &arena) : NULL;
        if (value != NULL) {
            there_and_back(type, value, &arena);
        }
        bell__arena_close(&arena);
    }
    return 0;
}
