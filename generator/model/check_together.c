/* check_together.c: services of one run against each other: a program links
 * all of them, so no symbol may be in two. */
#include <stdio.h>

#include "base/codes.h"
#include "base/str.h"
#include "base/words.h"
#include "model/check.h"

struct symbol {
    const struct service *service;
    const struct place *place;
};

struct symbols {
    struct bell__arena room;
    struct index index;
    const struct service *service;
};

/* The service's name and up to two names behind it. Constants are in capitals:
 * they meet only each other, so they are kept apart by a sign in front. */
static void add(struct symbols *symbols, bool constant, bell_string one,
                bell_string two, const struct place *place)
{
    struct symbol *symbol = bell__arena_take(&symbols->room, sizeof *symbol);
    bell_string first = words_join(one, CASE_SNAKE, &symbols->room);
    bell_string second = {"", 0};
    if (two.size != 0) {
        second = words_join(two, CASE_SNAKE, &symbols->room);
    }
    bell_string service = symbols->service->name;
    size_t room = service.size + first.size + second.size + 4;
    char *text = bell__arena_bytes(&symbols->room, room);
    if (symbol == NULL || first.text == NULL || second.text == NULL ||
        text == NULL) {
        return;
    }
    bool said = first.size > service.size && !constant &&
                bell__str_starts(first, service) &&
                first.text[service.size] == '_' && two.size == 0;
    int size =
        snprintf(text, room, "%s%.*s%s%.*s%s%.*s", constant ? "#" : "",
                 said ? 0 : (int)service.size, service.text, said ? "" : "_",
                 (int)first.size, first.text, two.size != 0 ? "_" : "",
                 (int)second.size, second.text);
    symbol->service = symbols->service;
    symbol->place = place;
    index_add(&symbols->index, (bell_string){text, (size_t)size}, symbol);
}

static void add_type(struct symbols *symbols, const struct type *type)
{
    bell_string none = {NULL, 0};
    add(symbols, false, type->name, none, &type->place);
    for (const struct value *at = type->values; at != NULL; at = at->next) {
        add(symbols, true, type->name, at->name, &at->place);
    }
    for (const struct variant *at = type->variants; at != NULL; at = at->next) {
        add(symbols, true, type->name, at->name, &at->place);
    }
}

static void add_errors(struct symbols *symbols, const struct method *method)
{
    for (const struct method_error *at = method->errors; at != NULL;
         at = at->next) {
        if (at->name.size != 0) {
            add(symbols, false, BELL_STR("error"), at->name, &at->place);
        }
    }
}

static void add_service(struct symbols *symbols, const struct service *service)
{
    static const char *const own[] = {"open", "service"};
    bell_string none = {NULL, 0};
    symbols->service = service;
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        add(symbols, false, bell_str(own[i]), none, &service->place);
    }
    for (const struct type *at = service->types; at != NULL; at = at->next) {
        add_type(symbols, at);
    }
    for (const struct method *at = service->calls; at != NULL; at = at->next) {
        add(symbols, false, at->name, none, &at->place);
        add(symbols, false, at->name, BELL_STR("start"), &at->place);
        add(symbols, false, at->name, BELL_STR("with"), &at->place);
        add_errors(symbols, at);
    }
}

/* Gives the second place. A method's forms meet where the method does: `told`
 * is where the last pair met. */
static const struct place *tell(struct diags *diags, const struct entry *one,
                                const struct entry *two,
                                const struct place *told)
{
    const struct symbol *first = one->thing;
    const struct symbol *second = two->thing;
    if (first->service == second->service || second->place == told) {
        return told; /* within one service it is that language's to mend */
    }
    bell_string name = two->name;
    if (name.text[0] == '#') {
        name.text++;
        name.size--;
    }
    struct diag *diag =
        diag_add(diags, CODE_SYMBOLS, *second->place,
                 "in C, this and a name of the service %.*s would both be "
                 "%.*s: give one of them a 'name:'",
                 (int)first->service->name.size, first->service->name.text,
                 name.size > 100 ? 100 : (int)name.size, name.text);
    diag_second(diags, diag, *first->place, "the other one is here");
    return second->place;
}

static void check_symbols(const struct service *services, struct diags *diags)
{
    struct symbols symbols;
    const struct place *told = NULL;
    bell__arena_open(&symbols.room, diags->arena->memory, 0);
    index_open(&symbols.index, &symbols.room, 0);
    for (; services != NULL; services = services->next) {
        add_service(&symbols, services);
    }
    index_sort(&symbols.index);
    for (size_t i = 1; i < symbols.index.count; i++) {
        const struct entry *entries = symbols.index.entries;
        if (bell__str_equal(entries[i - 1].name, entries[i].name)) {
            told = tell(diags, &entries[i - 1], &entries[i], told);
        }
    }
    bell__arena_close(&symbols.room);
}

static bool check_service_names(const struct service *services,
                                struct diags *diags)
{
    struct index index;
    bool good = true;
    index_open(&index, diags->arena, 0);
    for (const struct service *at = services; at != NULL; at = at->next) {
        struct symbol *symbol = bell__arena_take(diags->arena, sizeof *symbol);
        if (symbol != NULL && at->name.size != 0) {
            symbol->place = &at->place;
            index_add(&index, at->name, symbol);
        }
    }
    index_sort(&index);
    for (size_t i = 1; i < index.count; i++) {
        const struct entry *entry = &index.entries[i];
        if (!bell__str_equal(entry[-1].name, entry->name)) {
            continue;
        }
        const struct symbol *first = entry[-1].thing;
        const struct symbol *second = entry->thing;
        struct diag *diag =
            diag_add(diags, CODE_SERVICES, *second->place,
                     "two schemas of this run describe the service '%.*s'",
                     (int)entry->name.size, entry->name.text);
        diag_second(diags, diag, *first->place, "the other one is here");
        good = false;
    }
    return good;
}

void model_check_together(struct service *services, struct diags *diags)
{
    if (services == NULL || services->next == NULL) {
        return;
    }
    if (check_service_names(services, diags)) {
        check_symbols(services, diags);
    }
}
