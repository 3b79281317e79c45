/* read.c: a pull reader of JSON without a tree. It knows no types. */
#include "json/read.h"

#include "json/number.h"
#include "json/skip.h"
#include "json/text.h"

void bell__json_open(struct bell__json *json, bell_string text,
                     uint32_t depth_max)
{
    memset(json, 0, sizeof *json);
    json->start = text.size != 0 ? text.text : "";
    json->at = json->start;
    json->end = json->start + text.size;
    json->depth_max =
        depth_max < BELL__JSON_DEPTH_MAX ? depth_max : BELL__JSON_DEPTH_MAX;
}

bool bell__json_fail(struct bell__json *json, const char *wrong)
{
    if (json->wrong == NULL) {
        json->wrong = wrong;
    }
    return false;
}

/* Takes over where a function of this room stopped. */
static bool arrive(struct bell__json *json, const char *behind,
                   const struct bell__fault *fault)
{
    if (behind == NULL) {
        json->at = fault->at;
        return bell__json_fail(json, fault->wrong);
    }
    json->at = behind;
    return true;
}

/* The first byte of what comes next; 0 where the text ends or is wrong. */
static char next_byte(struct bell__json *json)
{
    if (json->wrong != NULL) {
        return '\0';
    }
    json->at = bell__scan_space(json->at, json->end);
    return json->at < json->end ? *json->at : '\0';
}

static bool want(struct bell__json *json, bool there, const char *wrong)
{
    if (there) {
        return true;
    }
    return bell__json_fail(
        json, json->at == json->end ? "the text ends too early" : wrong);
}

enum bell__json_kind bell__json_peek(struct bell__json *json)
{
    char byte = next_byte(json);
    switch (byte) {
    case '{':
        return BELL__JSON_MAP;
    case '[':
        return BELL__JSON_LIST;
    case '"':
        return BELL__JSON_STRING;
    case 't':
    case 'f':
        return BELL__JSON_BOOL;
    case 'n':
        return BELL__JSON_NULL;
    default:
        return byte == '-' || (byte >= '0' && byte <= '9') ? BELL__JSON_NUMBER
                                                           : BELL__JSON_WRONG;
    }
}

static bool enter(struct bell__json *json, char bracket, const char *wrong)
{
    if (!want(json, next_byte(json) == bracket, wrong)) {
        return false;
    }
    if (json->depth >= json->depth_max) {
        return bell__json_fail(json, "nested deeper than depth_max");
    }
    json->depth++;
    json->at++;
    return true;
}

bool bell__json_enter_map(struct bell__json *json)
{
    return enter(json, '{', "wanted a map");
}

bool bell__json_enter_list(struct bell__json *json)
{
    return enter(json, '[', "wanted a list");
}

/* To the next member. What stands in front tells whether it is the first: a
 * value never ends with an opening bracket. */
static bool next_member(struct bell__json *json, char opening, char closing,
                        const char *wrong)
{
    if (json->wrong != NULL) {
        return false;
    }
    bool first = json->at > json->start && json->at[-1] == opening;
    char byte = next_byte(json);
    if (byte == closing) {
        json->at++;
        json->depth--;
        return false;
    }
    if (first) {
        return true;
    }
    if (!want(json, byte == ',', wrong)) {
        return false;
    }
    json->at++;
    return true;
}

bool bell__json_next_key(struct bell__json *json, bell_string *key,
                         bool *escaped)
{
    if (!next_member(json, '{', '}', "expected , or }")) {
        return false;
    }
    if (!want(json, next_byte(json) == '"', "a key is missing here")) {
        return false;
    }
    if (!bell__json_raw_string(json, key, escaped)) {
        return false;
    }
    if (!want(json, next_byte(json) == ':',
              "a colon is missing after the key")) {
        return false;
    }
    json->at++;
    return true;
}

bool bell__json_next_item(struct bell__json *json)
{
    if (!next_member(json, '[', ']', "expected , or ]")) {
        return false;
    }
    if (next_byte(json) == ']') {
        return bell__json_fail(json, "a value is missing");
    }
    return want(json, json->at < json->end, "a value is missing");
}

static bool word(struct bell__json *json, const char *text)
{
    struct bell__fault fault;
    return arrive(json, bell__skip_word(json->at, json->end, text, &fault),
                  &fault);
}

