/* codec_others.c: records that keep the members that no field names. */
#include "record/codecs.h"

enum { ROOM = BELL__ENCODE_ROOM };

/* ---- Reading ------------------------------------------------------------- */

/* Such a member, `at` behind its colon; its key, which may be lent, is at
 * `place`. */
static const char *keep(struct bell__decoder *decoder, const char *at,
                        const bell_type *map, bell_string key,
                        const char *place)
{
    struct bell__items *list = decoder->others;
    char *entry = bell__decode_place(decoder, place, list);
    if (entry == NULL) {
        return NULL;
    }
    key = bell__arena_copy(decoder->arena, key);
    if (key.text == NULL) {
        return bell__decode_limit(decoder, place, NULL);
    }
    memcpy(entry, &key, sizeof key);
    at = bell__decode_value(decoder, at, map->item, entry + map->item_offset);
    if (at == NULL) {
        bell__path_key(&decoder->path, key);
        return NULL;
    }
    list->count++;
    return at;
}

static const char *read_others(struct bell__decoder *decoder, const char *at,
                               const bell_type *type, char *out)
{
    static const struct bell__tag no_tag = {NULL, NULL, false};
    struct bell__items list = {NULL, 0, 0, type->item->stride};
    struct bell__items *outer = decoder->others;
    if (at == decoder->end || *at != '{') {
        return bell__decode_mismatch(decoder, at, type->name);
    }
    decoder->others = &list;
    decoder->keep = keep;
    at = bell__decode_members(decoder, at + 1, true, type, out, &no_tag);
    decoder->others = outer;
    return at != NULL ? bell__decode_finish_map(decoder, at, &list,
                                                out + type->item_offset)
                      : NULL;
}

/* ---- Writing ------------------------------------------------------------- */

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
    return bell__encode_wrong(encoder, encoder->note);
}

static char *encode_other(struct bell__encoder *encoder, char *at,
                          const bell_type *type, const char *entry,
                          size_t index)
{
    bell_string key;
    memcpy(&key, entry, sizeof key);
    return is_field(type, key)
               ? fail_field(encoder, key)
               : bell__encode_entry(encoder, at, type->item, entry, index);
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

static char *write_others(struct bell__encoder *encoder, char *at,
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

const bell_codec bell_codec_others = {read_others, write_others};
