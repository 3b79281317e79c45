/* reading.c: how lang.yaml is read, key by key: what must be there, what may
 * be, and what has no place there. It knows no schema. */
#include "view/reading.h"

#include <string.h>

#include "base/codes.h"
#include "base/str.h"

const struct node *lang_want(struct lang_reading *reading,
                             const struct node *map, const char *key,
                             enum node_kind kind)
{
    static const char *const kinds[] = {
        [NODE_TEXT] = "string", [NODE_LIST] = "list", [NODE_MAP] = "map"};
    const struct node *found = node_member(map, key);
    if (found == NULL) {
        diag_add(reading->diags, CODE_LANGUAGE, map->spot->place,
                 "a language needs `%s` here", key);
        return NULL;
    }
    if (found->kind != kind) {
        diag_add(reading->diags, CODE_LANGUAGE, found->spot->place,
                 "`%s` of a language must be a %s", key, kinds[kind]);
        return NULL;
    }
    return found;
}

static bell_string text_of(const struct node *node)
{
    bell_string none = {"", 0};
    return node != NULL ? node->text : none;
}

int lang_find_word(bell_string text, const char *const *names)
{
    for (int i = 0; names[i] != NULL; i++) {
        if (bell__str_is(text, names[i])) {
            return i;
        }
    }
    return -1;
}

const char *lang_hint(bell_string text, const char *const *names,
                      char room[NEAREST_BYTES_MAX])
{
    struct nearest nearest;
    nearest_open(&nearest, text);
    for (; *names != NULL; names++) {
        nearest_offer(&nearest, bell_str(*names));
    }
    return nearest_hint(&nearest, room);
}

void lang_check_keys(struct lang_reading *reading, const struct node *map,
                     const char *const *names)
{
    char room[NEAREST_BYTES_MAX];
    const struct node *first = map->kind == NODE_MAP ? map->first : NULL;
    for (const struct node *at = first; at != NULL; at = at->next) {
        if (lang_find_word(at->key, names) < 0) {
            diag_add(reading->diags, CODE_LANGUAGE, at->spot->key_place,
                     "a language has no key `%.*s` here%s", (int)at->key.size,
                     at->key.text, lang_hint(at->key, names, room));
        }
    }
}

static bell_string maybe_text(struct lang_reading *reading,
                              const struct node *map, const char *key)
{
    return node_member(map, key) != NULL
               ? text_of(lang_want(reading, map, key, NODE_TEXT))
               : text_of(NULL);
}

void lang_read_scalars(struct lang_reading *reading, const struct node *map,
                       bool all, struct lang_scalar scalars[SCALAR_COUNT])
{
    static const char *const names[] = {"type", "literal", "lowest", NULL};
    const char *known[SCALAR_COUNT + 1] = {NULL};
    for (size_t i = 0; i < SCALAR_COUNT; i++) {
        known[i] = scalar_rows[i].name.text;
    }
    lang_check_keys(reading, map, known);
    for (size_t i = 0; i < SCALAR_COUNT; i++) {
        if (!all && node_member(map, known[i]) == NULL) {
            continue;
        }
        const struct node *said = lang_want(reading, map, known[i], NODE_MAP);
        if (said == NULL) {
            continue;
        }
        scalars[i].type = text_of(lang_want(reading, said, "type", NODE_TEXT));
        scalars[i].literal = maybe_text(reading, said, "literal");
        scalars[i].lowest = maybe_text(reading, said, "lowest");
        lang_check_keys(reading, said, names);
    }
}
