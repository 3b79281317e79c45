/* build_union.c: unions from nodes: the tag or that there is none, where the
 * variants stand, and the fields that they share. It knows no methods. */
#include "base/codes.h"
#include "base/str.h"
#include "model/build.h"
#include "model/number.h"

static struct variant *build_variant(struct builder *builder,
                                     const struct type *type,
                                     const struct node *node)
{
    struct variant *variant = build_take(builder, sizeof *variant);
    if (variant == NULL ||
        !name_check_wire(builder, node->key, node->spot->key_place,
                         "this variant")) {
        return NULL;
    }
    variant->wire = node->key;
    variant->name = node->key;
    variant->place = node->spot->key_place;
    if (number_is_key(node)) {
        build_tell_number(builder, node->spot->key_place, node->key);
    }
    if (node->kind == NODE_MAP) {
        variant->shape =
            build_shape_fields(builder, node, type->name, node->key);
    } else {
        variant->shape = build_shape(builder, node, type->name, node->key);
    }
    return variant;
}

static void build_variants(struct builder *builder, struct type *type,
                           const struct node *node)
{
    struct variant *last = NULL;
    if (!take_map(builder, node) || build_too_many(builder, node, "variants")) {
        return;
    }
    if (node->count == 0) {
        diag_add(builder->diags, CODE_UNION, node->spot->place,
                 "a union needs at least one variant");
    }
    for (const struct node *at = node->first; at != NULL; at = at->next) {
        struct variant *variant = build_variant(builder, type, at);
        if (variant == NULL) {
            continue;
        }
        if (last != NULL) {
            last->next = variant;
        } else {
            type->variants = variant;
        }
        last = variant;
        type->count++;
    }
}

/* `{tag: event, content: data}`: the variant is a member of its own. */
static void build_content(struct builder *builder, struct type *type,
                          const struct node *map)
{
    static const char *const known[] = {"tag", "content", NULL};
    const struct node *tag = node_member(map, "tag");
    const struct node *content = node_member(map, "content");
    take_known(builder, map, known, "a union's place");
    if (tag == NULL || content == NULL) {
        diag_add(builder->diags, CODE_UNION, map->spot->place,
                 "this needs the names of two members: {tag: event, content: "
                 "data}; or, where no member names the variant, {by: kind}");
        return;
    }
    if (take_text(builder, tag, &type->tag)) {
        name_check_wire(builder, type->tag, tag->spot->place, "the tag");
    }
    if (take_text(builder, content, &type->content)) {
        name_check_wire(builder, type->content, content->spot->place,
                        "the content");
    }
    if (type->tag.size != 0 && bell__str_equal(type->tag, type->content)) {
        struct diag *diag =
            diag_add(builder->diags, CODE_UNION, content->spot->place,
                     "the tag and the content must be two different members");
        diag_second(builder->diags, diag, tag->spot->place, "the tag is here");
    }
}

/* `{by: kind}`: there is no tag. */
static void build_by_kind(struct builder *builder, struct type *type,
                          const struct node *map, const struct node *by)
{
    static const char *const known[] = {"by", NULL};
    bell_string word = {"", 0};
    type->by_kind = true;
    take_known(builder, map, known, "a union's place");
    if (take_text(builder, by, &word) && !bell__str_is(word, "kind")) {
        diag_add(builder->diags, CODE_UNION, by->spot->place,
                 "variants are told apart by their kind of JSON: {by: kind}; "
                 "or by a member that holds the name: union: type");
    }
}

void build_union(struct builder *builder, struct type *type,
                 const struct node *map, const struct node *tag)
{
    const struct node *variants = node_member(map, "variants");
    const struct node *fields = node_member(map, "fields");
    const struct node *by =
        tag->kind == NODE_MAP ? node_member(tag, "by") : NULL;
    if (by != NULL) {
        build_by_kind(builder, type, tag, by);
    } else if (tag->kind == NODE_MAP) {
        build_content(builder, type, tag);
    } else if (take_text(builder, tag, &type->tag)) {
        name_check_wire(builder, type->tag, tag->spot->place, "the tag");
    }
    if (fields != NULL && type->by_kind) {
        diag_add(builder->diags, CODE_UNION, fields->spot->key_place,
                 "variants of different kinds share no fields: a string has "
                 "none");
    } else if (fields != NULL) {
        build_fields(builder, type, fields);
        type->shared_count = type->count;
        type->count = 0;
    }
    if (variants == NULL) {
        diag_add(builder->diags, CODE_UNION, map->spot->place,
                 "a union needs 'variants', a map of tags to types");
        return;
    }
    build_variants(builder, type, variants);
}
