/* decode_union.c: JSON to unions: a member of the object is the tag; the other
 * members are the variant's, or one of them is the variant. */
#include "record/codecs.h"
#include "json/read.h"
#include "json/skip.h"

/* The tag and the content, wherever they stand among the members. */
struct found {
    const char *key;     /* the tag's quote; NULL: there is none */
    const char *value;   /* behind the colon and white space */
    const char *content; /* the same of the content; NULL: there is none */
    const char *end;     /* behind the object, where that was looked for */
};

/* The tag mostly stands first. */
static bool is_first(const struct bell__decoder *decoder, const char *at,
                     const bell_type *type, struct found *found)
{
    at = bell__decode_space(decoder, at);
    size_t size = type->tag_size;
    if ((size_t)(decoder->end - at) < size + 3 || at[0] != '"' ||
        at[size + 1] != '"' || memcmp(at + 1, type->tag, size) != 0) {
        return false;
    }
    const char *colon = bell__decode_space(decoder, at + size + 2);
    if (colon == decoder->end || *colon != ':') {
        return false;
    }
    found->key = at;
    found->value = bell__decode_space(decoder, colon + 1);
    return true;
}

/* Takes the name that a key spells with escapes. */
static bool resolve(struct bell__decoder *decoder, bell_string *key)
{
    char *name = bell__arena_bytes(decoder->arena, key->size + 1);
    if (name == NULL) {
        bell__decode_limit(decoder, key->text, NULL);
        return false;
    }
    key->size = bell__json_unescape(*key, name);
    key->text = name;
    return true;
}

static bool is_named(bell_string key, const char *name, size_t size)
{
    return key.size == size && memcmp(key.text, name, size) == 0;
}

static bool fail_twice(struct bell__decoder *decoder, bell_string key,
                       const char *place, const char *wrong)
{
    bell__path_field(&decoder->path, key);
    bell__decode_fail(decoder, place, wrong);
    return false;
}

/* A member whose key is at `place` and whose value is at `value`. */
static bool note_member(struct bell__decoder *decoder, const bell_type *type,
                        bell_string key, const char *place, const char *value,
                        struct found *found)
{
    if (is_named(key, type->tag, type->tag_size)) {
        if (found->key != NULL && found->key != place) {
            return fail_twice(decoder, key, place,
                              "the union's tag stands twice");
        }
        found->key = place;
        found->value = value;
    } else if (type->content != NULL &&
               is_named(key, type->content, type->content_size)) {
        if (found->content != NULL && found->content != value) {
            return fail_twice(decoder, key, place,
                              "the union's content stands twice");
        }
        found->content = value;
    }
    return true;
}

/* Passes over all members from behind the brace on, checking them. */
static bool look_for(struct bell__decoder *decoder, const char *at,
                     const bell_type *type, struct found *found)
{
    struct bell__json json;
    bell_string key;
    bool escaped;
    bell_string text = {decoder->start,
                        (size_t)(decoder->end - decoder->start)};
    bell__json_open(&json, text, decoder->depth_left);
    json.at = at;
    json.depth = 1;
    while (bell__json_next_key(&json, &key, &escaped)) {
        const char *place = key.text - 1;
        if (escaped && !resolve(decoder, &key)) {
            return false;
        }
        bell__json_peek(&json);
        if (!note_member(decoder, type, key, place, json.at, found)) {
            return false;
        }
        const char *behind = bell__pass(&decoder->passing, json.at,
                                        decoder->end, decoder->depth_left - 1,
                                        decoder->arena, &decoder->fault);
        if (behind == NULL) {
            return false;
        }
        json.at = behind;
    }
    found->end = json.at;
    if (json.wrong != NULL) {
        bell__decode_fail(decoder, json.at, json.wrong);
    }
    return json.wrong == NULL;
}

/* Which variant the tag's value names, and the place behind it. */
static const char *read_tag(struct bell__decoder *decoder, const char *at,
                            const bell_type *type, bell_union *head)
{
    for (int i = 0; i < type->count; i++) {
        const bell_variant *variant = &type->variants[i];
        if (bell__decode_is(decoder, at, variant->json, variant->json_size)) {
            head->tag = i + 1;
            head->tag_text.text = variant->text;
            head->tag_text.size = variant->text_size;
            return at + variant->json_size;
        }
    }
    if (at == decoder->end || *at != '"') {
        return bell__decode_mismatch(decoder, at, "string");
    }
    at = bell__decode_text(decoder, at + 1, &head->tag_text);
    for (int i = 0; at != NULL && i < type->count; i++) {
        const bell_variant *variant = &type->variants[i];
        if (variant->text_size == head->tag_text.size &&
            memcmp(variant->text, head->tag_text.text, variant->text_size) ==
                0) {
            head->tag = i + 1;
        }
    }
    return at;
}

