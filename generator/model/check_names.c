/* check_names.c: names of one scope differ, on the wire and as the words that
 * they are in code. What only one language makes collide is that language's
 * to mend. */
#include "base/codes.h"
#include "base/str.h"
#include "base/words.h"
#include "model/check.h"

struct scope {
    struct checker *checker;
    struct bell__arena room; /* of one scope */
    struct index words;
    struct index wires;
    const char *what; /* "fields" */
    const char *cure; /* of names that meet in code */
};

struct named {
    bell_string name;
    const struct place *place;
};

static void scope_open(struct scope *scope, struct checker *checker,
                       const char *what, size_t count)
{
    scope->checker = checker;
    scope->what = what;
    scope->cure = ": give one of them a 'name:'";
    bell__arena_open(&scope->room, checker->arena->memory, 0);
    index_open(&scope->words, &scope->room, count);
    index_open(&scope->wires, &scope->room, count);
}

/* `wire` empty: the thing has none. */
static void scope_add(struct scope *scope, bell_string wire, bell_string name,
                      const struct place *place)
{
    struct named *named = bell__arena_take(&scope->room, sizeof *named);
    bell_string words = words_join(name, CASE_SNAKE, &scope->room);
    if (named == NULL || words.text == NULL) {
        return;
    }
    named->name = wire.size != 0 ? wire : name;
    named->place = place;
    index_add(&scope->words, words, named);
    if (wire.size != 0) {
        index_add(&scope->wires, wire, named);
    }
}

/* One key twice in one map: the reader has told it. */
static bool told(const struct named *one, const struct named *two)
{
    const struct trail *left = one->place->trail;
    const struct trail *right = two->place->trail;
    return left != NULL && right != NULL && left->up == right->up &&
           left->part.text != NULL && right->part.text != NULL &&
           bell__str_equal(left->part, right->part);
}

static bool earlier(const struct named *one, const struct named *two)
{
    const struct place *left = one->place;
    const struct place *right = two->place;
    return left->line != right->line ? left->line < right->line
                                     : left->column < right->column;
}

static void tell(struct scope *scope, const struct named *first,
                 const struct named *second, const char *meet, const char *cure)
{
    if (told(first, second)) {
        return;
    }
    if (earlier(second, first)) {
        const struct named *swap = first;
        first = second;
        second = swap;
    }
    bell_string one = first->name;
    bell_string two = second->name;
    struct diag *diag =
        diag_add(scope->checker->diags, CODE_COLLISION, *second->place,
                 "the %s '%.*s' and '%.*s' %s%s", scope->what,
                 one.size > 64 ? 64 : (int)one.size, one.text,
                 two.size > 64 ? 64 : (int)two.size, two.text, meet, cure);
    diag_second(scope->checker->diags, diag, *first->place,
                "the other one is here");
}

static void find_equal(struct scope *scope, struct index *index,
                       const char *meet, const char *cure)
{
    index_sort(index);
    size_t first = 0;
    for (size_t i = 1; i < index->count; i++) {
        if (bell__str_equal(index->entries[first].name,
                            index->entries[i].name)) {
            tell(scope, index->entries[first].thing, index->entries[i].thing,
                 meet, cure);
            continue;
        }
        first = i;
    }
}

/* Equal on the wire is worse than equal in code, and told alone. */
static void scope_close(struct scope *scope)
{
    size_t before = scope->checker->diags->count;
    find_equal(scope, &scope->wires, "are the same on the wire", "");
    if (scope->checker->diags->count == before) {
        find_equal(scope, &scope->words, "would have the same name in code",
                   scope->cure);
    }
    bell__arena_close(&scope->room);
}

static void check_type(struct checker *checker, const struct type *type)
{
    static const char *const whats[] = {"values", "variants", "fields", ""};
    struct scope scope;
    if (type->count + type->shared_count < 2 || type->pushed) {
        return;
    }
    bool shared = type->kind == TYPE_UNION;
    size_t fields = shared ? type->shared_count : type->count;
    scope_open(&scope, checker, "fields", fields);
    for (const struct field *at = type->fields; at != NULL; at = at->next) {
        scope_add(&scope, at->wire, at->name, &at->place);
    }
    scope_close(&scope);
    scope_open(&scope, checker, whats[type->kind], type->count);
    for (const struct value *at = type->values; at != NULL; at = at->next) {
        scope_add(&scope, at->wire, at->name, &at->place);
    }
    for (const struct variant *at = type->variants; at != NULL; at = at->next) {
        scope_add(&scope, at->wire, at->name, &at->place);
    }
    scope_close(&scope);
}

