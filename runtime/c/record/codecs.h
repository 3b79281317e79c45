/* codecs.h: how values of a kind that few programs have are read and written. A
 * table points to what its type needs, so a program links no other. */
#ifndef BELL__RECORD_CODECS_H
#define BELL__RECORD_CODECS_H

#include <bell/schema.h>

#include "record/decode.h"
#include "record/encode.h"

struct bell_codec {
    /* A value at `at`, behind white space. */
    const char *(*decode)(struct bell__decoder *decoder, const char *at,
                          const bell_type *type, char *out);
    /* With the room that bell__encode_value() has. */
    char *(*encode)(struct bell__encoder *encoder, char *at,
                    const bell_type *type, const char *value);
};

#endif
