/* fit.c: whether a value fits its type, by the decoder that generated code
 * uses. It stops at the first mistake, so the parts of what it refuses are
 * tried one by one. Where the value stands in a schema is not known here. */
#include "bind/fit.h"

#include <stdio.h>
#include <string.h>

#include "base/codes.h"
#include "base/str.h"
#include "bind/bind.h"
#include "record/by_kind.h"
#include "record/codec.h"

enum { WORDS_MAX = 512, VALUES_SHOWN_MAX = 5 };

/* Parts are tried as long as this is not reached: what is nested is read once
 * for each level. */
enum { TRIED_BYTES_MAX = 16 * 1024 * 1024 };

struct fit {
    struct bell__arena *arena; /* scratch */
    const struct service *service;
    struct diags *diags;
    size_t tried; /* bytes of JSON */
};

/* The child that the next part of a codec's path names; *path moves on. */
static const struct node *step(const struct node *node, const char **path)
{
    const char *at = *path;
    if (*at == '[' && node->kind == NODE_LIST) {
        size_t index = 0;
        for (at++; *at >= '0' && *at <= '9'; at++) {
            index = index * 10 + (size_t)(*at - '0');
        }
        const struct node *child = node->first;
        while (index-- > 0 && child != NULL) {
            child = child->next;
        }
        *path = *at == ']' ? at + 1 : at;
        return child;
    }
    if (*at != '.' || node->kind != NODE_MAP) {
        return NULL;
    }
    size_t size = strcspn(at + 1, ".[");
    bell_string name = {at + 1, size};
    *path = at + 1 + size;
    return node_find(node, name);
}

/* The deepest node that a path leads to, which starts at `root`; `whole` where
 * it is the path's own. */
static const struct node *follow(const struct node *node, const char *path,
                                 const char *root, bool *whole)
{
    size_t size = strlen(root);
    path += strncmp(path, root, size) == 0 ? size : strcspn(path, ".[");
    while (*path != '\0') {
        const struct node *child = step(node, &path);
        *whole = child != NULL;
        if (child == NULL) {
            return node;
        }
        node = child;
    }
    *whole = true;
    return node;
}

bell_string fit_words(bell_error *error, bool shown)
{
    bell_string words = bell_str(error->message);
    size_t path = strlen(error->path);
    char *byte = strstr(error->message, " (byte ");
    for (char *next = byte; next != NULL; next = strstr(next + 1, " (byte ")) {
        byte = next;
    }
    words.size = byte != NULL ? (size_t)(byte - error->message) : words.size;
    if (shown && words.size > path + 2 &&
        strncmp(words.text, error->path, path) == 0 &&
        words.text[path] == ':') {
        words.text += path + 2;
        words.size -= path + 2;
    }
    return words;
}

/* Adds the bytes that were read to *tried. */
static bool fits(const struct node *node, const bell_type *type,
                 const char *root, struct bell__arena *arena, bell_error *error,
                 size_t *tried)
{
    struct bell__arena_mark mark = bell__arena_mark(arena);
    bell_string json = bind_json(node, arena);
    void *value = bell__arena_take(arena, type->size);
    bool good = json.text == NULL || value == NULL ||
                bell__decode(json, type, value, arena, &bind_limits, root,
                             error) == BELL_OK;
    *tried += json.size;
    bell__arena_rewind(arena, mark);
    return good;
}

bool fit_try(const struct node *node, const bell_type *type, const char *root,
             struct bell__arena *arena, bell_error *error)
{
    size_t tried = 0;
    return fits(node, type, root, arena, error, &tried);
}

static const struct type *find_inlined(const struct service *service,
                                       bell_string name)
{
    const struct type *at = service->types;
    while (at != NULL && !(at->inlined && bell__str_equal(at->name, name))) {
        at = at->next;
    }
    return at;
}

/* "one of open, done". */
static void put_values(const struct type *type, char *room, size_t size)
{
    size_t at = 0;
    size_t count = 0;
    for (const struct value *value = type->values; value != NULL && at < size;
         value = value->next) {
        bool more = ++count > VALUES_SHOWN_MAX;
        int wrote = snprintf(
            room + at, size - at, "%s%.*s", count == 1 ? "one of " : ", ",
            more ? 3 : (int)value->wire.size, more ? "..." : value->wire.text);
        at += wrote > 0 ? (size_t)wrote : 0;
        if (more) {
            break;
        }
    }
}

