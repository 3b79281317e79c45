/* used.c: the types that a service uses, each once: found by spelling, and
 * named. It knows no template; order.c puts them into order. */
#include "view/used.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"

/* Scopes of `names` that hold types, not identifiers. */
#define SCOPE_SPELLED UINT32_MAX
#define SCOPE_NAMED   (UINT32_MAX - 1)

static const char *const table_prefixes[] = {
    "scalar_", "type_", "type_", "type_", "type_", "type_", "type_", "ruled_",
};

static const char *const part_prefixes[] = {
    "", "values_", "fields_", "variants_", "", "", "", "rule_",
};

static const struct method *skip_others(const struct uses *uses,
                                        const struct method *call)
{
    while (call != NULL && !uses->lang->sockets &&
           section_has_socket(call->section)) {
        call = call->next;
    }
    return call;
}

const struct method *uses_calls(const struct uses *uses)
{
    return skip_others(uses, uses->service->calls);
}

const struct method *uses_next_call(const struct uses *uses,
                                    const struct method *call)
{
    return skip_others(uses, call->next);
}

bell_string uses_identifier(struct uses *uses, bell_string name,
                            enum letter_case letters)
{
    bell_string snake = words_join(name, CASE_SNAKE, uses->arena);
    if (snake.text == NULL) {
        uses->failed = true;
        return (bell_string){"", 0};
    }
    size_t size = uses->prefix.size;
    if (uses->lang->prefixed && snake.size > size + 1 &&
        snake.text[size] == '_' && bell__str_starts(snake, uses->prefix)) {
        snake.text += size + 1;
        snake.size -= size + 1;
    }
    if (uses->lang->prefixed) {
        snake = names_join(&uses->names, uses->prefix, "_", snake);
    }
    bell_string cased = words_recase(snake, letters, uses->arena);
    uses->failed |= cased.text == NULL;
    return cased.text != NULL ? cased : snake;
}

static bell_string behind(struct uses *uses, const char *prefix,
                          bell_string name)
{
    bell_string none = {"", 0};
    return names_join(&uses->names, none, prefix, name);
}

static struct used *add(struct uses *uses, enum used_kind kind)
{
    struct used *used = bell__arena_take(uses->arena, sizeof *used);
    if (used == NULL) {
        uses->failed = true;
        return &uses->scalars[SCALAR_JSON];
    }
    memset(used, 0, sizeof *used);
    used->kind = kind;
    used->plain = used;
    used->scope = ++uses->scopes;
    if (uses->all.last != NULL) {
        uses->all.last->next = used;
    } else {
        uses->all.first = used;
    }
    uses->all.last = used;
    return used;
}

bell_string uses_table(struct uses *uses, const char *prefix,
                       bell_string element)
{
    bell_string cased = words_recase(behind(uses, prefix, element),
                                     uses->lang->tables, uses->arena);
    uses->failed |= cased.text == NULL;
    return names_claim(&uses->names, 0, cased, NULL);
}

static bell_string without_prefix(const struct uses *uses, bell_string stem)
{
    if (uses->lang->prefixed && stem.size > uses->prefix.size + 1) {
        stem.text += uses->prefix.size + 1;
        stem.size -= uses->prefix.size + 1;
    }
    return stem;
}

bell_string uses_element(struct uses *uses, bell_string name)
{
    bell_string stem = uses_identifier(uses, name, CASE_SNAKE);
    return without_prefix(uses, stem);
}

static bell_string own(struct uses *uses, const char *prefix,
                       const struct used *used)
{
    return uses_table(uses, prefix, used->element);
}

/* The element is what is left of the stem without the service's name. */
static void name_tables(struct uses *uses, struct used *used)
{
    used->table = own(uses, table_prefixes[used->kind], used);
    if (part_prefixes[used->kind][0] != '\0') {
        used->parts = own(uses, part_prefixes[used->kind], used);
    }
    if (used->kind == USED_UNION && used->type->shared_count != 0) {
        used->shared = own(uses, "shared_", used);
        used->shared_parts = own(uses, "fields_", used);
    }
    if (used->rule != NULL && used->rule->table.pattern != NULL) {
        used->pattern = own(uses, "pattern_", used);
        used->steps = own(uses, "steps_", used);
    }
}

