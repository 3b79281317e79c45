/* types.c: each used type as a node: names, fields, values, variants. */
#include <string.h>

#include "base/str.h"
#include "model/kind.h"
#include "view/show.h"

static const char *const kinds[] = {"",     "ENUM", "RECORD", "UNION",
                                    "LIST", "MAP",  "OPTION", "RULED"};

static bell_string upper(struct uses *uses, bell_string snake)
{
    bell_string cased = words_recase(snake, uses->lang->constants, uses->arena);
    uses->failed |= cased.text == NULL;
    return cased;
}

/* `<TYPE>_<NAME>`, free in the file; where it is not, with mend behind it. */
static bell_string constant(struct uses *uses, const struct used *used,
                            bell_string name, const char *mend)
{
    bell_string snake = words_join(name, CASE_SNAKE, uses->arena);
    if (snake.text == NULL) {
        uses->failed = true;
        return snake;
    }
    snake = names_join(&uses->names, used->stem, "_", snake);
    return names_claim(&uses->names, 0, upper(uses, snake), mend);
}

static bell_string member(struct uses *uses, const struct used *used,
                          bell_string name)
{
    bell_string cased = words_join(name, uses->lang->members, uses->arena);
    if (cased.text == NULL) {
        uses->failed = true;
        return (bell_string){"", 0};
    }
    return names_claim(&uses->names, used->scope, cased, NULL);
}

/* Of a record: none of its fields has to be there. */
static bool are_optional(const struct type *type)
{
    const struct field *field = type->fields;
    while (field != NULL && field->optional) {
        field = field->next;
    }
    return field == NULL;
}

/* A record of which nothing has to be said: parts of a request need not be
 * there if nothing in them has to. */
static bool is_omissible(const struct used *used)
{
    if (used->kind != USED_RECORD || !used->type->sent) {
        return used->kind == USED_RECORD && are_optional(used->type);
    }
    const struct field *part = used->type->fields;
    while (part != NULL && part->shape->kind == SHAPE_NAMED &&
           part->shape->rules == NULL && !part->shape->nullable &&
           part->shape->type->kind == TYPE_RECORD &&
           are_optional(part->shape->type)) {
        part = part->next;
    }
    return part == NULL;
}

/* What a program links only where a type needs it. */
static bell_string codec_of(const struct used *used)
{
    bell_string codec = {"", 0};
    if (used->kind == USED_SCALAR) {
        codec = used->form != FORM_TEXT ? form_rows[used->form].codec
                                        : scalar_rows[used->scalar].codec;
        return bell__str_is(codec, "none") ? (bell_string){"", 0} : codec;
    }
    if (used->kind == USED_RULED) {
        return BELL_STR("ruled");
    }
    if (used->type != NULL && used->type->by_kind) {
        return BELL_STR("by_kind");
    }
    return used->type != NULL && used->type->others != NULL ? BELL_STR("others")
                                                            : codec;
}

/* What other types show of this one: its names. */
static struct node *make_names(struct uses *uses, const struct used *used)
{
    struct node *map = show_map(uses);
    bell_string kind = bell_str(kinds[used->kind]);
    if (used->kind == USED_SCALAR) {
        kind = words_recase(scalar_rows[used->scalar].name, CASE_UPPER,
                            uses->arena);
    }
    const struct used *plain = used->plain;
    bool scalar = plain->kind == USED_SCALAR;
    show_text(uses, map, "name", used->spelled);
    show_text(uses, map, "symbol", used->symbol);
    show_text(uses, map, "table", used->table);
    show_text(uses, map, "parts", used->parts);
    show_text(uses, map, "entry", used->entry);
    show_text(uses, map, "kind", kind);
    show_text(uses, map, "codec", codec_of(used));
    show_text(
        uses, map, "form",
        words_recase(form_rows[used->form].word, CASE_UPPER, uses->arena));
    show_bool(uses, map, "is_scalar", used->kind == USED_SCALAR);
    show_bool(uses, map, "is_enum", used->kind == USED_ENUM);
    show_bool(uses, map, "is_record", used->kind == USED_RECORD);
    show_bool(uses, map, "is_union", used->kind == USED_UNION);
    show_bool(uses, map, "is_list", used->kind == USED_LIST);
    show_bool(uses, map, "is_map", used->kind == USED_MAP);
    show_bool(uses, map, "is_option", used->kind == USED_OPTION);
    show_bool(uses, map, "is_ruled", used->kind == USED_RULED);
    show_bool(uses, map, "is_sent",
              used->kind == USED_RECORD && used->type->sent);
    show_bool(uses, map, "omissible", is_omissible(used));
    show_bool(uses, map, "used", used->table_mark != 0);
    show_bool(uses, map, "loops", used->forward);
    show_bool(uses, map, "is_json", scalar && plain->scalar == SCALAR_JSON);
    show_bool(uses, map, "is_wide",
              scalar && (plain->scalar == SCALAR_INT64 ||
                         plain->scalar == SCALAR_UINT64));
    show_bool(uses, map, "is_duration",
              scalar && plain->scalar == SCALAR_DURATION);
    show_bool(uses, map, "is_datetime",
              scalar && plain->scalar == SCALAR_DATETIME);
    return map;
}

