/* decode.h: what the files of the decoder share. A function takes the place
 * to read at and gives the place behind; NULL where it failed, and the
 * decoder says why. */
#ifndef BELL__RECORD_DECODE_H
#define BELL__RECORD_DECODE_H

#include <bell/schema.h>

#include "base/arena.h"
#include "record/passed.h"
#include "record/path.h"
#include "record/rule.h"
#include "json/number.h"
#include "json/scan.h"

struct bell__decoder {
    const char *start;
    const char *end;
    struct bell__arena *arena;
    uint32_t depth_left;
    uint32_t items_max;
    bool rules;         /* the fields read now must keep their rules */
    bool rules_always;  /* ... as all fields must */
    int64_t work;       /* that patterns did */
    bell_status status; /* what a failure is: BELL_BAD_REPLY, ... */
    struct bell__fault fault;
    const char *wanted; /* the fault is what stands there instead of this */
    /* The innermost record that keeps members which no field names: where they
     * lie, and what reads one, `at` behind its colon; `map` keeps it, and its
     * key, which may be lent, is at `place`. */
    struct bell__items *others;
    const char *(*keep)(struct bell__decoder *decoder, const char *at,
                        const bell_type *map, bell_string key,
                        const char *place);
    void *room; /* for looks at values by large patterns; NULL: none yet */
    struct bell__passing passing;
    struct bell__path path;
    char note[BELL__RULE_NOTE_BYTES]; /* what the fault may point at */
};

/* Items that grow in the arena. What doubling leaves behind is less than what
 * is in use; where nothing was taken since, it grows in place. */
struct bell__items {
    char *items;
    size_t count;
    size_t capacity;
    size_t stride;
};

/* A union's discriminator, as its members must pass over it. */
struct bell__tag {
    const bell_type *type; /* the union; NULL: there is no tag */
    const char *at;        /* the place of its key */
    bool shared; /* the shared fields are read: what else stands there is the
                    variant's */
};

/* Failures; each gives NULL. */
const char *bell__decode_fail(struct bell__decoder *decoder, const char *at,
                              const char *wrong);
const char *bell__decode_mismatch(struct bell__decoder *decoder, const char *at,
                                  const char *wanted);
const char *bell__decode_limit(struct bell__decoder *decoder, const char *at,
                               const char *wrong);

/* Aligned memory for values; NULL is a failure, told at `at`. */
void *bell__decode_take(struct bell__decoder *decoder, const char *at,
                        size_t size);

/* A value of any type at `at` or behind white space there. */
const char *bell__decode_value(struct bell__decoder *decoder, const char *at,
                               const bell_type *type, char *out);

const char *bell__decode_enum(struct bell__decoder *decoder, const char *at,
                              const bell_type *type, char *out);

/* A string, `at` behind its opening quote. */
const char *bell__decode_text(struct bell__decoder *decoder, const char *at,
                              bell_string *out);

/* The same, lent where it holds no escapes; no NUL behind it. */
const char *bell__decode_lent_text(struct bell__decoder *decoder,
                                   const char *at, bell_string *out);

/* A text in quotes, or a number, as `wanted` says; the text may be lent. */
const char *bell__decode_quoted(struct bell__decoder *decoder, const char *at,
                                const char *wanted, bell_string *text);
const char *bell__decode_number(struct bell__decoder *decoder, const char *at,
                                const char *wanted,
                                struct bell__number *number);

/* A key and its colon; `at` is its quote. `key` is unescaped. */
const char *bell__decode_key(struct bell__decoder *decoder, const char *at,
                             bell_string *key);

/* The members of a record, `at` behind the opening brace (`first`) or behind
 * a member. Clears *out first. Gives the place behind the closing brace. */
const char *bell__decode_members(struct bell__decoder *decoder, const char *at,
                                 bool first, const bell_type *type, char *out,
                                 const struct bell__tag *tag);

/* `at` is the opening bracket; the depth is counted inside. */
const char *bell__decode_list(struct bell__decoder *decoder, const char *at,
                              const bell_type *type, char *out);
const char *bell__decode_map(struct bell__decoder *decoder, const char *at,
                             const bell_type *type, char *out);
const char *bell__decode_union(struct bell__decoder *decoder, const char *at,
                               const bell_type *type, char *out);

/* Room for one more item; NULL is a failure. Then a map's end, which is written
 * to `out`: of equal keys the last value stays. Gives `at`. */
char *bell__decode_place(struct bell__decoder *decoder, const char *at,
                         struct bell__items *list);
const char *bell__decode_finish_map(struct bell__decoder *decoder,
                                    const char *at, struct bell__items *list,
                                    char *out);

/* Of equal keys the last value stays, in the first one's place. `entries`
 * begin with a bell_string. Gives the new count; SIZE_MAX is a failure. */
size_t bell__decode_unique(struct bell__decoder *decoder, const char *at,
                           char *entries, size_t count, size_t stride);

static BELL__INLINE const char *
bell__decode_space(const struct bell__decoder *decoder, const char *at)
{
    if (BELL__LIKELY(at < decoder->end && (unsigned char)*at > ' ')) {
        return at;
    }
    return bell__scan_space(at, decoder->end);
}

/* True where exactly this text stands at `at`. */
static BELL__INLINE bool bell__decode_is(const struct bell__decoder *decoder,
                                         const char *at, const char *text,
                                         size_t size)
{
    return (size_t)(decoder->end - at) >= size &&
           bell__scan_same(at, text, size);
}

#endif