static struct used *add_named(struct uses *uses, const struct type *type,
                              bool inner)
{
    enum used_kind kind = type->kind == TYPE_ENUM    ? USED_ENUM
                          : type->kind == TYPE_UNION ? USED_UNION
                                                     : USED_RECORD;
    struct used *used = add(uses, kind);
    used->type = type;
    used->spelled = type->name;
    used->key = type->name;
    used->stem = uses_identifier(uses, type->name, CASE_SNAKE);
    used->element = without_prefix(uses, used->stem);
    bell_string wanted =
        words_recase(used->stem, uses->lang->types, uses->arena);
    used->symbol = names_claim(&uses->names, 0, wanted, "_type");
    name_tables(uses, used);
    if (!inner) {
        names_put(&uses->names, SCOPE_NAMED, type->name, used);
    }
    return used;
}

static void open_scalars(struct uses *uses)
{
    for (size_t i = 0; i < FORMED_COUNT; i++) {
        struct used *used = &uses->scalars[i];
        used->scalar = (enum scalar)i;
        used->plain = used;
        if (i >= SCALAR_COUNT) {
            used->form = (enum form)(i - SCALAR_COUNT + 1);
            used->scalar = form_rows[used->form].scalar;
        }
        used->spelled = used->form != FORM_TEXT
                            ? form_rows[used->form].name
                            : scalar_rows[used->scalar].name;
        used->key = used->spelled;
        used->element = used->spelled;
        used->stem = used->spelled;
        used->symbol = uses->lang->scalars[used->scalar].type;
        name_tables(uses, used);
    }
}

void uses_open_types(struct uses *uses)
{
    open_scalars(uses);
    for (const struct type *at = uses->service->types; at != NULL;
         at = at->next) {
        if (at->kind != TYPE_ALIAS) {
            add_named(uses, at, false);
        }
    }
}

/* A list of ruled items is a list of items to the language: only the table is
 * another one. */
static void name_composed(struct uses *uses, struct used *used,
                          const struct used *plain)
{
    bell_string none = {"", 0};
    used->stem = uses->lang->prefixed ? names_join(&uses->names, uses->prefix,
                                                   "_", used->element)
                                      : used->element;
    if (plain != NULL) {
        used->symbol = plain->symbol;
        used->entry = plain->entry;
        name_tables(uses, used);
        return;
    }
    used->symbol = names_claim(
        &uses->names, 0,
        words_recase(used->stem, uses->lang->types, uses->arena), NULL);
    if (used->kind == USED_MAP) {
        used->entry = names_claim(
            &uses->names, 0,
            names_join(&uses->names, used->symbol, "_entry", none), NULL);
    }
    name_tables(uses, used);
}

static struct used *compose(struct uses *uses, enum used_kind kind,
                            struct used *item)
{
    static const char *const opening[] = {"", "map<", "("};
    static const char *const closing[] = {"[]", ">", " | null)"};
    static const char *const suffix[] = {"_list", "_map", "_opt"};
    int which = (int)kind - (int)USED_LIST;
    bell_string none = {"", 0};
    bell_string key = behind(uses, opening[which], item->key);
    key = names_join(&uses->names, key, closing[which], none);
    struct used *found = names_find(&uses->names, SCOPE_SPELLED, key);
    if (found != NULL) {
        return found;
    }
    struct used *plain =
        item->plain != item ? compose(uses, kind, item->plain) : NULL;
    struct used *used = add(uses, kind);
    bell_string spelled = behind(uses, opening[which], item->spelled);
    used->item = item;
    used->key = key;
    used->spelled = names_join(&uses->names, spelled, closing[which], none);
    used->element =
        names_join(&uses->names, item->element, suffix[which], none);
    used->plain = plain != NULL ? plain : used;
    name_composed(uses, used, plain);
    names_put(&uses->names, SCOPE_SPELLED, key, used);
    return used;
}

