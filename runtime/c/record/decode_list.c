/* decode_list.c: JSON to values that hold values: lists and maps, whose size
 * nobody knows before. */
#include "record/decode.h"
#include "json/skip.h"

static size_t first_capacity(size_t stride)
{
    if (stride <= 16) {
        return 8;
    }
    return stride <= 64 ? 4 : 2;
}

static bool is_last_piece(const struct bell__arena *arena,
                          const struct bell__items *list)
{
    return list->items + list->capacity * list->stride == arena->at;
}

static bool grow(struct bell__decoder *decoder, const char *at,
                 struct bell__items *list)
{
    struct bell__arena *arena = decoder->arena;
    size_t size = list->capacity * list->stride;
    if (list->capacity != 0 && is_last_piece(arena, list) &&
        (size_t)(arena->end - arena->at) >= size) {
        arena->at += size;
        list->capacity *= 2;
        return true;
    }
    size_t capacity =
        list->capacity != 0 ? list->capacity * 2 : first_capacity(list->stride);
    if (capacity > SIZE_MAX / 2 / list->stride) {
        bell__decode_limit(decoder, at, "more than items_max items");
        return false;
    }
    char *items = bell__decode_take(decoder, at, capacity * list->stride);
    if (items == NULL) {
        return false;
    }
    if (list->count != 0) {
        memcpy(items, list->items, list->count * list->stride);
    }
    list->items = items;
    list->capacity = capacity;
    return true;
}

/* Room for one more item; NULL is a failure. */
static BELL__INLINE char *next_place(struct bell__decoder *decoder,
                                     const char *at, struct bell__items *list)
{
    if (BELL__UNLIKELY(list->count >= decoder->items_max)) {
        bell__decode_limit(decoder, at, "more than items_max items");
        return NULL;
    }
    if (list->count == list->capacity && !grow(decoder, at, list)) {
        return NULL;
    }
    return list->items + list->count * list->stride;
}

char *bell__decode_place(struct bell__decoder *decoder, const char *at,
                         struct bell__items *list)
{
    return next_place(decoder, at, list);
}

/* Gives back what was not used, where that can be; writes the list. */
static void finish(struct bell__decoder *decoder, struct bell__items *list,
                   char *out)
{
    struct {
        const void *items;
        size_t count;
    } value = {list->items, list->count};
    if (list->capacity != 0 && is_last_piece(decoder->arena, list)) {
        decoder->arena->at = list->items + list->count * list->stride;
    }
    memcpy(out, &value, sizeof value);
}

/* Counts the level, and passes the bracket. */
static const char *enter(struct bell__decoder *decoder, const char *at,
                         const bell_type *type, char bracket)
{
    if (at == decoder->end || *at != bracket) {
        return bell__decode_mismatch(decoder, at, type->name);
    }
    if (decoder->depth_left == 0) {
        return bell__decode_limit(decoder, at, bell__skip_too_deep);
    }
    decoder->depth_left--;
    return bell__decode_space(decoder, at + 1);
}

/* From behind an item to the next one; *over behind the bracket. */
static BELL__INLINE const char *pass_comma(struct bell__decoder *decoder,
                                           const char *at, char bracket,
                                           bool *over)
{
    at = bell__decode_space(decoder, at);
    if (BELL__LIKELY(at < decoder->end && *at == ',')) {
        return bell__decode_space(decoder, at + 1);
    }
    if (BELL__LIKELY(at < decoder->end && *at == bracket)) {
        *over = true;
        return at + 1;
    }
    return bell__decode_fail(
        decoder, at, bracket == ']' ? "expected , or ]" : "expected , or }");
}

const char *bell__decode_list(struct bell__decoder *decoder, const char *at,
                              const bell_type *type, char *out)
{
    struct bell__items list = {NULL, 0, 0, type->stride};
    at = enter(decoder, at, type, '[');
    if (at == NULL) {
        return NULL;
    }
    bool over = at < decoder->end && *at == ']';
    at += over;
    while (!over) {
        char *item = next_place(decoder, at, &list);
        at = item != NULL ? bell__decode_value(decoder, at, type->item, item)
                          : NULL;
        if (BELL__UNLIKELY(at == NULL)) {
            bell__path_index(&decoder->path, list.count);
            return NULL;
        }
        list.count++;
        at = pass_comma(decoder, at, ']', &over);
        if (at == NULL) {
            return NULL;
        }
    }
    decoder->depth_left++;
    finish(decoder, &list, out);
    return at;
}

const char *bell__decode_finish_map(struct bell__decoder *decoder,
                                    const char *at, struct bell__items *list,
                                    char *out)
{
    size_t count = bell__decode_unique(decoder, at, list->items, list->count,
                                       list->stride);
    if (count == SIZE_MAX) {
        return NULL;
    }
    list->count = count;
    finish(decoder, list, out);
    return at;
}

/* One entry: its key, then its value. */
static const char *read_entry(struct bell__decoder *decoder, const char *at,
                              const bell_type *type, char *entry)
{
    bell_string key;
    if (at == decoder->end || *at != '"') {
        return bell__decode_fail(decoder, at, "a key is missing here");
    }
    at = bell__decode_text(decoder, at + 1, &key);
    if (at == NULL) {
        return NULL;
    }
    memcpy(entry, &key, sizeof key);
    at = bell__decode_space(decoder, at);
    if (at == decoder->end || *at != ':') {
        return bell__decode_fail(decoder, at,
                                 "a colon is missing after the key");
    }
    at = bell__decode_value(decoder, at + 1, type->item,
                            entry + type->item_offset);
    if (at == NULL) {
        bell__path_key(&decoder->path, key);
    }
    return at;
}

const char *bell__decode_map(struct bell__decoder *decoder, const char *at,
                             const bell_type *type, char *out)
{
    struct bell__items list = {NULL, 0, 0, type->stride};
    at = enter(decoder, at, type, '{');
    if (at == NULL) {
        return NULL;
    }
    bool over = at < decoder->end && *at == '}';
    at += over;
    while (!over) {
        char *entry = next_place(decoder, at, &list);
        at = entry != NULL ? read_entry(decoder, at, type, entry) : NULL;
        if (at == NULL) {
            return NULL;
        }
        list.count++;
        at = pass_comma(decoder, at, '}', &over);
        if (at == NULL) {
            return NULL;
        }
    }
    decoder->depth_left++;
    return bell__decode_finish_map(decoder, at, &list, out);
}
