/* write.h: writes JSON as ECMAScript's JSON.stringify does: no spaces, the
 * shortest numbers that round-trip, `\b \t \n \f \r \" \\` short, other
 * control characters as \u00xx. It knows no types of a schema.
 *
 * The put functions write at `at` and give the place behind; the caller has
 * reserved the named number of bytes. */
#ifndef BELL__JSON_WRITE_H
#define BELL__JSON_WRITE_H

#include <bell/bell.h>

#include "base/buf.h"

enum {
    BELL__JSON_INT_MAX = 20,    /* bytes of the longest 64-bit integer */
    BELL__JSON_DOUBLE_MAX = 25, /* bytes of the longest double */
    BELL__JSON_CHAR_MAX = 6     /* bytes of the longest escape */
};

/* BELL__JSON_INT_MAX bytes, whatever the value: more is written than counts. */
char *bell__json_put_int64(char *at, int64_t value);
char *bell__json_put_uint64(char *at, uint64_t value);

/* Finite values only; -0 is 0. */
char *bell__json_put_double(char *at, double value);
char *bell__json_put_float(char *at, float value);

/* Quotes and escapes; reserves by itself. BELL_INVALID where the text is not
 * UTF-8: then the buffer's size is as it was. */
bell_status bell__json_write_string(struct bell__buf *out, bell_string text);

/* The same for bell__buf_settle(). */
void bell__json_add_string(struct bell__buf *out, bell_string text);
void bell__json_add_int64(struct bell__buf *out, int64_t value);

#endif
