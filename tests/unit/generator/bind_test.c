/* bind_test.c: tables that are bound in memory are those that a compiler makes
 * of the generated code, down to sizes and offsets. */
#include "schema_text.h"

#include "base/file.h"
#include "bind/bind.h"

extern const bell_service tasks_service;
extern const bell_service kinds_service;
extern const bell_service shop_service;

/* Recursion in the schema ends the comparison here. */
enum { LEVELS = 6 };

static void same_type(const bell_type *want, const bell_type *got,
                      unsigned level);

/* Its bytes are its value, without a pointer among them. */
static bool is_number(const bell_type *type)
{
    bell_kind kind = (bell_kind)type->kind;
    return (kind >= BELL_KIND_BOOL && kind <= BELL_KIND_FLOAT64) ||
           kind == BELL_KIND_DURATION;
}

static void same_fields(const bell_type *want, const bell_type *got,
                        unsigned level)
{
    for (size_t i = 0; i < want->count; i++) {
        const bell_field *a = &want->fields[i];
        const bell_field *b = &got->fields[i];
        CHECK_TEXT(a->name, b->name);
        CHECK_TEXT(a->key, b->key);
        CHECK_INT(a->key_size, b->key_size);
        CHECK_INT(a->name_size, b->name_size);
        CHECK_INT(a->state, b->state);
        CHECK_INT(a->by_pointer, b->by_pointer);
        CHECK_INT(a->offset, b->offset);
        CHECK_INT(a->has_offset, b->has_offset);
        CHECK((a->fallback == NULL) == (b->fallback == NULL));
        bool number = a->fallback != NULL && is_number(a->type);
        CHECK(!number || memcmp(a->fallback, b->fallback, a->type->size) == 0);
        same_type(a->type, b->type, level + 1);
    }
}

static void same_rule(const bell_rule *want, const bell_rule *got)
{
    CHECK_INT(want->checks, got->checks);
    CHECK_INT(want->min_count, got->min_count);
    CHECK_INT(want->max_count, got->max_count);
    CHECK_INT(want->min.natural, got->min.natural);
    CHECK_INT(want->max.natural, got->max.natural);
    CHECK((want->pattern == NULL) == (got->pattern == NULL));
    if (want->pattern == NULL || got->pattern == NULL) {
        return;
    }
    CHECK_TEXT(want->pattern->text, got->pattern->text);
    CHECK_INT(want->pattern->count, got->pattern->count);
    CHECK_INT(want->pattern->steps, got->pattern->steps);
    for (uint32_t i = 0; i < want->pattern->count; i++) {
        CHECK_INT(want->pattern->words[i], got->pattern->words[i]);
    }
}

static void same_variants(const bell_type *want, const bell_type *got,
                          unsigned level)
{
    CHECK_INT(want->content_size, got->content_size);
    CHECK((want->content == NULL) == (got->content == NULL));
    same_type(want->item, got->item, level + 1);
    CHECK((want->tag == NULL) == (got->tag == NULL));
    if (want->tag != NULL && got->tag != NULL) {
        CHECK_TEXT(want->tag, got->tag);
    }
    CHECK_INT(want->tag_size, got->tag_size);
    for (size_t i = 0; i < want->count; i++) {
        CHECK_TEXT(want->variants[i].text, got->variants[i].text);
        CHECK_TEXT(want->variants[i].json, got->variants[i].json);
        CHECK_INT(want->variants[i].offset, got->variants[i].offset);
        same_type(want->variants[i].type, got->variants[i].type, level + 1);
    }
}

static void same_values(const bell_type *want, const bell_type *got)
{
    for (size_t i = 0; i < want->count; i++) {
        CHECK_TEXT(want->values[i].text, got->values[i].text);
        CHECK_TEXT(want->values[i].json, got->values[i].json);
    }
}