/* "wanted TaskState[], got 5": where the name is one that we made, of a type in
 * place, what it is stands there. */
static bell_string without_made_name(struct fit *fit, bell_string words,
                                     char room[WORDS_MAX])
{
    const bell_string wanted = BELL_STR("wanted ");
    char what[WORDS_MAX / 2] = "a map";
    if (!bell__str_starts(words, wanted)) {
        return words;
    }
    size_t from = wanted.size;
    while (words.size - from > 4 && memcmp(words.text + from, "map<", 4) == 0) {
        from += 4;
    }
    size_t to = from;
    while (to < words.size && strchr("[]<>,| ", words.text[to]) == NULL) {
        to++;
    }
    const struct type *type =
        find_inlined(fit->service, (bell_string){words.text + from, to - from});
    if (type == NULL) {
        return words;
    }
    bool alone =
        from == wanted.size && to < words.size && words.text[to] == ',';
    if (!alone) {
        snprintf(what, sizeof what, "%s",
                 type->kind == TYPE_ENUM ? "enum" : "object");
    } else if (type->kind == TYPE_ENUM) {
        put_values(type, what, sizeof what);
    }
    snprintf(room, WORDS_MAX, "%.*s%s%.*s", (int)from, words.text, what,
             (int)(words.size - to), words.text + to);
    return bell_str(room);
}

static void tell(struct fit *fit, const struct node *node, const char *root,
                 bell_error *error)
{
    char room[WORDS_MAX];
    bool whole = false;
    const struct node *wrong = follow(node, error->path, root, &whole);
    bell_string words = without_made_name(fit, fit_words(error, whole), room);
    diag_add(fit->diags, CODE_EXAMPLE, wrong->spot->place,
             "the example does not fit its type: %.*s", (int)words.size,
             words.text);
}

static size_t check(struct fit *fit, const struct node *node,
                    const bell_type *type, const char *root);
static size_t check_parts(struct fit *fit, const struct node *node,
                          const bell_type *type, const char *root);

/* A member of a map alone, beside the tag of a union. */
struct alone {
    struct node map;
    struct node tag;
    struct node member;
};

static void make_alone(struct alone *alone, const struct node *map,
                       const struct node *tag, const struct node *member)
{
    alone->map = *map;
    alone->map.first = NULL;
    alone->map.last = NULL;
    alone->map.count = 0;
    if (tag != NULL && tag != member) {
        alone->tag = *tag;
        node_append(&alone->map, &alone->tag);
    }
    alone->member = *member;
    node_append(&alone->map, &alone->member);
}

static const bell_field *find_field(const bell_type *type, bell_string name)
{
    bool record = type != NULL && type->kind == BELL_KIND_RECORD;
    for (size_t i = 0; record && i < type->count; i++) {
        if (bell__str_is(name, type->fields[i].name)) {
            return &type->fields[i];
        }
    }
    return NULL;
}

/* "result[2].id"; NULL where memory is short. */
static const char *path_of(struct fit *fit, const char *root,
                           const struct node *part)
{
    size_t size = strlen(root) + part->key.size + 24;
    char *path = bell__arena_bytes(fit->arena, size);
    if (path == NULL) {
        return root;
    }
    if (part->key.text == NULL) {
        snprintf(path, size, "%s[%zu]", root, part->spot->trail.index);
    } else {
        snprintf(path, size, "%s.%.*s", root, (int)part->key.size,
                 part->key.text);
    }
    return path;
}

/* The members of an object one by one. `record` has their fields, and so has
 * `shared`, which may be NULL. */
static size_t check_members(struct fit *fit, const struct node *map,
                            const bell_type *type, const bell_type *record,
                            const bell_type *shared, const char *root)
{
    bool is_union = type->kind == BELL_KIND_UNION;
    const struct node *tag = is_union ? node_member(map, type->tag) : NULL;
    size_t told = 0;
    for (const struct node *at = map->first; at != NULL; at = at->next) {
        struct alone alone;
        bell_error error;
        bool whole;
        const bell_type *of = find_field(record, at->key) != NULL   ? record
                              : find_field(shared, at->key) != NULL ? shared
                                                                    : type;
        make_alone(&alone, map, of == type ? tag : NULL, at);
        if (fits(&alone.map, of, root, fit->arena, &error, &fit->tried) ||
            follow(&alone.map, error.path, root, &whole) == &alone.map) {
            continue;
        }
        const bell_field *field = find_field(of, at->key);
        size_t inside =
            field == NULL ? 0
                          : check(fit, at, field->type, path_of(fit, root, at));
        if (inside == 0) {
            tell(fit, &alone.map, root, &error);
        }
        told += inside != 0 ? inside : 1;
    }
    return told;
}