/* "Limits: min 1, max 5." behind the doc. */
static bell_string about_rules(struct uses *uses, const struct shape *shape,
                               bell_string doc)
{
    static const char *const keys[] = {"min",        "max",     "min_length",
                                       "max_length", "pattern", "min_items",
                                       "max_items"};
    const char *before = doc.size != 0 ? " Limits: " : "Limits: ";
    bell_string text = doc;
    for (const struct rule *rule = shape->rules; rule != NULL;
         rule = rule->next) {
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
            const struct node *said = node_member(rule->said, keys[i]);
            if (said == NULL) {
                continue;
            }
            text = show_print(uses, "%.*s%s%s %.*s", (int)text.size,
                              text.size != 0 ? text.text : "", before, keys[i],
                              (int)said->text.size, said->text.text);
            before = ", ";
        }
    }
    return before[0] == ','
               ? show_print(uses, "%.*s.", (int)text.size, text.text)
               : doc;
}

/* Of a default that is a number of something else than the value in code. */
static const char *unit_of(const struct shape *shape)
{
    static const char *const units[FORM_COUNT] = {
        [FORM_TEXT] = "",
        [FORM_SECONDS] = " s",
        [FORM_MILLISECONDS] = " ms",
        [FORM_NUMBER] = "",
        [FORM_UNIX_SECONDS] = " s since 1970",
        [FORM_UNIX_MILLISECONDS] = " ms since 1970",
    };
    return shape->kind == SHAPE_SCALAR ? units[shape->form] : "";
}

static bell_string about_field(struct uses *uses, const struct field *field)
{
    const struct node *fallback = field->fallback;
    bool shown = fallback != NULL && fallback->kind != NODE_LIST &&
                 fallback->kind != NODE_MAP && fallback->text.size < 64;
    bell_string doc = about_rules(uses, field->shape, field->doc);
    if (!shown) {
        return doc;
    }
    bell_string text = fallback->text;
    if (fallback->kind == NODE_BOOL) {
        text = bell_str(fallback->truth ? "true" : "false");
    } else if (fallback->kind == NODE_NULL) {
        text = bell_str("null");
    } else if (text.size == 0) {
        text = bell_str("\"\"");
    }
    return show_print(uses, "%.*s%sDefault: %.*s%s.", (int)doc.size,
                      doc.size != 0 ? doc.text : "", doc.size != 0 ? " " : "",
                      (int)text.size, text.text, unit_of(field->shape));
}

static bell_string setter(struct uses *uses, const struct used *used,
                          bell_string name)
{
    bell_string wanted = names_join(&uses->names, used->symbol, "_set_", name);
    return names_claim(&uses->names, 0, wanted, NULL);
}

/* A default that a language without words for "not there" cannot tell from a
 * value that nobody set. */
static bool is_zero(bell_string json)
{
    static const char *const zeros[] = {"0", "false", "\"\"", "[]", "{}"};
    for (size_t i = 0; i < sizeof zeros / sizeof zeros[0]; i++) {
        if (bell__str_is(json, zeros[i])) {
            return true;
        }
    }
    return false;
}

static void show_default(struct uses *uses, const struct used *record,
                         const struct field *field, size_t index,
                         bell_string name, struct node *map)
{
    if (field->fallback == NULL) {
        return;
    }
    struct default_value made = bind_default(uses->bound, record->type, index);
    show_share(uses, map, "fallback",
               show_fallback(uses, record, field, name, made.value));
    show_text(uses, map, "default", made.json);
    bool moment = field->shape->kind == SHAPE_SCALAR &&
                  field->shape->scalar == SCALAR_DATETIME; /* 0 is 1970 */
    show_bool(uses, map, "default_is_zero", is_zero(made.json) && !moment);
}

