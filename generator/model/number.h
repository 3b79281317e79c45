/* number.h: numbers as a schema spells them. */
#ifndef GENERATOR_MODEL_NUMBER_H
#define GENERATOR_MODEL_NUMBER_H

#include "model/model.h"

/* A number of its own kind of node, or a plain YAML scalar. */
bool number_is_plain(const struct node *node);

/* A number by YAML 1.2's core schema, or of JSON's: what a reader of the schema
 * takes for one. */
bool number_is_spelled(const struct node *node);

/* The same of a member's key. */
bool number_is_key(const struct node *node);

/* Digits with a sign; false where there is something else, or more than 64
 * bits hold. */
bool number_integer(bell_string text, bool *minus, uint64_t *value);

/* A whole number within an integer scalar's range. */
bool number_fits(const struct node *node, enum scalar scalar, bool *minus,
                 uint64_t *value);

/* A number that a float scalar holds. */
bool number_real(const struct node *node, enum scalar scalar, double *value);

/* "a whole number from 0 to 4294967295": what a number scalar wants. */
const char *number_wanted(enum scalar scalar);

#endif