/* An item under one rule. */
static struct used *under(struct uses *uses, struct used *item,
                          const struct rule *rule)
{
    char room[48];
    snprintf(room, sizeof room, "{%p}", (const void *)rule);
    bell_string none = {"", 0};
    bell_string key = names_join(&uses->names, item->key, room, none);
    struct used *found = names_find(&uses->names, SCOPE_SPELLED, key);
    if (found != NULL) {
        return found;
    }
    bell_string name = words_join(rule->name, CASE_SNAKE, uses->arena);
    struct used *used = add(uses, USED_RULED);
    used->item = item;
    used->plain = item->plain;
    used->rule = rule;
    used->key = key;
    used->spelled = item->spelled;
    used->symbol = item->symbol;
    used->entry = item->entry;
    used->element = name.text != NULL ? name : item->element;
    used->stem = used->element;
    uses->failed |= name.text == NULL;
    name_tables(uses, used);
    names_put(&uses->names, SCOPE_SPELLED, key, used);
    return used;
}

static struct used *find_named(struct uses *uses, bell_string name)
{
    struct used *found = names_find(&uses->names, SCOPE_NAMED, name);
    if (found == NULL) {
        uses->failed = true;
        return &uses->scalars[SCALAR_JSON];
    }
    return found;
}

struct used *uses_type(struct uses *uses, const struct type *type)
{
    return find_named(uses, type->name);
}

static struct used *plain_shape(struct uses *uses, const struct shape *shape)
{
    if (shape->kind == SHAPE_SCALAR && shape->form != FORM_TEXT) {
        return &uses->scalars[SCALAR_COUNT + shape->form - 1];
    }
    if (shape->kind == SHAPE_SCALAR) {
        return &uses->scalars[shape->scalar];
    }
    if (shape->kind == SHAPE_NAMED) {
        return find_named(uses, shape->type != NULL ? shape->type->name
                                                    : shape->name);
    }
    struct used *item = uses_shape(uses, shape->item);
    if (shape->item->nullable) {
        item = compose(uses, USED_OPTION, item);
    }
    return compose(uses, shape->kind == SHAPE_LIST ? USED_LIST : USED_MAP,
                   item);
}

/* The innermost rule first. */
static struct used *ruled_shape(struct uses *uses, const struct shape *shape,
                                const struct rule *rule)
{
    if (rule == NULL) {
        return plain_shape(uses, shape);
    }
    struct used *item = ruled_shape(uses, shape, rule->next);
    return rule_limits(rule) ? under(uses, item, rule) : item;
}

struct used *uses_shape(struct uses *uses, const struct shape *shape)
{
    return ruled_shape(uses, shape, shape->rules);
}

/* `int64[]` as a result becomes a record with one field, `value`. */
static struct used *make_bare(struct uses *uses, const struct method *method)
{
    struct type *type = bell__arena_take(uses->arena, sizeof *type);
    struct field *field = bell__arena_take(uses->arena, sizeof *field);
    bell_string words = words_join(method->name, CASE_PASCAL, uses->arena);
    if (type == NULL || field == NULL || words.text == NULL) {
        uses->failed = true;
        return &uses->scalars[SCALAR_JSON];
    }
    memset(type, 0, sizeof *type);
    memset(field, 0, sizeof *field);
    field->wire = BELL_STR("value");
    field->name = field->wire;
    field->shape = method->result;
    field->place = method->place;
    type->kind = TYPE_RECORD;
    type->name =
        names_join(&uses->names, words, "Result", (bell_string){"", 0});
    type->fields = field;
    type->count = 1;
    type->place = method->place;
    struct used *used = add_named(uses, type, true);
    used->bare = true;
    return used;
}

struct used *uses_result(struct uses *uses, const struct method *method)
{
    const struct shape *shape = method->result;
    if (shape->kind == SHAPE_NAMED && !shape->nullable && shape->type != NULL &&
        shape->type->kind == TYPE_RECORD) {
        return uses_shape(uses, shape);
    }
    return make_bare(uses, method);
}

bool uses_by_pointer(struct uses *uses, const struct field *field)
{
    enum used_kind kind = uses_shape(uses, field->shape)->plain->kind;
    return (kind == USED_RECORD || kind == USED_UNION) &&
           (field->optional || field->shape->nullable);
}