bool bell__json_null(struct bell__json *json)
{
    return want(json, next_byte(json) == 'n', "wanted null") &&
           word(json, "null");
}

bool bell__json_bool(struct bell__json *json, bool *value)
{
    char byte = next_byte(json);
    if (!want(json, byte == 't' || byte == 'f', "wanted true or false")) {
        return false;
    }
    *value = byte == 't';
    return word(json, byte == 't' ? "true" : "false");
}

static bool want_number(struct bell__json *json)
{
    return want(json, bell__json_peek(json) == BELL__JSON_NUMBER,
                "wanted a number");
}

bool bell__json_int64(struct bell__json *json, int64_t *value)
{
    struct bell__fault fault;
    return want_number(json) &&
           arrive(json, bell__number_int64(json->at, json->end, value, &fault),
                  &fault);
}

bool bell__json_uint64(struct bell__json *json, uint64_t *value)
{
    struct bell__fault fault;
    return want_number(json) &&
           arrive(json, bell__number_uint64(json->at, json->end, value, &fault),
                  &fault);
}

static bool cut_number(struct bell__json *json, struct bell__number *number)
{
    struct bell__fault fault;
    return want_number(json) &&
           arrive(json, bell__number_pass(json->at, json->end, number, &fault),
                  &fault);
}

bool bell__json_double(struct bell__json *json, double *value)
{
    struct bell__number number;
    if (!cut_number(json, &number)) {
        return false;
    }
    if (!bell__number_double(&number, value)) {
        json->at = number.start;
        return bell__json_fail(json, "beyond the range of a double");
    }
    return true;
}

bool bell__json_number(struct bell__json *json, bell_string *text)
{
    struct bell__number number;
    if (!cut_number(json, &number)) {
        return false;
    }
    text->text = number.start;
    text->size = (size_t)(number.end - number.start);
    return true;
}

bool bell__json_raw_string(struct bell__json *json, bell_string *raw,
                           bool *escaped)
{
    struct bell__fault fault;
    *escaped = false;
    if (!want(json, next_byte(json) == '"', "wanted a string")) {
        return false;
    }
    const char *text = json->at + 1;
    const char *quote = bell__text_end(text, json->end, escaped, &fault);
    if (!arrive(json, quote, &fault)) {
        return false;
    }
    raw->text = text;
    raw->size = (size_t)(quote - text);
    json->at = quote + 1;
    return true;
}

size_t bell__json_unescape(bell_string raw, char *out)
{
    size_t size = bell__text_unescape(raw, out);
    out[size] = '\0';
    return size;
}

bool bell__json_spells(bell_string key, const char *name, size_t size)
{
    enum { NAME_MAX_BYTES = 255, ESCAPE = 6 };
    char text[NAME_MAX_BYTES * ESCAPE + 1];
    if (size > NAME_MAX_BYTES || key.size > size * ESCAPE ||
        memchr(key.text, '\\', key.size) == NULL) {
        return false;
    }
    return bell__json_unescape(key, text) == size &&
           memcmp(text, name, size) == 0;
}

bool bell__json_string(struct bell__json *json, struct bell__arena *arena,
                       bell_string *value)
{
    bell_string raw;
    bool escaped;
    if (!bell__json_raw_string(json, &raw, &escaped)) {
        return false;
    }
    char *text = bell__arena_bytes(arena, raw.size + 1);
    if (text == NULL) {
        return bell__json_fail(json, arena->limited ? "reply_bytes_max"
                                                    : "out of memory");
    }
    value->size = bell__json_unescape(raw, text);
    value->text = text;
    return true;
}

bool bell__json_skip(struct bell__json *json, bell_string *raw)
{
    struct bell__fault fault;
    next_byte(json);
    if (json->wrong != NULL) {
        return false;
    }
    const char *start = json->at;
    const char *behind = bell__skip_value(
        start, json->end, json->depth_max - json->depth, &fault);
    if (!arrive(json, behind, &fault)) {
        return false;
    }
    if (raw != NULL) {
        raw->text = start;
        raw->size = (size_t)(behind - start);
    }
    return true;
}

bool bell__json_done(struct bell__json *json)
{
    return next_byte(json) == '\0' && json->wrong == NULL &&
           json->at == json->end;
}
