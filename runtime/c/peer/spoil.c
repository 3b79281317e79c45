/* spoil.c: values of a JSON text counted, and one of them replaced. */
#include "peer/spoil.h"

#include <string.h>

#include "base/str.h"
#include "record/by_kind.h"
#include "json/members.h"

enum { DEPTH_MAX = 128 };

/* A walk over all values: it counts those that can be spoiled, and keeps the
 * one of the number `pick`. */
struct walk {
    bool variants; /* else types */
    bool has_type;
    const char *member;
    uint64_t pick;
    uint64_t count;
    bell_string found;
    enum bell__json_kind kind; /* of what was found */
};

static const bell_type *bare(const bell_type *type)
{
    while (type != NULL &&
           (type->kind == BELL_KIND_RULED || type->kind == BELL_KIND_OPTION)) {
        type = type->item;
    }
    return type;
}

/* Whether the value says what it is: an enum, or a union's tag. */
static bool is_variant(const struct walk *walk, const bell_type *type,
                       bool is_tag, enum bell__json_kind kind)
{
    if (!walk->has_type) {
        return kind == BELL__JSON_STRING && walk->member != NULL;
    }
    return is_tag || (type != NULL && type->kind == BELL_KIND_ENUM &&
                      kind == BELL__JSON_STRING);
}

static void offer(struct walk *walk, bell_string value,
                  enum bell__json_kind kind)
{
    if (walk->count++ == walk->pick) {
        walk->found = value;
        walk->kind = kind;
    }
}

static void visit(struct walk *walk, struct bell__json *json,
                  const bell_type *type, bool named, bool is_tag,
                  unsigned depth);

/* A member as the type of its object has it. */
struct place {
    const bell_type *type;
    bool is_tag;
};

static bool find_field(const bell_type *record, const struct bell__members *at,
                       struct place *place)
{
    if (record == NULL || record->kind != BELL_KIND_RECORD) {
        return false;
    }
    for (size_t i = 0; i < record->count; i++) {
        if (bell__member_is(at, record->fields[i].name)) {
            place->type = record->fields[i].type;
            return true;
        }
    }
    if ((record->flags & BELL_TYPE_OTHERS) != 0) {
        place->type = record->item->item;
    }
    return false;
}

/* The variant that the object's tag names; NULL: none. */
static const bell_variant *find_variant(const bell_type *type,
                                        bell_string object)
{
    bell_string tag = {NULL, 0};
    const struct bell__part parts[] = {{type->tag, &tag}, {NULL, NULL}};
    if (!bell__json_take_apart(object, parts)) {
        return NULL;
    }
    for (size_t i = 0; i < type->count; i++) {
        bell_string name = {type->variants[i].json,
                            type->variants[i].json_size};
        if (bell__str_equal(tag, name)) {
            return &type->variants[i];
        }
    }
    return NULL;
}

static struct place place_of(const bell_type *type, const bell_variant *variant,
                             const struct bell__members *at)
{
    struct place place = {NULL, false};
    if (type == NULL) {
        return place;
    }
    if (type->kind == BELL_KIND_MAP) {
        place.type = type->item;
    } else if (type->kind == BELL_KIND_RECORD) {
        find_field(type, at, &place);
    } else if (type->kind == BELL_KIND_UNION) {
        place.is_tag = bell__member_is(at, type->tag);
        if (place.is_tag || find_field(type->item, at, &place) ||
            variant == NULL) {
            return place;
        }
        if (type->content == NULL) {
            find_field(variant->type, at, &place);
        } else if (bell__member_is(at, type->content)) {
            place.type = variant->type;
        }
    }
    return place;
}