static size_t check_missing(struct fit *fit, const struct node *map,
                            const bell_type *record, const char *root)
{
    size_t told = 0;
    for (size_t i = 0; record != NULL && i < record->count; i++) {
        const bell_field *field = &record->fields[i];
        bool required = field->state == BELL_STATE_REQUIRED ||
                        field->state == BELL_STATE_NULLABLE;
        if (required && field->fallback == NULL &&
            node_member(map, field->name) == NULL) {
            diag_add(fit->diags, CODE_EXAMPLE, map->spot->place,
                     "the example does not fit its type: %s.%s: a required "
                     "field is missing",
                     root, field->name);
            told++;
        }
    }
    return told;
}

static size_t check_union(struct fit *fit, const struct node *map,
                          const bell_type *type, const char *root)
{
    const struct node *tag = node_member(map, type->tag);
    const bell_variant *variant = NULL;
    for (size_t i = 0; tag != NULL && i < type->count; i++) {
        if (bell__str_is(tag->text, type->variants[i].text)) {
            variant = &type->variants[i];
        }
    }
    if (variant == NULL) {
        return 0;
    }
    if (type->content == NULL) {
        return check_members(fit, map, type, variant->type, type->item, root) +
               check_missing(fit, map, variant->type, root) +
               check_missing(fit, map, type->item, root);
    }
    const struct node *content = node_member(map, type->content);
    return content == NULL ? 0
                           : check(fit, content, variant->type,
                                   path_of(fit, root, content));
}

/* The parts of the variant that a list or map is. */
static size_t check_by_kind(struct fit *fit, const struct node *node,
                            const bell_type *type, const char *root)
{
    enum bell__json_kind kind = node->kind == NODE_MAP    ? BELL__JSON_MAP
                                : node->kind == NODE_LIST ? BELL__JSON_LIST
                                                          : BELL__JSON_WRONG;
    int tag = kind != BELL__JSON_WRONG ? bell__by_kind_find(type, kind) : 0;
    return tag != 0 ? check_parts(fit, node, type->variants[tag - 1].type, root)
                    : 0;
}

/* How many mistakes of its parts were told. */
static size_t check_parts(struct fit *fit, const struct node *node,
                          const bell_type *type, const char *root)
{
    bool list = type->kind == BELL_KIND_LIST && node->kind == NODE_LIST;
    bool map = type->kind == BELL_KIND_MAP && node->kind == NODE_MAP;
    size_t told = 0;
    for (const struct node *at = node->first; (list || map) && at != NULL;
         at = at->next) {
        told += check(fit, at, type->item, path_of(fit, root, at));
    }
    if (type->kind == BELL_KIND_RULED || type->kind == BELL_KIND_OPTION) {
        return check_parts(fit, node, type->item, root);
    }
    if (type->kind == BELL_KIND_RECORD && (type->flags & BELL_TYPE_BARE) != 0) {
        return check_parts(fit, node, type->fields[0].type, root);
    }
    if (type->kind == BELL_KIND_RECORD && node->kind == NODE_MAP) {
        return check_members(fit, node, type, type, NULL, root) +
               check_missing(fit, node, type, root);
    }
    if (bell__is_by_kind(type)) {
        return check_by_kind(fit, node, type, root);
    }
    if (type->kind == BELL_KIND_UNION && node->kind == NODE_MAP) {
        return check_union(fit, node, type, root);
    }
    return told;
}

/* How many mistakes were told. */
static size_t check(struct fit *fit, const struct node *node,
                    const bell_type *type, const char *root)
{
    bell_error error;
    if (fits(node, type, root, fit->arena, &error, &fit->tried)) {
        return 0;
    }
    size_t told =
        fit->tried <= TRIED_BYTES_MAX ? check_parts(fit, node, type, root) : 0;
    if (told == 0) {
        tell(fit, node, root, &error);
        told = 1;
    }
    return told;
}

void fit_check(const struct node *node, const bell_type *type, const char *root,
               const struct service *service, struct diags *diags)
{
    struct bell__arena scratch;
    bell__arena_open(&scratch, diags->arena->memory, 0);
    struct fit fit = {&scratch, service, diags, 0};
    check(&fit, node, type, root);
    bell__arena_close(&scratch);
}
