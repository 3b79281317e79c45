/* encode_union.c: unions to JSON: the tag, the shared fields, then the variant:
 * its members, or one member that holds it; where there is no tag, the variant
 * alone. */
#include "record/encode.h"

enum { ROOM = BELL__ENCODE_ROOM };

/* What came as it came: its shared fields stand in it. */
static char *encode_unknown(struct bell__encoder *encoder, char *at,
                            bool by_kind, const bell_union *head)
{
    if (head->raw.size == 0 || head->raw.text == NULL) {
        return bell__encode_wrong(encoder, "a union is not set");
    }
    const char *end = head->raw.text + head->raw.size;
    const char *first = bell__scan_space(head->raw.text, end);
    if (!by_kind && (first == end || *first != '{')) {
        return bell__encode_wrong(encoder, "a union's raw value is no object");
    }
    bell_string raw = {head->raw.text, head->raw.size};
    return bell__encode_json(encoder, at, raw);
}

/* `"name":`, with room for what follows. */
static char *put_key(struct bell__encoder *encoder, char *at, const char *name,
                     size_t size)
{
    at = bell__writer_room(&encoder->writer, at, size + ROOM + 3);
    if (at == NULL) {
        return NULL;
    }
    *at++ = '"';
    at = bell__writer_copy(at, name, size);
    *at++ = '"';
    *at++ = ':';
    return at;
}

static char *put_tag(struct bell__encoder *encoder, char *at,
                     const bell_type *type, const bell_variant *variant)
{
    *at++ = '{';
    at = put_key(encoder, at, type->tag, type->tag_size);
    at = at != NULL ? bell__writer_room(&encoder->writer, at,
                                        variant->json_size + (size_t)ROOM)
                    : NULL;
    if (at == NULL) {
        return NULL;
    }
    at = bell__writer_copy(at, variant->json, variant->json_size);
    *at++ = ',';
    return at;
}

static char *encode_content(struct bell__encoder *encoder, char *at,
                            const bell_type *type, const bell_type *item,
                            const char *value)
{
    at = put_key(encoder, at, type->content, type->content_size);
    at = at != NULL ? bell__encode_value(encoder, at, item, value) : NULL;
    if (at == NULL) {
        bell_string name = {type->content, type->content_size};
        bell__path_field(&encoder->path, name);
    }
    return at;
}

/* The variant that is set; NULL is a failure. */
static const char *find_inner(struct bell__encoder *encoder,
                              const bell_type *type, const bell_union *head,
                              const char *value)
{
    const char *inner;
    const bell_variant *variant = &type->variants[head->tag - 1];
    memcpy(&inner, value + variant->offset, sizeof inner);
    if (inner == NULL) {
        bell__encode_wrong(encoder,
                           "a union's tag is set, its variant is NULL");
    }
    return inner;
}

char *bell__encode_union(struct bell__encoder *encoder, char *at,
                         const bell_type *type, const char *value)
{
    bell_union head;
    bool by_kind = (type->flags & BELL_TYPE_BY_KIND) != 0;
    memcpy(&head, value, sizeof head);
    if (head.tag < 0 || head.tag > type->count) {
        return bell__encode_wrong(encoder, "not a tag of the union");
    }
    if (head.tag == 0) {
        return encode_unknown(encoder, at, by_kind, &head);
    }
    const bell_variant *variant = &type->variants[head.tag - 1];
    const char *inner = find_inner(encoder, type, &head, value);
    if (inner == NULL || by_kind) {
        return inner != NULL
                   ? bell__encode_value(encoder, at, variant->type, inner)
                   : NULL;
    }
    at = bell__encode_enter(encoder, at);
    at = at != NULL ? put_tag(encoder, at, type, variant) : NULL;
    if (at != NULL && type->item != NULL) {
        at = bell__encode_fields(encoder, at, type->item, value);
    }
    if (at == NULL) {
        return NULL;
    }
    at = type->content != NULL
             ? encode_content(encoder, at, type, variant->type, inner)
             : bell__encode_fields(encoder, at, variant->type, inner);
    return at != NULL ? bell__encode_leave(encoder, at, '}') : NULL;
}
