/* presence.h: whether a value in a struct is one that somebody set. */
#ifndef BELL__RECORD_PRESENCE_H
#define BELL__RECORD_PRESENCE_H

#include <bell/schema.h>

/* Other than zero. False for what is behind a pointer where it may be absent:
 * the pointer tells. */
bool bell__presence_is_set(const bell_type *type, const char *value);

/* The same value: members are compared, not padding; of lists and maps only
 * where their items lie. */
bool bell__presence_is_same(const bell_type *type, const char *left,
                            const char *right);

#endif
