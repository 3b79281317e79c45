/* model_test.c: a schema becomes a typed service; YAML and JSON mean the same.
 * What is refused stands in tests/golden/bad. */
#include "schema_text.h"

#define HEAD "bellpull: 1\nservice: tasks\n"

static const struct type *type_of(const struct schema_text *schema,
                                  const char *name)
{
    return model_type(schema->service, bell_str(name));
}

static const struct field *field_of(const struct type *type, const char *wire)
{
    const struct field *at = type != NULL ? type->fields : NULL;
    while (at != NULL && (at->wire.size != strlen(wire) ||
                          memcmp(at->wire.text, wire, at->wire.size) != 0)) {
        at = at->next;
    }
    return at;
}

/* A shape in the schema's own spelling. */
static const char *spell(const struct shape *shape, char *room, size_t size)
{
    static const char *const scalars[] = {"bool",    "int32",  "int64",
                                          "uint32",  "uint64", "float32",
                                          "float64", "string", "json"};
    char inner[128];
    const char *null = shape->nullable ? " | null" : "";
    if (shape->kind == SHAPE_SCALAR) {
        snprintf(room, size, "%s%s", scalars[shape->scalar], null);
    } else if (shape->kind == SHAPE_NAMED) {
        snprintf(room, size, "%.*s%s", (int)shape->type->name.size,
                 shape->type->name.text, null);
    } else {
        spell(shape->item, inner, sizeof inner);
        snprintf(room, size,
                 shape->kind == SHAPE_MAP ? "map<%s>%s" : "(%s)[]%s", inner,
                 null);
    }
    return room;
}

static void resolve_shapes(void)
{
    static const struct {
        const char *field;
        const char *shape;
    } want[] = {
        {"a", "map<(string | null)[]> | null"},
        {"b", "(string | null)[] | null"},
        {"c", "(((string | null)[])[])[]"},
        {"d", "State | null"},
        {"e", "TaskE"},
        {"f", "(Task)[]"},
        {"g", "map<int64>"},
    };
    struct schema_text schema;
    char room[128];
    schema_check(&schema, "a.yaml",
                 BELL_STR(HEAD "types:\n"
                               "  Name: string | null\n"
                               "  Names: Name[]\n"
                               "  Rows: {type: 'Names[]'}\n"
                               "  State: {enum: [on, off, null]}\n"
                               "  Task:\n"
                               "    fields:\n"
                               "      a: map<(string | null)[]> | null\n"
                               "      b: Names | null\n"
                               "      c: Rows[]\n"
                               "      d: State|null\n"
                               "      e: {fields: {type: string}}\n"
                               "      f: 'Task[]'\n"
                               "      g?: {type: map<int64>, wire: g}\n"));
    CHECK_TEXT("", schema.said);
    const struct type *task = type_of(&schema, "Task");
    for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
        const struct field *field = field_of(task, want[i].field);
        CHECK(field != NULL);
        if (field != NULL) {
            CHECK_TEXT(want[i].shape, spell(field->shape, room, sizeof room));
        }
    }
    const struct type *state = type_of(&schema, "State");
    CHECK_INT(3, state->count);
    CHECK_BYTES("null", state->values->next->next->wire.text, 4);
    schema_close(&schema);
}

static void name_and_wire(void)
{
    struct schema_text schema;
    schema_check(&schema, "a.yaml",
                 BELL_STR(HEAD
                          "types:\n"
                          "  T:\n"
                          "    name: Thing\n"
                          "    fields:\n"
                          "      from: {type: string, wire: fromState}\n"
                          "      b?: {type: bool, name: flag}\n"
                          "      n: {type: int32, default: 5}\n"
                          "rpc:\n"
                          "  tasks.get: {params: {id: T}, deadline: 500ms}\n"
                          "  ping:\n"
                          "  wait: {deadline: none, result: {type: T}}\n"));
    CHECK_TEXT("", schema.said);
    const struct type *type = type_of(&schema, "T");
    CHECK_BYTES("Thing", type->name.text, type->name.size);
    const struct field *from = type->fields;
    CHECK_BYTES("fromState", from->wire.text, from->wire.size);
    CHECK_BYTES("from", from->name.text, from->name.size);
    CHECK(!from->optional);
    CHECK_BYTES("b", from->next->wire.text, from->next->wire.size);
    CHECK_BYTES("flag", from->next->name.text, from->next->name.size);
    CHECK(from->next->optional);
    CHECK(field_of(type, "n")->optional);
    const struct method *get = schema.service->calls;
    CHECK_INT(500, get->deadline_ms);
    bell_string params = get->params->type->name;
    CHECK_BYTES("GetParams", params.text, params.size);
    CHECK(get->params->type->inlined);
    CHECK(get->next->params == NULL && get->next->result == NULL);
    CHECK_INT(DEADLINE_UNSAID, get->next->deadline_ms);
    CHECK_INT(DEADLINE_NONE, get->next->next->deadline_ms);
    CHECK(get->next->next->result->type == type);
    schema_close(&schema);
}

