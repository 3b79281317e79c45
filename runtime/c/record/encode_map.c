/* encode_map.c: maps to JSON. */
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

char *bell__encode_entry(struct bell__encoder *encoder, char *at,
                         const bell_type *type, const char *entry, size_t index)
{
    return encode_entry(encoder, at, type, entry, index);
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
