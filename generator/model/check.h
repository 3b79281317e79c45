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

/* check_rules.c: constraints fit the types that they stand at; the rules'
 * tables are filled. */
void check_rules(struct checker *checker);

/* check_unions.c: variants are what their union can carry. */
void check_unions(struct checker *checker);

/* check_sections.c: what calls and channels are made of. */
void check_sections(struct checker *checker);

/* check_rest.c: what an endpoint is made of. */
void check_endpoint(struct checker *checker, const struct method *call);

/* check_headers.c: whether a header may have that name; whether the client
 * writes it itself, where it shows a token or not. */
bool check_header_name(bell_string name);
bool check_own_header(bell_string name, bool bearer);

/* check_tokens.c: the tokens that an endpoint shows, sets and forgets. */
void check_tokens(struct checker *checker, const struct method *call);

/* check_errors.c: errors of one name are the same. */
void check_errors(struct checker *checker);

/* check_records.c: no record lies in itself. */
void check_records(struct checker *checker);

/* check_names.c: names of one scope differ in code and on the wire. */
void check_names(struct checker *checker);

/* check_others.c: what stands beside `others`. */
void check_others(struct checker *checker);

/* check_constants.c: constants of different types and methods differ. */
void check_constants(struct checker *checker);

/* check_default.c: defaults are values of their types. */
void check_defaults(struct checker *checker);

/* check_examples.c: examples say nothing that readers would pass over. */
void check_examples(struct checker *checker);

/* check_kinds.c: what all of them ask. Told already: a name that is no type. */
bool check_unknown(const struct shape *shape);

bool check_is_kind(const struct shape *shape, enum type_kind kind);

/* The field of a record, or NULL. */
const struct field *check_find_field(const struct shape *shape,
                                     bell_string wire);

/* Whether there is a record; what is something else is told. */
bool check_is_record(struct checker *checker, const struct shape *shape,
                     const char *code, const char *what);
void check_not_null(struct checker *checker, const struct shape *shape,
                    const char *code, const char *what);

#endif