/* Not one of ours: the whole object is kept as it is. */
static const char *keep_raw(struct bell__decoder *decoder, const char *at,
                            const struct found *found, bell_union *head)
{
    bell_string raw = {at, (size_t)(found->end - at)};
    bell_string copy = bell__arena_copy(decoder->arena, raw);
    if (copy.text == NULL) {
        return bell__decode_limit(decoder, at, NULL);
    }
    head->raw.text = copy.text;
    head->raw.size = copy.size;
    return found->end;
}

static const char *fail_member(struct bell__decoder *decoder, const char *name,
                               size_t size)
{
    bell_string key = {name, size};
    bell__path_field(&decoder->path, key);
    return NULL;
}

/* A variant's place in memory, all zero. */
static char *take_variant(struct bell__decoder *decoder, const char *at,
                          const bell_variant *variant, char *out)
{
    char *value = bell__decode_take(decoder, at, variant->type->size);
    if (value != NULL) {
        memset(value, 0, variant->type->size);
        memcpy(out + variant->offset, &value, sizeof value);
    }
    return value;
}

/* The variant's members stand beside the tag. */
static const char *read_members(struct bell__decoder *decoder, const char *at,
                                bool first, const bell_type *type,
                                const struct found *found,
                                const bell_variant *variant, char *out)
{
    struct bell__tag tag = {type, found->key, false};
    char *value = take_variant(decoder, at, variant, out);
    if (value == NULL) {
        return NULL;
    }
    return bell__decode_members(decoder, at, first, variant->type, value, &tag);
}

/* One member is the variant. `at` is the object. */
static const char *read_content(struct bell__decoder *decoder, const char *at,
                                const bell_type *type,
                                const struct found *found,
                                const bell_variant *variant, char *out)
{
    const bell_type *item = variant->type;
    char *value = take_variant(decoder, at, variant, out);
    if (value == NULL) {
        return NULL;
    }
    if (found->content != NULL) {
        decoder->depth_left--;
        at = bell__decode_value(decoder, found->content, item, value);
        decoder->depth_left++;
    } else if (item->kind != BELL_KIND_RECORD || item->count != 0) {
        at = bell__decode_fail(decoder, at, "the union's content is missing");
    }
    return at != NULL ? found->end
                      : fail_member(decoder, type->content, type->content_size);
}

/* `at` is the object, whose first member is the tag where `first`; `behind`
 * is behind that. */
static const char *read_rest(struct bell__decoder *decoder, const char *at,
                             bool first, const char *behind,
                             const bell_type *type, const struct found *found,
                             char *out)
{
    bell_union head;
    memcpy(&head, out, sizeof head);
    if (type->item != NULL) {
        struct bell__tag tag = {type, found->key, true};
        if (bell__decode_members(decoder, at + 1, true, type->item, out,
                                 &tag) == NULL) {
            return NULL;
        }
    }
    if (head.tag == 0) {
        return found->end;
    }
    const bell_variant *variant = &type->variants[head.tag - 1];
    if (type->content != NULL) {
        return read_content(decoder, at, type, found, variant, out);
    }
    return read_members(decoder, first ? behind : at + 1, !first, type, found,
                        variant, out);
}

const char *bell__decode_union(struct bell__decoder *decoder, const char *at,
                               const bell_type *type, char *out)
{
    struct found found = {NULL, NULL, NULL, NULL};
    bell_union head;
    if (type->codec != NULL) {
        return type->codec->decode(decoder, at, type, out);
    }
    memset(out, 0, type->size);
    memset(&head, 0, sizeof head);
    if (at == decoder->end || *at != '{') {
        return bell__decode_mismatch(decoder, at, type->name);
    }
    if (decoder->depth_left == 0) {
        return bell__decode_limit(decoder, at, bell__skip_too_deep);
    }
    bool first = is_first(decoder, at + 1, type, &found);
    bool whole = !first || type->content != NULL;
    if (whole && !look_for(decoder, at + 1, type, &found)) {
        return NULL;
    }
    if (found.key == NULL) {
        bell__decode_fail(decoder, at, "the union's tag is missing");
        return fail_member(decoder, type->tag, type->tag_size);
    }
    const char *behind = read_tag(decoder, found.value, type, &head);
    if (behind == NULL) {
        return fail_member(decoder, type->tag, type->tag_size);
    }
    if (head.tag == 0) {
        if (!whole && !look_for(decoder, at + 1, type, &found)) {
            return NULL;
        }
        if (keep_raw(decoder, at, &found, &head) == NULL) {
            return NULL;
        }
    }
    memcpy(out, &head, sizeof head);
    return read_rest(decoder, at, first, behind, type, &found, out);
}
