/* spoil.h: a good answer made a bad one: a value of another JSON type, an enum
 * or union that is not in the schema. It knows no call. */
#ifndef BELL__PEER_SPOIL_H
#define BELL__PEER_SPOIL_H

#include <bell/schema.h>

#include "base/buf.h"
#include "peer/mishap.h"

/* Adds the JSON with one value replaced, which the seed picks: for WRONG_TYPE
 * any, for UNKNOWN_VARIANT an enum's or a union's tag. `member`: one of the
 * members of that name, wherever they are; NULL: any. Without a type (NULL) an
 * unknown variant needs a member. False where there is none to replace: nothing
 * is added then. */
bool bell__spoil(struct bell__buf *out, bell_string json, const bell_type *type,
                 enum bell__mishap_kind kind, const char *member,
                 uint64_t *seed);

#endif
