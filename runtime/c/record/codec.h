/* codec.h: struct <-> JSON by the tables of schema.h: one interpreter for
 * generated code and for the generator. It knows no protocol. */
#ifndef BELL__RECORD_CODEC_H
#define BELL__RECORD_CODEC_H

#include <bell/bell.h>
#include <bell/schema.h>

#include "base/arena.h"
#include "base/buf.h"

struct bell__codec_limits {
    uint32_t depth_max;
    uint32_t items_max;
    bool rules; /* decoding: constraints hold everywhere, not only for the
                   fields of strict records */
    int64_t *pattern_work; /* decoding: the work that patterns did is added;
                              NULL: nobody asks */
};

/* Appends the value as JSON. A value that may not be sent (not UTF-8, NaN, a
 * required enum left unset, a value whose has_x is false, ...) gives
 * BELL_INVALID with its path; then `out` has the size that it had. */
bell_status bell__encode(struct bell__buf *out, const bell_type *type,
                         const void *value,
                         const struct bell__codec_limits *limits,
                         bell_error *error);

/* Reads exactly one value into *value (type->size bytes, need not be zero);
 * what it points to lies in the arena, texts included: the JSON may go. A
 * wrong text gives BELL_BAD_REPLY with path and offset in *error. `root` is
 * what paths begin with ("result"). */
bell_status bell__decode(bell_string json, const bell_type *type, void *value,
                         struct bell__arena *arena,
                         const struct bell__codec_limits *limits,
                         const char *root, bell_error *error);

#endif
