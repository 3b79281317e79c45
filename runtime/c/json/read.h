/* read.h: a pull reader of JSON (RFC 8259) without a tree. Exact integers, a
 * depth limit, places of errors. It knows no types of a schema.
 *
 * Every function gives false where the text is wrong; then `wrong` says what
 * (static text) and `at` points at the place. It never reads at or behind
 * `end`, and the text needs no NUL. */
#ifndef BELL__JSON_READ_H
#define BELL__JSON_READ_H

#include <bell/bell.h>

#include "base/arena.h"

enum bell__json_kind {
    BELL__JSON_WRONG, /* no value starts here */
    BELL__JSON_NULL,
    BELL__JSON_BOOL,
    BELL__JSON_NUMBER,
    BELL__JSON_STRING,
    BELL__JSON_LIST,
    BELL__JSON_MAP
};

struct bell__json {
    const char *start;
    const char *at;
    const char *end;
    const char *wrong; /* NULL while all is well */
    uint32_t depth;
    uint32_t depth_max;
};

void bell__json_open(struct bell__json *json, bell_string text,
                     uint32_t depth_max);

/* Skips white space; what kind of value starts at `at`. */
enum bell__json_kind bell__json_peek(struct bell__json *json);

/* A map or list: enter, then next until it gives false (the end, or wrong is
 * set). next_key leaves `at` at the value, which must be read or skipped.
 * `key` is the text between the quotes; where it holds escapes `escaped` is
 * true and bell__json_unescape() gives the name. */
bool bell__json_enter_map(struct bell__json *json);
bool bell__json_next_key(struct bell__json *json, bell_string *key,
                         bool *escaped);
bool bell__json_enter_list(struct bell__json *json);
bool bell__json_next_item(struct bell__json *json);

/* The slow half of bell__json_key_is(): by escapes. */
bool bell__json_spells(bell_string key, const char *name, size_t size);

/* Whether what next_key or raw_string gave, not unescaped, spells this text of
 * at most 255 bytes: each escape is longer than what it spells. */
static inline bool bell__json_key_is(bell_string key, const char *name)
{
    size_t size = strlen(name);
    if (key.size == size && memcmp(key.text, name, size) == 0) {
        return true;
    }
    return key.size > size && bell__json_spells(key, name, size);
}

bool bell__json_null(struct bell__json *json);
bool bell__json_bool(struct bell__json *json, bool *value);

/* Exact: 1.0 and 1e2 are integers, 1.5 and what does not fit are wrong. */
bool bell__json_int64(struct bell__json *json, int64_t *value);
bool bell__json_uint64(struct bell__json *json, uint64_t *value);

/* Nearest double, independent of the locale; 1e400 is wrong. */
bool bell__json_double(struct bell__json *json, double *value);

/* The number as it is spelled. */
bool bell__json_number(struct bell__json *json, bell_string *text);

/* The text, NUL-terminated, in the arena. Lone surrogates become U+FFFD, text
 * that is not UTF-8 is wrong. BELL_NO_MEMORY shows as `wrong` "out of memory"
 * or "reply_bytes_max". */
bool bell__json_string(struct bell__json *json, struct bell__arena *arena,
                       bell_string *value);

/* The text between the quotes, not unescaped, lent. */
bool bell__json_raw_string(struct bell__json *json, bell_string *raw,
                           bool *escaped);

/* Unescapes what next_key or raw_string gave into `out` (raw.size + 1 bytes
 * are always enough); gives the size, without the NUL. */
size_t bell__json_unescape(bell_string raw, char *out);

/* Passes over one value, checking it; `raw` (may be NULL) is its text. */
bool bell__json_skip(struct bell__json *json, bell_string *raw);

/* True where only white space is left. */
bool bell__json_done(struct bell__json *json);

/* Sets `wrong` at the current place; gives false. */
bool bell__json_fail(struct bell__json *json, const char *wrong);

#endif