static struct node *show_field(struct uses *uses, const struct used *record,
                               const struct field *field, bell_string name)
{
    struct node *map = show_map(uses);
    bool optional = field->optional;
    bool nullable = field->shape->nullable;
    bool boxed = uses_by_pointer(uses, field);
    bool either = optional && nullable;
    bool missing = optional || nullable;
    bell_string flag = {"", 0};
    if (either) {
        flag = names_join(&uses->names, name, "_state", flag);
    } else if (missing && !boxed) {
        flag = names_join(&uses->names, BELL_STR("has_"), "", name);
    }
    if (flag.size != 0) {
        flag = names_claim(&uses->names, record->scope, flag, NULL);
    }
    bell_string key = show_json(uses, field->wire);
    show_text(uses, map, "name", field->wire);
    show_text(uses, map, "key",
              names_join(&uses->names, key, ":", (bell_string){"", 0}));
    show_text(uses, map, "member", name);
    show_text(uses, map, "flag", flag);
    show_text(uses, map, "about", about_field(uses, field));
    show_text(uses, map, "deprecated", field->deprecated);
    show_extras(uses, map, field->said);
    show_text(uses, map, "state",
              bell_str(either     ? "EITHER"
                       : optional ? "OPTIONAL"
                       : nullable ? "NULLABLE"
                                  : "REQUIRED"));
    show_bool(uses, map, "required", !missing);
    show_bool(uses, map, "optional", optional && !nullable);
    show_bool(uses, map, "nullable", nullable && !optional);
    show_bool(uses, map, "either", either);
    show_bool(uses, map, "boxed", boxed);
    bool set = record->sent && flag.size != 0;
    bell_string none = {"", 0};
    bell_string symbol = set ? setter(uses, record, name) : none;
    show_text(uses, map, "setter", symbol);
    show_text(uses, map, "nuller",
              set && nullable
                  ? names_claim_with(&uses->names, 0, symbol, "_null")
                  : none);
    show_share(uses, map, "type", uses_shape(uses, field->shape)->node);
    return map;
}

/* What every union's struct begins with. */
static void claim_head(struct uses *uses, const struct used *used)
{
    static const char *const head[] = {"tag", "tag_text", "raw",
                                       "Tag", "Raw",      "Value"};
    for (size_t i = 0; i < sizeof head / sizeof head[0]; i++) {
        names_claim(&uses->names, used->scope, bell_str(head[i]), NULL);
    }
}

static size_t field_count(const struct used *used)
{
    if (used->kind == USED_RECORD) {
        return used->type->count;
    }
    return used->kind == USED_UNION ? used->type->shared_count : 0;
}

/* Members first: what the schema named keeps its name, flags give way. */
static void show_fields(struct uses *uses, const struct used *used,
                        struct node *map)
{
    size_t count = field_count(used);
    if (count == 0) {
        return;
    }
    struct node *list = show_list(uses, map, "fields");
    struct node *settable = show_list(uses, map, "settable");
    bell_string *members =
        bell__arena_take(uses->arena, count * sizeof *members);
    if (members == NULL) {
        uses->failed = true;
        return;
    }
    size_t index = 0;
    for (const struct field *at = used->type->fields;
         at != NULL && index < count; at = at->next) {
        members[index++] = member(uses, used, at->name);
    }
    index = 0;
    for (const struct field *at = used->type->fields;
         at != NULL && index < count; at = at->next) {
        struct node *field = show_field(uses, used, at, members[index]);
        show_default(uses, used, at, index, members[index], field);
        show_append(uses, list, field);
        if (node_member(field, "setter") != NULL) {
            show_append(uses, settable, field);
        }
        index++;
    }
}

static void show_others(struct uses *uses, const struct used *used,
                        struct node *map)
{
    const struct shape *others = used->type != NULL ? used->type->others : NULL;
    bool there = others != NULL;
    bell_string none = {"", 0};
    show_share(uses, map, "others",
               there ? uses_shape(uses, others)->node : NULL);
    show_text(uses, map, "others_member",
              there ? member(uses, used, BELL_STR("others")) : none);
}

static void show_values(struct uses *uses, const struct used *used,
                        struct node *map)
{
    if (used->kind != USED_ENUM) {
        return;
    }
    struct node *list = show_list(uses, map, "values");
    int64_t number = 0;
    for (const struct value *at = used->type->values; at != NULL;
         at = at->next) {
        struct node *value = show_map(uses);
        show_text(uses, value, "name", at->wire);
        show_text(uses, value, "json", show_json(uses, at->wire));
        show_text(uses, value, "symbol", constant(uses, used, at->name, NULL));
        show_text(uses, value, "doc", at->doc);
        show_number(uses, value, "number", ++number);
        show_append(uses, list, value);
    }
}

