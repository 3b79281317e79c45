/* by_kind.h: unions without a tag, whose variants are told apart by the kind of
 * JSON that each is: a text, a number, a bool, a list or an object. */
#ifndef BELL__RECORD_BY_KIND_H
#define BELL__RECORD_BY_KIND_H

#include <bell/schema.h>

#include "json/read.h"

/* What values of a type are on the wire; BELL__JSON_WRONG where that is not
 * one kind (json, an item that may be null, another such union). */
enum bell__json_kind bell__by_kind_of(const bell_type *type);

/* The variant of that kind, counted from 1; 0: none. */
int bell__by_kind_find(const bell_type *type, enum bell__json_kind kind);

static inline bool bell__is_by_kind(const bell_type *type)
{
    return type->kind == BELL_KIND_UNION &&
           (type->flags & BELL_TYPE_BY_KIND) != 0;
}

#endif
