/* encode.h: what the files of the encoder share. A function takes the place
 * to write at and gives the place behind; NULL where it failed, and the
 * encoder says why. */
#ifndef BELL__RECORD_ENCODE_H
#define BELL__RECORD_ENCODE_H

#include <bell/schema.h>

#include "record/codec.h"
#include "record/path.h"
#include "record/rule.h"
#include "json/write.h"
#include "json/writer.h"

/* Beside a key: a scalar, a comma and a bracket. */
enum { BELL__ENCODE_ROOM = 48 };

struct bell__encoder {
    struct bell__writer writer;
    uint32_t depth_left;
    uint32_t items_max;
    const char *wrong;
    struct bell__path path;
    char note[BELL__RULE_NOTE_BYTES]; /* what `wrong` may point at */
};

/* Failures; each gives NULL. A value that is wrong is BELL_INVALID. */
char *bell__encode_fail(struct bell__encoder *encoder, bell_status status,
                        const char *wrong);
char *bell__encode_wrong(struct bell__encoder *encoder, const char *wrong);

/* Its first step; gives where to write, NULL where memory is short. Then its
 * last: `at` NULL is told, and else all up to it belongs to the buffer. */
char *bell__encoder_open(struct bell__encoder *encoder, struct bell__buf *out,
                         const struct bell__codec_limits *limits);
bell_status bell__encoder_close(struct bell__encoder *encoder, const char *at,
                                const char *root, bell_error *error);

/* Each value: there are ROOM bytes, less a bracket, when it is called; and so
 * there are, less a scalar, when it returns. */
char *bell__encode_value(struct bell__encoder *encoder, char *at,
                         const bell_type *type, const char *value);
char *bell__encode_map(struct bell__encoder *encoder, char *at,
                       const bell_type *type, const char *value);
char *bell__encode_union(struct bell__encoder *encoder, char *at,
                         const bell_type *type, const char *value);

/* The user's own JSON: checked, and without white space, so that it holds no
 * line break. */
char *bell__encode_json(struct bell__encoder *encoder, char *at,
                        bell_string json);

/* A record's members, each with a comma behind. */
char *bell__encode_fields(struct bell__encoder *encoder, char *at,
                          const bell_type *type, const char *record);

/* A map's `"key":value,`; `entry` is its index-th. */
char *bell__encode_entry(struct bell__encoder *encoder, char *at,
                         const bell_type *type, const char *entry,
                         size_t index);

/* Whether the field has a value to be sent; *value is its place. False also
 * where it was forgotten, which sets `wrong`. */
bool bell__encode_presence(struct bell__encoder *encoder,
                           const bell_field *field, const char *record,
                           const char **value);

/* The value that the schema has; NULL: another text is to be sent, or where
 * `wrong` is set, none. */
const bell_value *bell__encode_enum(struct bell__encoder *encoder,
                                    const bell_type *type, const char *value,
                                    bell_string *text);

/* Whether a value that was written keeps the rule of its type. */
char *bell__encode_rule(struct bell__encoder *encoder, char *at,
                        const bell_type *type, const char *value);

/* Every list and every map. */
struct bell__list_value {
    const char *items;
    size_t count;
};

char *bell__encode_check_list(struct bell__encoder *encoder, char *at,
                              const struct bell__list_value *list);

/* Counts a level; its bracket is the caller's. */
char *bell__encode_enter(struct bell__encoder *encoder, char *at);

/* Behind the last member: the comma becomes the bracket. */
char *bell__encode_leave(struct bell__encoder *encoder, char *at, char closing);

/* There are ROOM bytes behind it. */
char *bell__encode_text(struct bell__encoder *encoder, char *at,
                        bell_string text);

#endif