static void show_variants(struct uses *uses, const struct used *used,
                          struct node *map)
{
    if (used->kind != USED_UNION) {
        return;
    }
    struct node *list = show_list(uses, map, "variants");
    bool pascal = uses->lang->constants == CASE_PASCAL;
    int64_t number = 0;
    for (const struct variant *at = used->type->variants; at != NULL;
         at = at->next) {
        struct node *variant = show_map(uses);
        show_text(uses, variant, "name", at->wire);
        show_text(uses, variant, "json", show_json(uses, at->wire));
        show_text(uses, variant, "symbol",
                  constant(uses, used, at->name, pascal ? "Variant" : NULL));
        show_text(uses, variant, "member", member(uses, used, at->name));
        show_text(uses, variant, "doc", at->doc);
        show_number(uses, variant, "number", ++number);
        show_text(uses, variant, "kind",
                  bell_str(kind_names[kind_of_shape(at->shape)]));
        show_share(uses, variant, "type", uses_shape(uses, at->shape)->node);
        show_append(uses, list, variant);
    }
}

/* The type of what a union's variants share. */
static void show_common(struct uses *uses, const struct used *used,
                        struct node *map)
{
    if (used->type->shared_count != 0) {
        bell_string none = {"", 0};
        bell_string common =
            names_join(&uses->names, used->stem, "_shared", none);
        common = words_recase(common, uses->lang->types, uses->arena);
        uses->failed |= common.text == NULL;
        show_text(uses, map, "common",
                  names_claim(&uses->names, 0, common, NULL));
    }
}

/* A type has one flag at most. */
static bell_string flag_of(const struct used *used)
{
    const struct type *type = used->type;
    if (type == NULL) {
        return (bell_string){"", 0};
    }
    return type->closed    ? BELL_STR("CLOSED")
           : used->bare    ? BELL_STR("BARE")
           : type->strict  ? BELL_STR("STRICT")
           : type->by_kind ? BELL_STR("BY_KIND")
           : type->others  ? BELL_STR("OTHERS")
                           : (bell_string){"", 0};
}

static void show_rest(struct uses *uses, struct used *used)
{
    struct node *map = used->node;
    const struct type *type = used->type;
    bell_string none = {"", 0};
    show_text(uses, map, "doc", type != NULL ? type->doc : none);
    show_text(uses, map, "deprecated", type != NULL ? type->deprecated : none);
    show_extras(uses, map, type != NULL ? type->said : NULL);
    show_bool(uses, map, "closed", type != NULL && type->closed);
    show_bool(uses, map, "strict", type != NULL && type->strict);
    show_bool(uses, map, "bare", used->bare);
    show_number(uses, map, "count", type != NULL ? (int64_t)type->count : 0);
    show_number(uses, map, "shared_count",
                type != NULL ? (int64_t)type->shared_count : 0);
    show_text(uses, map, "tag", type != NULL ? type->tag : none);
    show_text(uses, map, "content", type != NULL ? type->content : none);
    show_bool(uses, map, "by_kind", type != NULL && type->by_kind);
    show_text(uses, map, "flag", flag_of(used));
    show_text(uses, map, "shared", used->shared);
    show_text(uses, map, "shared_parts", used->shared_parts);
    show_text(uses, map, "stem", upper(uses, used->stem));
    if (used->kind == USED_UNION) {
        claim_head(uses, used);
        bell_string unknown =
            names_join(&uses->names, used->stem, "_unknown", none);
        unknown = words_recase(unknown, uses->lang->types, uses->arena);
        uses->failed |= unknown.text == NULL;
        show_text(uses, map, "unknown",
                  names_claim(&uses->names, 0, unknown, NULL));
        show_common(uses, used, map);
    }
    if (used->kind == USED_RULED) {
        show_share(uses, map, "rule", show_rule(uses, used));
    }
    show_fields(uses, used, map);
    show_others(uses, used, map);
    show_values(uses, used, map);
    show_variants(uses, used, map);
}

void show_types(struct uses *uses)
{
    for (size_t i = 0; i < FORMED_COUNT; i++) {
        uses->scalars[i].node = make_names(uses, &uses->scalars[i]);
    }
    for (struct used *at = uses->all.first; at != NULL; at = at->next) {
        at->node = make_names(uses, at);
        /* Items come before what is composed of them. */
        show_share(uses, at->node, "item",
                   at->item != NULL ? at->item->node : NULL);
    }
    for (struct used *at = uses->all.first; at != NULL; at = at->next) {
        show_rest(uses, at);
    }
}
