/* check.h: the parts of checking, among themselves. They run in this order;
 * each copes with what an earlier one has complained of. */
#ifndef GENERATOR_MODEL_CHECK_H
#define GENERATOR_MODEL_CHECK_H

#include "base/index.h"
#include "model/model.h"

struct checker {
    struct bell__arena *arena;
    struct diags *diags;
    struct service *service;
};

/* resolve.c: every name of a type becomes that type; aliases become what they
 * stand for. */
void check_references(struct checker *checker);

/* check_records.c: no record lies in itself. */
void check_records(struct checker *checker);

/* check_names.c: names of one scope differ in code and on the wire. */
void check_names(struct checker *checker);

/* check_default.c: defaults are values of their types. */
void check_defaults(struct checker *checker);

bool check_equal(bell_string one, bell_string two);

#endif