static void visit_map(struct walk *walk, struct bell__json *json,
                      const bell_type *type, unsigned depth)
{
    struct bell__members at;
    const bell_variant *variant = NULL;
    if (type != NULL && type->kind == BELL_KIND_UNION) {
        struct bell__json ahead = *json;
        bell_string object;
        if (bell__json_skip(&ahead, &object)) {
            variant = find_variant(type, object);
        }
    }
    for (bell__members_enter(&at, json); bell__members_next(&at);) {
        struct place place = place_of(type, variant, &at);
        bool named = walk->member == NULL || bell__member_is(&at, walk->member);
        visit(walk, json, place.type, named, place.is_tag, depth + 1);
    }
}

static void visit_list(struct walk *walk, struct bell__json *json,
                       const bell_type *type, unsigned depth)
{
    const bell_type *item =
        type != NULL && type->kind == BELL_KIND_LIST ? type->item : NULL;
    for (bell__json_enter_list(json); bell__json_next_item(json);) {
        visit(walk, json, item, walk->member == NULL, false, depth + 1);
    }
}

/* What a value of that kind is in a union without a tag; NULL: none of its
 * variants. */
static const bell_type *variant_of(const bell_type *type,
                                   enum bell__json_kind kind)
{
    int tag = bell__by_kind_find(type, kind);
    return tag != 0 ? bare(type->variants[tag - 1].type) : NULL;
}

static void visit(struct walk *walk, struct bell__json *json,
                  const bell_type *type, bool named, bool is_tag,
                  unsigned depth)
{
    struct bell__json ahead;
    bell_string value;
    type = bare(type);
    enum bell__json_kind kind = bell__json_peek(json);
    bool any_kind = type != NULL && bell__is_by_kind(type);
    type = any_kind ? variant_of(type, kind) : type;
    ahead = *json;
    if (!bell__json_skip(&ahead, &value)) {
        bell__json_skip(json, NULL); /* so that the walk ends */
        return;
    }
    bool free_form = type != NULL && type->kind == BELL_KIND_JSON;
    bool fits = walk->variants
                    ? is_variant(walk, type, is_tag, kind)
                    : kind != BELL__JSON_NULL && !free_form && !any_kind;
    if (named && fits) {
        offer(walk, value, kind);
    }
    if (kind == BELL__JSON_MAP && depth < DEPTH_MAX && !free_form) {
        visit_map(walk, json, type, depth);
    } else if (kind == BELL__JSON_LIST && depth < DEPTH_MAX && !free_form) {
        visit_list(walk, json, type, depth);
    } else {
        bell__json_skip(json, NULL);
    }
}

static void run(struct walk *walk, bell_string json, const bell_type *type)
{
    struct bell__json reader;
    bool single = type != NULL && (type->flags & BELL_TYPE_BARE) != 0;
    walk->count = 0;
    bell__json_open(&reader, json, DEPTH_MAX * 2);
    visit(walk, &reader, single ? type->fields[0].type : type,
          walk->member == NULL, false, 0);
}

static const char *replacement(const struct walk *walk)
{
    if (walk->variants) {
        return "\"nobody knows this\"";
    }
    switch (walk->kind) {
    case BELL__JSON_STRING:
        return "true";
    case BELL__JSON_LIST:
        return "{}";
    case BELL__JSON_MAP:
        return "[]";
    default:
        return "\"of another type\"";
    }
}

bool bell__spoil(struct bell__buf *out, bell_string json, const bell_type *type,
                 enum bell__mishap_kind kind, const char *member,
                 uint64_t *seed)
{
    struct walk walk = {.variants = kind == BELL__MISHAP_UNKNOWN_VARIANT,
                        .has_type = type != NULL,
                        .member = member,
                        .pick = UINT64_MAX};
    run(&walk, json, type);
    if (walk.count == 0) {
        return false;
    }
    walk.pick = bell__mishap_random(seed) % walk.count;
    run(&walk, json, type);
    size_t before = (size_t)(walk.found.text - json.text);
    size_t behind = before + walk.found.size;
    bell__buf_add(out, json.text, before);
    bell__buf_add_text(out, replacement(&walk));
    bell__buf_add(out, json.text + behind, json.size - behind);
    return true;
}
