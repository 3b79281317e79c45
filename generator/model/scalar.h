/* scalar.h: the built-in types, a row each. What else is said of them is made
 * of these rows, or is a switch without a default: the compiler tells what a
 * new row is missing in. */
#ifndef GENERATOR_MODEL_SCALAR_H
#define GENERATOR_MODEL_SCALAR_H

#include <bell/schema.h>

/* ROW(NAME, name, type, number, codec): SCALAR_NAME is BELL_KIND_NAME to the
 * runtime and `name` to a schema; a value of it is a `type` of C, and a
 * NUMBER_number to constraints. C's tables point to bell_codec_`codec`, or
 * where that is `none`, to nothing. */
#define SCALARS(ROW)                                                           \
    ROW(BOOL, bool, bool, NONE, none)                                          \
    ROW(INT32, int32, int32_t, INTEGER, none)                                  \
    ROW(INT64, int64, int64_t, INTEGER, none)                                  \
    ROW(UINT32, uint32, uint32_t, NATURAL, none)                               \
    ROW(UINT64, uint64, uint64_t, NATURAL, none)                               \
    ROW(FLOAT32, float32, float, REAL, float32)                                \
    ROW(FLOAT64, float64, double, REAL, float64)                               \
    ROW(STRING, string, bell_string, NONE, none)                               \
    ROW(JSON, json, bell_json, NONE, none)                                     \
    ROW(BYTES, bytes, bell_bytes, NONE, bytes)                                 \
    ROW(DATETIME, datetime, bell_datetime, NONE, datetime)                     \
    ROW(DATE, date, bell_date, NONE, date)                                     \
    ROW(DURATION, duration, int64_t, NONE, duration)                           \
    ROW(UUID, uuid, bell_string, NONE, uuid)                                   \
    ROW(DECIMAL, decimal, bell_string, NONE, decimal)

#define SCALAR_NAMED(name, ...) SCALAR_##name,
enum scalar { SCALARS(SCALAR_NAMED) };
#undef SCALAR_NAMED

#define SCALAR_COUNTED(name, ...) SCALAR_COUNTED_##name,
enum { SCALARS(SCALAR_COUNTED) SCALAR_COUNT };
#undef SCALAR_COUNTED

/* Which member of a bell_bound holds a value of it. */
enum number { NUMBER_NONE, NUMBER_INTEGER, NUMBER_NATURAL, NUMBER_REAL };

/* How a duration, a decimal or a datetime stands on the wire. */
enum form {
    FORM_TEXT, /* in ISO 8601, in quotes, in RFC 3339 */
    FORM_SECONDS,
    FORM_MILLISECONDS,
    FORM_NUMBER,
    FORM_UNIX_SECONDS, /* of a datetime, since 1970 */
    FORM_UNIX_MILLISECONDS
};

enum { FORM_COUNT = FORM_UNIX_MILLISECONDS + 1 };

struct form_row {
    bell_string name;   /* "unix_seconds": what a scalar in it is called */
    bell_string word;   /* "seconds": what tables call it */
    bell_string codec;  /* "unix" */
    enum scalar scalar; /* that has it */
};

struct scalar_row {
    bell_string name;  /* "int64", as schemas spell it */
    bell_string codec; /* "float32", "none" */
    enum number number;
};

extern const struct scalar_row scalar_rows[SCALAR_COUNT];

extern const struct form_row form_rows[FORM_COUNT]; /* FORM_TEXT: empty */

/* False where no scalar is called so. */
bool scalar_find(bell_string name, enum scalar *scalar);

#endif
