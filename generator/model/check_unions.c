/* check_unions.c: variants are what their union can carry, and no two members
 * of its object have one name. */
#include "base/codes.h"
#include "base/str.h"
#include "model/check.h"
#include "model/kind.h"

static struct field *find_field(struct field *fields, bell_string wire)
{
    for (struct field *at = fields; at != NULL; at = at->next) {
        if (bell__str_equal(at->wire, wire)) {
            return at;
        }
    }
    return NULL;
}

static void tell_field(struct checker *checker, const char *code,
                       const struct variant *variant, const struct field *field,
                       const char *message)
{
    struct diag *diag = diag_add(
        checker->diags, code, variant->place, message,
        field->wire.size > 64 ? 64 : (int)field->wire.size, field->wire.text);
    diag_second(checker->diags, diag, field->place, "the field is here");
}

/* The tag and the shared fields are members of the variant's own object. */
static void check_members(struct checker *checker, const struct type *type,
                          const struct variant *variant)
{
    struct field *fields = variant->shape->type->fields;
    const struct field *tag = find_field(fields, type->tag);
    if (tag != NULL) {
        tell_field(checker, CODE_TAG_FIELD, variant, tag,
                   "the record has a field '%.*s', which is already the "
                   "union's tag: remove it");
    }
    for (const struct field *at = type->fields; at != NULL; at = at->next) {
        const struct field *twin = find_field(fields, at->wire);
        if (twin != NULL) {
            tell_field(checker, CODE_SHARED, variant, twin,
                       "the record has a field '%.*s', which all variants "
                       "already share: remove it");
        }
    }
}

static void check_variant(struct checker *checker, const struct type *type,
                          const struct variant *variant)
{
    if (check_unknown(variant->shape)) {
        return;
    }
    if (type->content.size != 0) {
        if (variant->shape->nullable) {
            diag_add(checker->diags, CODE_VARIANT, variant->shape->place,
                     "a variant cannot be nullable: use one without fields");
        }
        return;
    }
    if (!check_is_kind(variant->shape, TYPE_RECORD)) {
        diag_add(
            checker->diags, CODE_VARIANT, variant->shape->place,
            "a variant must be a record (a type with 'fields'), not nullable; "
            "for other types write union: {tag: ..., content: ...}, or "
            "{by: kind}");
        return;
    }
    const struct shape *others = variant->shape->type->others;
    if (others != NULL) {
        struct diag *diag = diag_add(
            checker->diags, CODE_OTHERS, variant->shape->place,
            "a record with 'others' cannot stand beside the tag: write union: "
            "{tag: ..., content: ...}");
        diag_second(checker->diags, diag, others->place, "'others' is here");
    }
    check_members(checker, type, variant);
}

/* Without a tag, each variant is another kind of JSON. */
static void check_by_kind(struct checker *checker, const struct type *type)
{
    const struct variant *found[KIND_COUNT] = {NULL};
    for (const struct variant *at = type->variants; at != NULL; at = at->next) {
        if (check_unknown(at->shape)) {
            continue;
        }
        enum json_kind kind = kind_of_shape(at->shape);
        if (at->shape->nullable) {
            diag_add(checker->diags, CODE_VARIANT, at->shape->place,
                     "a variant cannot be nullable: write | null where the "
                     "union is used");
        } else if (kind == KIND_NONE) {
            diag_add(checker->diags, CODE_VARIANT, at->shape->place,
                     "its values cannot be told apart by kind: a variant here "
                     "is a bool, number, string, list or object, and no json, "
                     "duration, datetime as number or decimal as number");
        } else if (found[kind] != NULL) {
            struct diag *diag =
                diag_add(checker->diags, CODE_VARIANT, at->place,
                         "two variants are of the kind %s, and nothing "
                         "tells them apart",
                         kind_names[kind]);
            diag_second(checker->diags, diag, found[kind]->place,
                        "the other one is here");
        } else {
            found[kind] = at;
        }
    }
}

static void check_shared(struct checker *checker, const struct type *type)
{
    for (const struct field *at = type->fields; at != NULL; at = at->next) {
        bool tag = bell__str_equal(at->wire, type->tag);
        bool content =
            type->content.size != 0 && bell__str_equal(at->wire, type->content);
        if (tag || content) {
            diag_add(checker->diags, CODE_SHARED, at->place,
                     "the field '%.*s' is already the union's %s",
                     (int)at->wire.size, at->wire.text,
                     tag ? "tag" : "content");
        }
    }
}

void check_unions(struct checker *checker)
{
    for (const struct type *type = checker->service->types; type != NULL;
         type = type->next) {
        if (type->kind != TYPE_UNION || type->pushed) {
            continue;
        }
        if (type->by_kind) {
            check_by_kind(checker, type);
            continue;
        }
        check_shared(checker, type);
        for (const struct variant *at = type->variants; at != NULL;
             at = at->next) {
            check_variant(checker, type, at);
        }
    }
}
