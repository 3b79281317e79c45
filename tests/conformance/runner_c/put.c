/* put.c: see put.h. */
#include "put.h"

#include <math.h>
#include <stdlib.h>

/* A place in a value: what stands there and where. */
struct place {
    const bell_type *type;
    char *value;
};

struct items {
    char *items;
    size_t count;
};

static struct items items_of(const char *value)
{
    struct items items;
    memcpy(&items, value, sizeof items);
    return items;
}

/* Goes where the pointer at the place leads. */
static void follow(struct place *place)
{
    char *target;
    memcpy(&target, place->value, sizeof target);
    place->value = target;
}

/* Past what only wraps a value. */
static void unwrap(struct place *place)
{
    for (;;) {
        if (place->type->kind == BELL_KIND_RULED) {
            place->type = place->type->item;
        } else if (place->type->kind == BELL_KIND_OPTION) {
            place->value += place->type->item_offset;
            place->type = place->type->item;
        } else {
            return;
        }
    }
}

static bool enter_field(struct place *place, const bell_type *record,
                        const char *name, size_t size)
{
    for (uint32_t i = 0; record != NULL && i < record->count; i++) {
        const bell_field *field = &record->fields[i];
        if (field->name_size != size || memcmp(field->name, name, size) != 0) {
            continue;
        }
        place->type = field->type;
        place->value += field->offset;
        if (field->by_pointer) {
            follow(place);
        }
        return place->value != NULL;
    }
    return false;
}

/* A member of a union: a shared field, the content, or the variant's own. */
static bool enter_union(struct place *place, const char *name, size_t size)
{
    const bell_type *type = place->type;
    bell_union head;
    memcpy(&head, place->value, sizeof head);
    if (enter_field(place, type->item, name, size)) {
        return true;
    }
    if (head.tag < 1 || head.tag > type->count) {
        return false;
    }
    const bell_variant *variant = &type->variants[head.tag - 1];
    place->value += variant->offset;
    follow(place);
    place->type = variant->type;
    return type->content != NULL ||
           enter_field(place, variant->type, name, size);
}

static bool enter_name(struct place *place, const char *name, size_t size)
{
    if (place->type->kind == BELL_KIND_UNION) {
        return enter_union(place, name, size);
    }
    if ((place->type->flags & BELL_TYPE_OTHERS) != 0 && size == 6 &&
        memcmp(name, "others", size) == 0) {
        place->value += place->type->item_offset;
        place->type = place->type->item;
        return true;
    }
    return place->type->kind == BELL_KIND_RECORD &&
           enter_field(place, place->type, name, size);
}

static bool enter_index(struct place *place, size_t index)
{
    if (place->type->kind != BELL_KIND_LIST ||
        index >= items_of(place->value).count) {
        return false;
    }
    place->value = items_of(place->value).items + index * place->type->stride;
    place->type = place->type->item;
    return true;
}

static bool enter_key(struct place *place, const char *key, size_t size)
{
    if (place->type->kind != BELL_KIND_MAP) {
        return false;
    }
    struct items map = items_of(place->value);
    for (size_t i = 0; i < map.count; i++) {
        char *entry = map.items + i * place->type->stride;
        bell_string name;
        memcpy(&name, entry, sizeof name);
        if (name.size == size && memcmp(name.text, key, size) == 0) {
            place->value = entry + place->type->item_offset;
            place->type = place->type->item;
            return true;
        }
    }
    return false;
}

/* One step of the path; NULL where it leads nowhere. */
static const char *step(struct place *place, const char *path)
{
    unwrap(place);
    if (path[0] == '[' && path[1] == '"') {
        const char *end = strstr(path, "\"]");
        return end != NULL &&
                       enter_key(place, path + 2, (size_t)(end - path) - 2)
                   ? end + 2
                   : NULL;
    }
    if (path[0] == '[') {
        char *end = NULL;
        size_t index = strtoul(path + 1, &end, 10);
        return *end == ']' && enter_index(place, index) ? end + 1 : NULL;
    }
    path += path[0] == '.';
    size_t size = strcspn(path, ".[");
    return enter_name(place, path, size) ? path + size : NULL;
}

static bool put_number(const struct place *place, double wide)
{
    float narrow = (float)wide;
    if (place->type->kind == BELL_KIND_FLOAT64) {
        memcpy(place->value, &wide, sizeof wide);
        return true;
    }
    if (place->type->kind == BELL_KIND_FLOAT32) {
        memcpy(place->value, &narrow, sizeof narrow);
        return true;
    }
    return false;
}

static bool put_text(const struct place *place, bell_string text)
{
    bell_enum value = {0, text};
    switch ((bell_kind)place->type->kind) {
    case BELL_KIND_STRING:
    case BELL_KIND_UUID:
    case BELL_KIND_DECIMAL:
        memcpy(place->value, &text, sizeof text);
        return true;
    case BELL_KIND_ENUM:
        memcpy(place->value, &value, sizeof value);
        return true;
    default:
        return false;
    }
}

/* The first key of a map. */
static bool put_key(const struct place *place, bell_string key)
{
    if (place->type->kind != BELL_KIND_MAP ||
        items_of(place->value).count == 0) {
        return false;
    }
    memcpy(items_of(place->value).items, &key, sizeof key);
    return true;
}

static bool put_what(const struct place *place, const char *what)
{
    static const bell_string bad = {"\xff", 1};
    if (strcmp(what, "unset") == 0) {
        memset(place->value, 0, place->type->size);
        return true;
    }
    if (strncmp(what, "text:", 5) == 0) {
        return put_text(place, bell_str(what + 5));
    }
    if (strcmp(what, "bad-text") == 0) {
        return put_text(place, bad);
    }
    if (strcmp(what, "bad-key") == 0) {
        return put_key(place, bad);
    }
    if (strncmp(what, "key:", 4) == 0) {
        return put_key(place, bell_str(what + 4));
    }
    char *end = NULL;
    double number = strtod(what, &end); /* also of nan and infinity */
    return *what != '\0' && *end == '\0' && put_number(place, number);
}

const char *put(const bell_type *type, char *value, const char *path,
                const char *what)
{
    struct place place = {type, value};
    while (*path != '\0') {
        path = step(&place, path);
        if (path == NULL) {
            return "the path leads nowhere";
        }
    }
    unwrap(&place);
    return put_what(&place, what) ? NULL : "that cannot be put there";
}
