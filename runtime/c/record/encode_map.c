/* encode_map.c: maps to JSON, and members that a record keeps beside its
 * fields. */
#include "record/encode.h"

enum { ROOM = BELL__ENCODE_ROOM };

/* `"key":value,` */
static BELL__INLINE char *encode_entry(struct bell__encoder *encoder, char *at,
                                       const bell_type *type, const char *entry,
                                       size_t index)
{
    bell_string key;
    memcpy(&key, entry, sizeof key);
    at = bell__encode_text(encoder, at, key);
    if (at == NULL) {
        bell__path_index(&encoder->path, index);
        return NULL;
    }
    *at++ = ':';
    at = bell__encode_value(encoder, at, type->item, entry + type->item_offset);
    at = at != NULL ? bell__writer_room(&encoder->writer, at, ROOM) : NULL;
    if (at == NULL) {
        bell__path_key(&encoder->path, key);
        return NULL;
    }
    *at++ = ',';
    return at;
}

char *bell__encode_map(struct bell__encoder *encoder, char *at,
                       const bell_type *type, const char *value)
{
    struct bell__list_value list;
    memcpy(&list, value, sizeof list);
    at = bell__encode_check_list(encoder, at, &list);
    at = at != NULL ? bell__encode_enter(encoder, at) : NULL;
    if (at == NULL) {
        return NULL;
    }
    *at++ = '{';
    for (size_t i = 0; i < list.count; i++) {
        at = encode_entry(encoder, at, type, list.items + i * type->stride, i);
        if (at == NULL) {
            return NULL;
        }
    }
    return bell__encode_leave(encoder, at, '}');
}

/* ---- Members beside a record's fields ------------------------------------ */

static bool is_field(const bell_type *type, bell_string key)
{
    for (size_t i = 0; i < type->count; i++) {
        const bell_field *field = &type->fields[i];
        if (field->name_size == key.size && key.text != NULL &&
            memcmp(field->name, key.text, key.size) == 0) {
            return true;
        }
    }
    return false;
}

static char *fail_field(struct bell__encoder *encoder, bell_string key)
{
    static const char before[] = "the member \"";
    static const char after[] = "\" is a field";
    char *at = encoder->note;
    size_t room = sizeof encoder->note - sizeof before - sizeof after;
    size_t size = key.size < room ? key.size : room;
    memcpy(at, before, sizeof before - 1);
    at += sizeof before - 1;
    memcpy(at, key.text, size);
    memcpy(at + size, after, sizeof after);
    return bell__encode_fail(encoder, BELL_INVALID, encoder->note);
}

static char *encode_other(struct bell__encoder *encoder, char *at,
                          const bell_type *type, const char *entry,
                          size_t index)
{
    bell_string key;
    memcpy(&key, entry, sizeof key);
    return is_field(type, key)
               ? fail_field(encoder, key)
               : encode_entry(encoder, at, type->item, entry, index);
}

static char *encode_others(struct bell__encoder *encoder, char *at,
                           const bell_type *type, const char *record)
{
    const bell_type *map = type->item;
    struct bell__list_value list;
    memcpy(&list, record + type->item_offset, sizeof list);
    at = bell__encode_check_list(encoder, at, &list);
    at = at != NULL ? bell__writer_room(&encoder->writer, at, ROOM) : NULL;
    for (size_t i = 0; at != NULL && i < list.count; i++) {
        at = encode_other(encoder, at, type, list.items + i * map->stride, i);
    }
    if (at == NULL) {
        bell__path_field(&encoder->path, BELL_STR("others"));
    }
    return at;
}

char *bell__encode_keeping(struct bell__encoder *encoder, char *at,
                           const bell_type *type, const char *record)
{
    at = bell__encode_enter(encoder, at);
    if (at == NULL) {
        return NULL;
    }
    *at++ = '{';
    at = bell__encode_fields(encoder, at, type, record);
    at = at != NULL ? encode_others(encoder, at, type, record) : NULL;
    return at != NULL ? bell__encode_leave(encoder, at, '}') : NULL;
}
