/* check_constants.c: no two public constants of a service have one name: what
 * an unchanged program sends never depends on which types stand beside. */
#include "base/codes.h"
#include "base/str.h"
#include "base/words.h"
#include "model/check.h"

struct constants {
    struct checker *checker;
    struct bell__arena room;
    struct index index;
    bool stripped; /* of the service's own name, as where names have a prefix */
};

struct constant {
    const void *of; /* the type or method that has it */
    bell_string whose;
    bell_string name;
    const struct place *place;
};

/* Words without the service's own in front. */
static bell_string strip(const struct constants *constants, bell_string words)
{
    bell_string service = constants->checker->service->name;
    if (constants->stripped && service.size != 0 &&
        words.size > service.size + 1 && bell__str_starts(words, service) &&
        words.text[service.size] == '_') {
        words.text += service.size + 1;
        words.size -= service.size + 1;
    }
    return words;
}

static void add(struct constants *constants, const struct constant *given,
                const char *middle)
{
    struct bell__arena *room = &constants->room;
    bell_string left =
        strip(constants, words_join(given->whose, CASE_SNAKE, room));
    bell_string right = words_join(given->name, CASE_SNAKE, room);
    size_t between = strlen(middle);
    size_t size = left.size + between + right.size;
    struct constant *constant = bell__arena_take(room, sizeof *constant);
    char *text = bell__arena_bytes(room, size + 1);
    if (left.text == NULL || right.text == NULL || constant == NULL ||
        text == NULL) {
        return;
    }
    *constant = *given;
    memcpy(text, left.text, left.size);
    memcpy(text + left.size, middle, between);
    memcpy(text + left.size + between, right.text, right.size);
    index_add(&constants->index, (bell_string){text, size}, constant);
}

static void add_type(struct constants *constants, const struct type *type)
{
    struct constant constant = {.of = type, .whose = type->name};
    for (const struct value *at = type->values; at != NULL; at = at->next) {
        constant.name = at->name;
        constant.place = &at->place;
        add(constants, &constant, "_");
    }
    for (const struct variant *at = type->variants; at != NULL; at = at->next) {
        constant.name = at->name;
        constant.place = &at->place;
        add(constants, &constant, "_");
    }
}

static void add_errors(struct constants *constants, const struct method *method)
{
    for (const struct method_error *at = method->errors; at != NULL;
         at = at->next) {
        struct constant constant = {.of = method,
                                    .whose = method->name,
                                    .name = at->name,
                                    .place = &at->place};
        if (at->name.size != 0) {
            add(constants, &constant, "_error_");
        }
    }
}

static void add_roles(struct constants *constants)
{
    for (const struct role *at = constants->checker->service->roles; at != NULL;
         at = at->next) {
        struct constant constant = {.of = at,
                                    .whose = BELL_STR("role"),
                                    .name = at->name,
                                    .place = &at->place};
        if (at->meant) {
            add(constants, &constant, "_");
        }
    }
}

static bool earlier(const struct place *one, const struct place *two)
{
    return one->line != two->line ? one->line < two->line
                                  : one->column < two->column;
}

static void tell(struct constants *constants, const struct constant *one,
                 const struct constant *two)
{
    bool swap = earlier(two->place, one->place);
    const struct constant *first = swap ? two : one;
    const struct constant *second = swap ? one : two;
    if (first->of == second->of) {
        return; /* told with the names of one type */
    }
    struct diag *diag = diag_add(
        constants->checker->diags, CODE_COLLISION, *second->place,
        "'%.*s' of %.*s and '%.*s' of %.*s would be the same constant in code: "
        "give one of them a 'name:'",
        first->name.size > 64 ? 64 : (int)first->name.size, first->name.text,
        first->whose.size > 64 ? 64 : (int)first->whose.size, first->whose.text,
        second->name.size > 64 ? 64 : (int)second->name.size, second->name.text,
        second->whose.size > 64 ? 64 : (int)second->whose.size,
        second->whose.text);
    diag_second(constants->checker->diags, diag, *first->place,
                "the other one is here");
}

static void check_as(struct checker *checker, bool stripped)
{
    struct constants constants = {.checker = checker, .stripped = stripped};
    const struct service *service = checker->service;
    bell__arena_open(&constants.room, checker->arena->memory, 0);
    index_open(&constants.index, &constants.room, service->type_count);
    for (const struct type *at = service->types; at != NULL; at = at->next) {
        add_type(&constants, at);
    }
    for (const struct method *at = service->calls; at != NULL; at = at->next) {
        add_errors(&constants, at);
    }
    add_roles(&constants);
    index_sort(&constants.index);
    const struct entry *entries = constants.index.entries;
    for (size_t i = 1; i < constants.index.count; i++) {
        if (bell__str_equal(entries[i - 1].name, entries[i].name)) {
            tell(&constants, entries[i - 1].thing, entries[i].thing);
        }
    }
    bell__arena_close(&constants.room);
}

void check_constants(struct checker *checker)
{
    check_as(checker, true);
    check_as(checker, false);
}
