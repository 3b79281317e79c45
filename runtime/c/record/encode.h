/* encode.h: what the files of the encoder share. A function takes the place
 * to write at and gives the place behind; NULL where it failed, and the
 * encoder says why. */
#ifndef BELL__RECORD_ENCODE_H
#define BELL__RECORD_ENCODE_H

#include <bell/schema.h>

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

/* A failure; gives NULL. */
char *bell__encode_fail(struct bell__encoder *encoder, bell_status status,
                        const char *wrong);

/* Each value: there are ROOM bytes, less a bracket, when it is called; and so
 * there are, less a scalar, when it returns. */
char *bell__encode_value(struct bell__encoder *encoder, char *at,
                         const bell_type *type, const char *value);
char *bell__encode_union(struct bell__encoder *encoder, char *at,
                         const bell_type *type, const char *value);

/* Bytes, times, durations, UUIDs and decimals. */
char *bell__encode_form(struct bell__encoder *encoder, char *at,
                        const bell_type *type, const char *value);

/* The user's own JSON: checked, and without white space, so that it holds no
 * line break. */
char *bell__encode_json(struct bell__encoder *encoder, char *at,
                        bell_string json);

/* A record's members, each with a comma behind. */
char *bell__encode_fields(struct bell__encoder *encoder, char *at,
                          const bell_type *type, const char *record);

/* Counts a level; its bracket is the caller's. */
char *bell__encode_enter(struct bell__encoder *encoder, char *at);

/* Behind the last member: the comma becomes the bracket. */
char *bell__encode_leave(struct bell__encoder *encoder, char *at, char closing);

#endif
