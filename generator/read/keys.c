/* keys.c: keys that a map has twice. It knows no format. */
#include "base/codes.h"
#include "base/index.h"
#include "base/str.h"
#include "read/text.h"

enum { FEW_KEYS = 8 };

static void complain(struct diags *diags, const struct node *first,
                     const struct node *again)
{
    struct diag *diag = diag_add(diags, CODE_TWICE, again->spot->key_place,
                                 "the key '%.*s' appears twice",
                                 (int)again->key.size, again->key.text);
    diag_second(diags, diag, first->spot->key_place, "first used here");
}

static void check_few(const struct node *map, struct diags *diags)
{
    for (const struct node *at = map->first; at != NULL; at = at->next) {
        const struct node *first = map->first;
        while (first != at && !bell__str_equal(first->key, at->key)) {
            first = first->next;
        }
        if (first != at) {
            complain(diags, first, at);
        }
    }
}

void read_check_keys(struct node *map, struct bell__arena *arena,
                     struct diags *diags)
{
    if (map->count <= FEW_KEYS) {
        check_few(map, diags);
        return;
    }
    struct bell__arena room;
    bell__arena_open(&room, arena->memory, 0);
    struct index index;
    index_open(&index, &room, map->count);
    for (struct node *at = map->first; at != NULL; at = at->next) {
        index_add(&index, at->key, at);
    }
    index_sort(&index);
    const struct entry *first = index.entries;
    for (size_t i = 1; i < index.count; i++) {
        if (bell__str_equal(first->name, index.entries[i].name)) {
            complain(diags, first->thing, index.entries[i].thing);
            continue;
        }
        first = &index.entries[i];
    }
    bell__arena_close(&room);
}