static void contract_of(const char *name, const char *text, char digits[17])
{
    struct schema_text schema;
    schema_check(&schema, name, bell_str(text));
    CHECK_TEXT("", schema.said);
    bell_string contract = model_contract(schema.service, &schema.arena);
    CHECK_INT(16, contract.size);
    memcpy(digits, contract.text, 17);
    schema_close(&schema);
}

/* Docs, order of keys, file format: the same. A type, a name, a default: not.
 */
static void compare_contracts(void)
{
    static const char *const same[] = {
        HEAD "types: {A: {fields: {b: int64, c?: {type: bool, default: "
             "true}}}}\n",
        HEAD "version: 2.0.0\ndoc: x\ntypes:\n  A:\n    doc: y\n    fields:\n"
             "      b: {doc: z, type: int64}\n"
             "      c: {default: true, type: bool}\n",
    };
    static const char *const other[] = {
        HEAD "types: {A: {fields: {b: int32, c?: {type: bool, default: "
             "true}}}}\n",
        HEAD "types: {A: {fields: {b: int64, c?: {type: bool, default: "
             "false}}}}\n",
        HEAD "types: {A: {fields: {b: int64, c?: bool}}}\n",
        HEAD "types: {A: {fields: {c?: {type: bool, default: true}, b: "
             "int64}}}\n",
        HEAD "types: {A: {fields: {b: int64 | null, c?: {type: bool, default: "
             "true}}}}\n",
    };
    char first[17];
    char digits[17];
    contract_of("a.yaml", same[0], first);
    contract_of("a.yaml", same[1], digits);
    CHECK_TEXT(first, digits);
    contract_of("a.json",
                "{\"bellpull\": 1, \"service\": \"tasks\", \"types\": {\"A\": "
                "{\"fields\": {\"b\": \"int64\", \"c\": {\"type\": \"bool\", "
                "\"default\": true}}}}}",
                digits);
    CHECK_TEXT(first, digits);
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        contract_of("a.yaml", other[i], digits);
        CHECK(strcmp(first, digits) != 0);
    }
}

/* Every default at the very border of its type. */
static void take_borders(void)
{
    struct schema_text schema;
    schema_check(
        &schema, "a.yaml",
        BELL_STR(HEAD "types:\n"
                      "  T:\n"
                      "    fields:\n"
                      "      a: {type: int32, default: -2147483648}\n"
                      "      b: {type: int32, default: 2147483647}\n"
                      "      c: {type: int64, default: -9223372036854775808}\n"
                      "      d: {type: int64, default: 9223372036854775807}\n"
                      "      e: {type: uint32, default: 4294967295}\n"
                      "      f: {type: uint64, default: 18446744073709551615}\n"
                      "      g: {type: uint64, default: -0}\n"
                      "      h: {type: float32, default: -3.4028234e38}\n"
                      "      i: {type: float64, default: 1e308}\n"
                      "      j: {type: string, default: ''}\n"
                      "      k: {type: string | null, default: no}\n"));
    CHECK_TEXT("", schema.said);
    schema_close(&schema);
}

/* Recursion is fine through a list, a map, absence, null and unions. */
static void allow_recursion(void)
{
    struct schema_text schema;
    schema_check(&schema, "a.yaml",
                 BELL_STR(HEAD "types:\n"
                               "  T:\n"
                               "    fields:\n"
                               "      a: 'T[]'\n"
                               "      b: map<T>\n"
                               "      c?: T\n"
                               "      d: T | null\n"
                               "      e: U\n"
                               "  U: {union: kind, variants: {t: T, end: {}}}\n"
                               "  Flat: {fields: {t: T}}\n"));
    CHECK_TEXT("", schema.said);
    CHECK_INT(1, type_of(&schema, "T")->height);
    CHECK_INT(2, type_of(&schema, "Flat")->height);
    schema_close(&schema);
}

int main(void)
{
    resolve_shapes();
    name_and_wire();
    compare_contracts();
    take_borders();
    allow_recursion();
    return check_report();
}
