/* table.c: which call waits under which number. */
#include "core/table.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"

enum { SLOTS_MIN = 16 };

void bell__table_open(struct bell__table *table, const bell_allocator *memory,
                      uint32_t calls_max, bell_call from, uint32_t own)
{
    memset(table, 0, sizeof *table);
    table->memory = memory;
    table->calls_max = calls_max;
    table->free = BELL__NO_SLOT;
    table->own = own;
    table->last = from + own;
}

static size_t map_bytes(const struct bell__table *table)
{
    if (table->map == NULL) {
        return 0;
    }
    return ((size_t)table->map_mask + 1) * sizeof *table->map;
}

void bell__table_close(struct bell__table *table)
{
    bell__memory_free(table->memory, table->map, map_bytes(table));
    bell__memory_free(table->memory, table->slots,
                      table->capacity * sizeof *table->slots);
    table->map = NULL;
    table->map_mask = 0;
    table->slots = NULL;
    table->capacity = 0;
}

void bell__table_rest(struct bell__table *table)
{
    assert(table->count == 0);
    bell__table_close(table);
    table->free = BELL__NO_SLOT;
}

/* A larger map holds every old number at a place of its own: numbers that
 * differ in the low bits differ in more bits too. */
static bool grow_map(struct bell__table *table, uint32_t size)
{
    uint32_t *map = bell__memory_take(table->memory, size * sizeof *map);
    if (map == NULL) {
        return false;
    }
    memset(map, 0, size * sizeof *map);
    for (size_t i = 0; table->map != NULL && i <= table->map_mask; i++) {
        uint32_t entry = table->map[i];
        if (entry != 0) {
            map[table->slots[entry - 1].number & (size - 1)] = entry;
        }
    }
    bell__memory_free(table->memory, table->map, map_bytes(table));
    table->map = map;
    table->map_mask = size - 1;
    return true;
}

static bool grow(struct bell__table *table)
{
    uint32_t old = table->capacity;
    uint32_t capacity = old == 0 ? SLOTS_MIN : old * 2;
    size_t size = sizeof *table->slots;
    if (table->map == NULL || (uint64_t)table->map_mask + 1 < capacity * 2ull) {
        if (!grow_map(table, capacity * 2)) {
            return false;
        }
    }
    struct bell__slot *slots = bell__memory_resize(table->memory, table->slots,
                                                   old * size, capacity * size);
    if (slots == NULL) {
        return false;
    }
    memset(slots + old, 0, (capacity - old) * size);
    for (uint32_t i = capacity; i > old; i--) {
        slots[i - 1].next = table->free;
        table->free = i - 1;
    }
    table->slots = slots;
    table->capacity = capacity;
    return true;
}

/* Passes over numbers whose place is taken, and over ids that no call has: 0,
 * and the session's own. */
static bell_call next_number(struct bell__table *table)
{
    bell_call number = table->last + 1;
    while ((uint32_t)number <= table->own ||
           table->map[number & table->map_mask] != 0) {
        number++;
    }
    table->last = number;
    return number;
}

static void number_slot(struct bell__table *table, uint32_t index)
{
    bell_call number = next_number(table);
    table->slots[index].number = number;
    table->map[number & table->map_mask] = index + 1;
}

bell_status bell__table_take(struct bell__table *table, uint32_t *index)
{
    if (table->count >= table->calls_max) {
        return BELL_LIMIT;
    }
    if (table->free == BELL__NO_SLOT && !grow(table)) {
        return BELL_NO_MEMORY;
    }
    struct bell__slot *slot = &table->slots[table->free];
    *index = table->free;
    table->free = slot->next;
    memset(slot, 0, sizeof *slot);
    table->count++;
    number_slot(table, *index);
    return BELL_OK;
}

uint32_t bell__table_skip(struct bell__table *table)
{
    if (table->map == NULL && !grow(table)) {
        return 0;
    }
    return (uint32_t)next_number(table);
}

struct bell__slot *bell__table_find(const struct bell__table *table,
                                    bell_call number)
{
    struct bell__slot *slot = bell__table_find_id(table, (uint32_t)number);
    return slot != NULL && slot->number == number ? slot : NULL;
}

struct bell__slot *bell__table_find_id(const struct bell__table *table,
                                       uint32_t id)
{
    if (table->map == NULL) {
        return NULL;
    }
    uint32_t entry = table->map[id & table->map_mask];
    if (entry == 0) {
        return NULL;
    }
    struct bell__slot *slot = &table->slots[entry - 1];
    return (uint32_t)slot->number == id ? slot : NULL;
}

void bell__table_forget(struct bell__table *table,
                        const struct bell__slot *slot)
{
    uint32_t *entry = &table->map[slot->number & table->map_mask];
    if (*entry == bell__table_index(table, slot) + 1) {
        *entry = 0;
    }
}

void bell__table_release(struct bell__table *table, uint32_t index)
{
    struct bell__slot *slot = &table->slots[index];
    slot->stand = BELL__CALL_FREE;
    slot->number = 0;
    slot->next = table->free;
    table->free = index;
    table->count--;
}
