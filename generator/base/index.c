/* index.c: things by name, sorted. It knows no things. */
#include "base/index.h"

#include <stdlib.h>

void index_open(struct index *index, struct bell__arena *arena, size_t capacity)
{
    memset(index, 0, sizeof *index);
    index->arena = arena;
    index->capacity = capacity;
    index->entries =
        capacity == 0
            ? NULL
            : bell__arena_take(arena, capacity * sizeof *index->entries);
    if (index->entries == NULL) {
        index->capacity = 0;
    }
}

void index_add(struct index *index, bell_string name, void *thing)
{
    if (index->count == index->capacity) {
        size_t wider = index->capacity < 16 ? 16 : index->capacity * 2;
        struct entry *entries =
            bell__arena_take(index->arena, wider * sizeof *entries);
        if (entries == NULL) {
            index->failed = true;
            return;
        }
        if (index->count != 0) {
            memcpy(entries, index->entries, index->count * sizeof *entries);
        }
        index->entries = entries;
        index->capacity = wider;
    }
    struct entry *entry = &index->entries[index->count];
    entry->name = name;
    entry->thing = thing;
    entry->order = index->count++;
}

static int compare(bell_string one, bell_string two)
{
    size_t size = one.size < two.size ? one.size : two.size;
    int order = size == 0 ? 0 : memcmp(one.text, two.text, size);
    if (order != 0 || one.size == two.size) {
        return order;
    }
    return one.size < two.size ? -1 : 1;
}

static int by_name(const void *left, const void *right)
{
    const struct entry *one = left;
    const struct entry *two = right;
    int order = compare(one->name, two->name);
    if (order != 0) {
        return order;
    }
    return one->order < two->order ? -1 : 1;
}

void index_sort(struct index *index)
{
    if (index->count > 1) {
        qsort(index->entries, index->count, sizeof *index->entries, by_name);
    }
}

void *index_find(const struct index *index, bell_string name)
{
    size_t low = 0;
    size_t high = index->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(index->entries[middle].name, name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < index->count && compare(index->entries[low].name, name) == 0) {
        return index->entries[low].thing;
    }
    return NULL;
}
