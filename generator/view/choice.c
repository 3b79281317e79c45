/* choice.c: what a language lets its users choose by --set: other types for
 * some scalars. It knows no schema. */
#include <stdio.h>
#include <string.h>

#include "base/codes.h"
#include "base/str.h"
#include "view/reading.h"

static void *take(struct lang_reading *reading, size_t size)
{
    void *memory = bell__arena_take(reading->arena, size);
    if (memory == NULL) {
        diag_add(reading->diags, CODE_OUTPUT, (struct place){0},
                 "out of memory");
        return NULL;
    }
    return memset(memory, 0, size);
}

static void read_options(struct lang_reading *reading, const struct node *map,
                         struct lang_choice *choice)
{
    struct lang_option **last = &choice->options;
    if (map->kind != NODE_MAP || map->count == 0) {
        diag_add(reading->diags, CODE_LANGUAGE, map->spot->key_place,
                 "a choice is a map of its values: {number: {}, ...}");
        return;
    }
    for (const struct node *at = map->first; at != NULL; at = at->next) {
        struct lang_option *option = take(reading, sizeof *option);
        if (option == NULL) {
            return;
        }
        option->name = at->key;
        lang_read_scalars(reading, at, false, option->scalars);
        *last = option;
        last = &option->next;
    }
    choice->options->chosen = true;
}

void lang_read_choices(struct lang_reading *reading, const struct node *map)
{
    struct lang_choice **last = &reading->lang->choices;
    for (const struct node *at = map->first; at != NULL; at = at->next) {
        struct lang_choice *choice = take(reading, sizeof *choice);
        if (choice == NULL) {
            return;
        }
        choice->key = at->key;
        read_options(reading, at, choice);
        *last = choice;
        last = &choice->next;
    }
}

static const struct lang_choice *find(const struct lang *lang, bell_string key)
{
    const struct lang_choice *at = lang->choices;
    while (at != NULL && !bell__str_equal(at->key, key)) {
        at = at->next;
    }
    return at;
}

bool lang_knows(const struct lang *lang, bell_string key)
{
    return find(lang, key) != NULL;
}

#define SHOWN(it) (it).size > 40 ? 40 : (int)(it).size, (it).text

static void tell_options(const struct lang *lang,
                         const struct lang_choice *choice, bell_string value,
                         char wrong[FILE_WRONG_MAX])
{
    char list[160];
    size_t size = 0;
    for (const struct lang_option *at = choice->options; at != NULL;
         at = at->next) {
        const char *before = at == choice->options ? ""
                             : at->next == NULL    ? " or "
                                                   : ", ";
        int wrote = snprintf(list + size, sizeof list - size, "%s%.*s", before,
                             (int)at->name.size, at->name.text);
        size += wrote > 0 ? (size_t)wrote : 0;
        if (size >= sizeof list) {
            break;
        }
    }
    snprintf(wrong, FILE_WRONG_MAX,
             "--set %.*s of %.*s must be %.160s, not '%.*s'",
             SHOWN(choice->key), SHOWN(lang->name), list, SHOWN(value));
}

bool lang_choose(struct lang *lang, bell_string key, bell_string value,
                 char wrong[FILE_WRONG_MAX])
{
    const struct lang_choice *choice = find(lang, key);
    struct lang_option *chosen = NULL;
    for (struct lang_option *at = choice->options; at != NULL; at = at->next) {
        at->chosen = bell__str_equal(at->name, value);
        chosen = at->chosen ? at : chosen;
    }
    if (chosen == NULL) {
        tell_options(lang, choice, value, wrong);
        return false;
    }
    for (size_t i = 0; i < SCALAR_COUNT; i++) {
        if (chosen->scalars[i].type.size != 0) {
            lang->scalars[i] = chosen->scalars[i];
        }
    }
    return true;
}
