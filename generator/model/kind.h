/* kind.h: which kind of JSON the values of a shape are. It knows no values. */
#ifndef GENERATOR_MODEL_KIND_H
#define GENERATOR_MODEL_KIND_H

#include "model/model.h"

/* The kinds by which variants without a tag are told apart. */
enum json_kind {
    KIND_NONE, /* of several kinds, or not told apart in every language */
    KIND_BOOL,
    KIND_NUMBER,
    KIND_STRING,
    KIND_LIST,
    KIND_OBJECT
};

enum { KIND_COUNT = KIND_OBJECT + 1 };

extern const char *const kind_names[KIND_COUNT]; /* "bool" */

/* Null is left aside; its types are known. */
enum json_kind kind_of_shape(const struct shape *shape);

#endif