static void same_type(const bell_type *want, const bell_type *got,
                      unsigned level)
{
    CHECK((want == NULL) == (got == NULL));
    if (want == NULL || got == NULL || level == LEVELS) {
        return;
    }
    CHECK_INT(want->kind, got->kind);
    CHECK_INT(want->flags, got->flags);
    CHECK_INT(want->count, got->count);
    CHECK_INT(want->size, got->size);
    CHECK_INT(want->item_offset, got->item_offset);
    CHECK_INT(want->stride, got->stride);
    CHECK(want->codec == got->codec);
    if (want->kind != got->kind || want->count != got->count) {
        return;
    }
    if (want->kind == BELL_KIND_RECORD) {
        same_fields(want, got, level);
    } else if (want->kind == BELL_KIND_UNION) {
        same_variants(want, got, level);
    } else if (want->kind == BELL_KIND_ENUM) {
        same_values(want, got);
    } else if (want->item != NULL) {
        if (want->kind == BELL_KIND_RULED) {
            same_rule(want->rule, got->rule);
        }
        same_type(want->item, got->item, level + 1);
    }
}

static void same_errors(const bell_method *want, const bell_method *got)
{
    CHECK_INT(want->error_count, got->error_count);
    for (size_t i = 0; i < want->error_count; i++) {
        CHECK_INT(want->errors[i].code, got->errors[i].code);
        CHECK_TEXT(want->errors[i].text, got->errors[i].text);
        same_type(want->errors[i].data, got->errors[i].data, 0);
    }
}

static void is_as_generated(const char *path, const bell_service *made)
{
    struct bell__arena arena;
    struct diags diags;
    char wrong[FILE_WRONG_MAX];
    struct source source = {.name = bell_str(path)};
    bell__arena_open(&arena, &bell__memory_default, 0);
    diags_open(&diags, &arena);
    CHECK(file_read(path, &arena, &source.text, wrong));
    const struct node *document = read_source(&source, &arena, &diags);
    CHECK(document != NULL);
    struct service *service = model_build(document, &arena, &diags);
    CHECK(service != NULL);
    model_check(service, &arena, &diags);
    CHECK_INT(0, diags.count);
    const bell_service *bound = bind_service(service, &arena);
    CHECK(bound != NULL);
    CHECK_INT(made->method_count, bound->method_count);
    for (size_t i = 0; i < bound->method_count; i++) {
        const bell_method *want = &made->methods[i];
        const bell_method *got = &bound->methods[i];
        CHECK_TEXT(want->name, got->name);
        CHECK_TEXT(want->json, got->json);
        CHECK_INT(want->flags, got->flags);
        CHECK_INT(want->deadline_ms, got->deadline_ms);
        same_type(want->params, got->params, 0);
        same_type(want->result, got->result, 0);
        same_errors(want, got);
    }
    bind_check(service, bound, &diags);
    CHECK_INT(0, diags.count);
    bell__arena_close(&arena);
}

/* A plain YAML scalar is what YAML 1.2's core schema says. */
static void scalars_resolve(void)
{
    static const struct {
        const char *plain;
        const char *json;
    } cases[] = {
        {"~", "null"},
        {"Null", "null"},
        {"true", "true"},
        {"False", "false"},
        {"yes", "\"yes\""},
        {"12", "12"},
        {"+12", "12"},
        {"007", "7"},
        {"-007", "-7"},
        {"0x1F", "31"},
        {"0o17", "15"},
        {".5", "0.5"},
        {"1.", "1.0"},
        {"1e3", "1e3"},
        {"1_000", "\"1_000\""},
        {"0x", "\"0x\""},
        {"0b1", "\"0b1\""},
        {".", "\".\""},
        {"-", "\"-\""},
        {"+", "\"+\""},
        {"e3", "\"e3\""},
        {"1.5.2", "\"1.5.2\""},
        {"12:30:45", "\"12:30:45\""},
    };
    struct bell__arena arena;
    bell__arena_open(&arena, &bell__memory_default, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct node node = {.kind = NODE_TEXT, .plain = true};
        node.text = bell_str(cases[i].plain);
        bell_string json = bind_json(&node, &arena);
        CHECK_BYTES(cases[i].json, json.text, json.size);
        node.plain = false;
        json = bind_json(&node, &arena);
        CHECK(json.size == node.text.size + 2 && json.text[0] == '"');
    }
    bell__arena_close(&arena);
}

int main(void)
{
    is_as_generated(TESTS_DIR "/../schemas/tasks.yaml", &tasks_service);
    is_as_generated(TESTS_DIR "/golden/good/kinds/schema.yaml", &kinds_service);
    is_as_generated(TESTS_DIR "/golden/good/types/schema.yaml", &shop_service);
    scalars_resolve();
    return check_report();
}
