/* check_rest.c: what an endpoint may be made of: values that a query or a
 * header can carry as text, and names that are free. */
#include <string.h>
#include <strings.h>

#include "base/codes.h"
#include "base/str.h"
#include "model/check.h"

/* What a query or a header can carry as text. */
static bool is_flat(const struct shape *shape, bool lists)
{
    if (shape == NULL || check_unknown(shape)) {
        return true;
    }
    if (lists && shape->kind == SHAPE_LIST) {
        return is_flat(shape->item, false);
    }
    return (shape->kind == SHAPE_SCALAR && shape->scalar != SCALAR_JSON) ||
           (shape->kind == SHAPE_NAMED && shape->type->kind == TYPE_ENUM);
}

static bool has_null(const struct shape *shape)
{
    return shape != NULL && (shape->nullable || (shape->kind == SHAPE_LIST &&
                                                 has_null(shape->item)));
}

static void check_flat(struct checker *checker, const struct shape *record,
                       const char *what)
{
    const struct shape *others = record->type->others;
    if (others != NULL) {
        struct diag *diag = diag_add(checker->diags, CODE_OTHERS, record->place,
                                     "%s has no members but its fields", what);
        diag_second(checker->diags, diag, others->place, "'others' is here");
    }
    for (const struct field *at = record->type->fields; at != NULL;
         at = at->next) {
        if (!is_flat(at->shape, true)) {
            diag_add(checker->diags, CODE_ENDPOINT, at->place,
                     "%s can only contain scalars, enums, and lists of them",
                     what);
        } else if (has_null(at->shape)) {
            diag_add(checker->diags, CODE_ENDPOINT, at->place,
                     "%s cannot contain null: %s", what,
                     at->optional ? "leave it out instead"
                                  : "write '?' behind its name if it may be "
                                    "left out");
        }
    }
}

static void check_headers(struct checker *checker,
                          const struct endpoint *endpoint)
{
    for (const struct field *at = endpoint->headers->type->fields; at != NULL;
         at = at->next) {
        if (!check_header_name(at->wire)) {
            diag_add(checker->diags, CODE_ENDPOINT, at->place,
                     "'%.*s' cannot be the name of a header: write 'wire:' "
                     "with one of letters, digits and '-'",
                     (int)at->wire.size, at->wire.text);
        } else if (check_own_header(at->wire, endpoint->bearer)) {
            diag_add(checker->diags, CODE_ENDPOINT, at->place,
                     "the header '%.*s' is written by the client itself",
                     (int)at->wire.size, at->wire.text);
        }
        for (const struct field *other = endpoint->headers->type->fields;
             other != at; other = other->next) {
            if (other->wire.size == at->wire.size &&
                strncasecmp(other->wire.text, at->wire.text, at->wire.size) ==
                    0 &&
                !bell__str_equal(other->wire, at->wire)) {
                struct diag *diag =
                    diag_add(checker->diags, CODE_COLLISION, at->place,
                             "'%.*s' is already a header: capitals make no "
                             "difference",
                             (int)at->wire.size, at->wire.text);
                diag_second(checker->diags, diag, other->place,
                            "the other one is here");
            }
        }
    }
}

/* One name, one place in the request. */
static void check_parameters(struct checker *checker,
                             const struct endpoint *endpoint)
{
    for (const struct path_parameter *at = endpoint->parameters; at != NULL;
         at = at->next) {
        const struct field *field = check_find_field(endpoint->query, at->name);
        if (field != NULL) {
            struct diag *diag =
                diag_add(checker->diags, CODE_COLLISION, field->place,
                         "'%.*s' is already a parameter of the path",
                         (int)at->name.size, at->name.text);
            diag_second(checker->diags, diag, at->place, "the path is here");
        }
    }
}

/* `text` stands for no type of that name. */
static void check_text(struct checker *checker, const struct method *call)
{
    const struct type *type =
        index_find(checker->service->names, BELL_STR("text"));
    if (call->endpoint->text && type != NULL) {
        struct diag *diag =
            diag_add(checker->diags, CODE_ENDPOINT, call->result->place,
                     "'result: text' is the reply's body as it is, and there "
                     "is a type 'text' too: rename it");
        diag_second(checker->diags, diag, type->place, "the type is here");
    }
}

void check_endpoint(struct checker *checker, const struct method *call)
{
    const struct endpoint *endpoint = call->endpoint;
    if (check_is_record(checker, endpoint->query, CODE_ENDPOINT, "a query")) {
        check_flat(checker, endpoint->query, "a query");
        check_parameters(checker, endpoint);
    }
    if (check_is_record(checker, endpoint->headers, CODE_ENDPOINT, "headers")) {
        check_flat(checker, endpoint->headers, "a header");
        check_headers(checker, endpoint);
    }
    check_not_null(checker, endpoint->body, CODE_ENDPOINT, "a body");
    check_tokens(checker, call);
    check_text(checker, call);
}
