/* codec_kind.c: unions without a tag: what kind of JSON a value is says which
 * variant it is. */
#include "record/by_kind.h"
#include "record/codecs.h"
#include "json/read.h"

static enum bell__json_kind kind_at(const struct bell__decoder *decoder,
                                    const char *at)
{
    struct bell__json json;
    bell_string text = {at, (size_t)(decoder->end - at)};
    bell__json_open(&json, text, 1);
    return bell__json_peek(&json);
}

/* Of no kind that is ours. */
static const char *keep(struct bell__decoder *decoder, const char *at,
                        bell_union *head)
{
    const char *end =
        bell__pass(&decoder->passing, at, decoder->end, decoder->depth_left,
                   decoder->arena, &decoder->fault);
    if (end == NULL) {
        return NULL;
    }
    bell_string raw = {at, (size_t)(end - at)};
    bell_string copy = bell__arena_copy(decoder->arena, raw);
    if (copy.text == NULL) {
        return bell__decode_limit(decoder, at, NULL);
    }
    head->raw.text = copy.text;
    head->raw.size = copy.size;
    return end;
}

static const char *read_by_kind(struct bell__decoder *decoder, const char *at,
                                const bell_type *type, char *out)
{
    bell_union head;
    memset(out, 0, type->size);
    memset(&head, 0, sizeof head);
    enum bell__json_kind kind = kind_at(decoder, at);
    if (kind == BELL__JSON_NULL || kind == BELL__JSON_WRONG) {
        return bell__decode_mismatch(decoder, at, type->name);
    }
    head.tag = bell__by_kind_find(type, kind);
    if (head.tag == 0) {
        at = keep(decoder, at, &head);
        memcpy(out, &head, sizeof head);
        return at;
    }
    const bell_variant *variant = &type->variants[head.tag - 1];
    head.tag_text.text = variant->text;
    head.tag_text.size = variant->text_size;
    memcpy(out, &head, sizeof head);
    char *value = bell__decode_take(decoder, at, variant->type->size);
    if (value == NULL) {
        return NULL;
    }
    memset(value, 0, variant->type->size);
    memcpy(out + variant->offset, &value, sizeof value);
    return bell__decode_value(decoder, at, variant->type, value);
}

/* Which variant goes out the union says itself. */
const bell_codec bell_codec_by_kind = {read_by_kind, bell__encode_union};