static void check_types(struct checker *checker)
{
    struct scope scope;
    scope_open(&scope, checker, "types", checker->service->type_count);
    for (const struct type *type = checker->service->types; type != NULL;
         type = type->next) {
        scope_add(&scope, (bell_string){NULL, 0}, type->name, &type->place);
        check_type(checker, type);
    }
    scope_close(&scope);
}

/* A method's words without the service's own in front. */
static bell_string short_words(struct scope *scope, bell_string name)
{
    bell_string words = words_join(name, CASE_SNAKE, &scope->room);
    bell_string service = scope->checker->service->name;
    if (service.size != 0 && words.size > service.size + 1 &&
        bell__str_starts(words, service) && words.text[service.size] == '_') {
        words.text += service.size + 1;
        words.size -= service.size + 1;
    }
    return words;
}

/* Functions of a service that no method may be called like. */
static void check_reserved(struct checker *checker, bell_string words,
                           const struct method *method)
{
    enum { ALWAYS = 5 };
    static const char *const taken[] = {
        "open",   "close", "service", "handlers", "subscribe", /* pushes: */
        "listen", "next",  "stop",    "counts"};
    const struct messages *messages = checker->service->messages;
    bool pushes = messages != NULL && messages->pushes != NULL;
    size_t count = pushes ? sizeof taken / sizeof taken[0] : ALWAYS;
    for (size_t i = 0; i < count; i++) {
        if (bell__str_equal(words, bell_str(taken[i]))) {
            diag_add(checker->diags, CODE_RESERVED, method->place,
                     "every service already has a function '%s': give the "
                     "method a different 'name:'",
                     taken[i]);
        }
    }
}

/* `get_start` beside `get`: each method has a function with that ending. */
static void check_forms(struct scope *scope)
{
    static const char *const endings[] = {"_start", "_with", "_done"};
    for (size_t i = 0; i < scope->words.count; i++) {
        const struct entry *entry = &scope->words.entries[i];
        for (size_t j = 0; j < sizeof endings / sizeof endings[0]; j++) {
            size_t tail = strlen(endings[j]);
            if (entry->name.size <= tail ||
                !bell__str_ends(entry->name, bell_str(endings[j]))) {
                continue;
            }
            bell_string stem = {entry->name.text, entry->name.size - tail};
            const struct named *other = index_find(&scope->words, stem);
            if (other != NULL) {
                tell(scope, other, entry->thing,
                     "would both be the name of a function in code",
                     scope->cure);
            }
        }
    }
}

static void add_method(struct scope *scope, const struct method *method)
{
    bell_string words = short_words(scope, method->name);
    struct named *named = bell__arena_take(&scope->room, sizeof *named);
    if (words.text == NULL || named == NULL) {
        return;
    }
    named->name = method->wire;
    named->place = &method->place;
    index_add(&scope->words, words, named);
    check_reserved(scope->checker, words, method);
}

/* The calls of all sections are functions of one service. */
static void check_methods(struct checker *checker)
{
    struct scope scope;
    scope_open(&scope, checker, "methods", checker->service->call_count);
    for (const struct method *at = checker->service->calls; at != NULL;
         at = at->next) {
        add_method(&scope, at);
    }
    index_sort(&scope.words);
    check_forms(&scope);
    scope_close(&scope);
}

static void check_channels(struct checker *checker)
{
    struct scope scope;
    scope_open(&scope, checker, "channels", checker->service->channel_count);
    for (const struct channel *at = checker->service->channels; at != NULL;
         at = at->next) {
        scope_add(&scope, (bell_string){NULL, 0}, at->name, &at->place);
    }
    scope_close(&scope);
}

static void check_streams(struct checker *checker)
{
    struct scope scope;
    scope_open(&scope, checker, "streams", checker->service->stream_count);
    for (const struct stream *at = checker->service->streams; at != NULL;
         at = at->next) {
        scope_add(&scope, (bell_string){NULL, 0}, at->name, &at->place);
    }
    scope_close(&scope);
}

static void check_pushes(struct checker *checker)
{
    struct scope scope;
    const struct messages *messages = checker->service->messages;
    scope_open(&scope, checker, "pushes", 0);
    scope.cure = ""; /* a push has no place for one */
    for (const struct push *at = messages != NULL ? messages->pushes : NULL;
         at != NULL; at = at->next) {
        scope_add(&scope, (bell_string){NULL, 0}, at->name, &at->place);
    }
    scope_close(&scope);
}

void check_names(struct checker *checker)
{
    check_types(checker);
    check_methods(checker);
    check_channels(checker);
    check_streams(checker);
    check_pushes(checker);
}
