/* build_method.c: rpc methods from nodes: their deadline, options, examples. It
 * knows no types from inside. */
#include "base/codes.h"
#include "base/words.h"
#include "model/build.h"

enum { DEADLINE_DIGITS_MAX = 9 };

static bool is_nothing(const struct node *node)
{
    return node->kind == NODE_NULL ||
           (node->kind == NODE_TEXT && node->plain && node->text.size == 0);
}

/* The method's name in snake case, without the service's own name in front:
 * `tasks.list` of `tasks` is `list`. */
static bell_string short_name(struct builder *builder, bell_string name)
{
    bell_string snake = words_join(name, CASE_SNAKE, builder->arena);
    bell_string service = builder->service->name;
    if (snake.size > service.size + 1 && service.size != 0 &&
        memcmp(snake.text, service.text, service.size) == 0 &&
        snake.text[service.size] == '_') {
        snake.text += service.size + 1;
        snake.size -= service.size + 1;
    }
    return snake;
}

static int64_t unit_ms(bell_string unit)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60 * 1000}, {"h", 3600 * 1000}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strlen(units[i].name) == unit.size &&
            memcmp(units[i].name, unit.text, unit.size) == 0) {
            return units[i].ms;
        }
    }
    return 0;
}

static void build_deadline(struct builder *builder, struct method *method,
                           const struct node *node)
{
    bell_string text = node->text;
    if (node->kind == NODE_TEXT && text.size == 4 &&
        memcmp(text.text, "none", 4) == 0) {
        method->deadline_ms = DEADLINE_NONE;
        return;
    }
    int64_t count = 0;
    size_t at = 0;
    bool scalar = node->kind == NODE_TEXT || node->kind == NODE_NUMBER;
    while (scalar && at < text.size && at <= DEADLINE_DIGITS_MAX &&
           text.text[at] >= '0' && text.text[at] <= '9') {
        count = count * 10 + (text.text[at] - '0');
        at++;
    }
    int64_t unit = 0;
    if (at > 0 && at <= DEADLINE_DIGITS_MAX) {
        unit = unit_ms((bell_string){text.text + at, text.size - at});
    }
    if (count == 0 || unit == 0) {
        diag_add(builder->diags, CODE_DEADLINE, node->place,
                 "a deadline is a number with ms, s, m or h, such as 30s, or "
                 "none");
        return;
    }
    method->deadline_ms = count * unit;
}

static void check_example(struct builder *builder, const struct method *method,
                          const struct node *example)
{
    static const char *const known[] = {"params", "result", "error",
                                        "doc",    "name",   NULL};
    if (!take_map(builder, example)) {
        return;
    }
    take_known(builder, example, known, "an example");
    const struct node *result = node_member(example, "result");
    const struct node *error = node_member(example, "error");
    const struct node *params = node_member(example, "params");
    if (result != NULL && error != NULL) {
        diag_add(builder->diags, CODE_EXAMPLE, error->key_place,
                 "an example has a result or an error, not both");
    }
    if (result != NULL && method->result == NULL) {
        diag_add(builder->diags, CODE_EXAMPLE, result->key_place,
                 "the method has no result");
    }
    if (params != NULL && method->params == NULL) {
        diag_add(builder->diags, CODE_EXAMPLE, params->key_place,
                 "the method has no params");
    }
    if (error == NULL || !take_map(builder, error)) {
        return;
    }
    const struct node *code = node_member(error, "code");
    int32_t number = 0;
    if (code == NULL || !build_code(code->text, &number)) {
        diag_add(builder->diags, CODE_EXAMPLE,
                 code != NULL ? code->place : error->place,
                 "an error has a 'code', a whole number other than 0");
    }
}

static void build_examples(struct builder *builder, struct method *method,
                           const struct node *list)
{
    if (!take_list(builder, list)) {
        return;
    }
    method->examples = list;
    for (const struct node *at = list->first; at != NULL; at = at->next) {
        check_example(builder, method, at);
    }
}

struct shape *build_member_shape(struct builder *builder,
                                 const struct node *map, const char *key,
                                 bell_string outer, bool in_place)
{
    const struct node *node = node_member(map, key);
    if (node == NULL) {
        return NULL;
    }
    outer = short_name(builder, outer);
    if (in_place && node->kind == NODE_MAP) {
        return build_shape_fields(builder, node, outer, bell_str(key));
    }
    return build_shape(builder, node, outer, bell_str(key));
}

/* `reply: none`: nothing comes back, so nothing can be said of it. */
static void build_reply(struct builder *builder, struct method *method,
                        const struct node *map)
{
    static const char *const without[] = {"result", "errors", "idempotent"};
    const struct node *reply = node_member(map, "reply");
    if (reply == NULL) {
        return;
    }
    if (reply->kind != NODE_TEXT || reply->text.size != 4 ||
        memcmp(reply->text.text, "none", 4) != 0) {
        diag_add(builder->diags, CODE_REPLY, reply->place,
                 "write reply: none, or leave it out: a method's reply is its "
                 "'result'");
        return;
    }
    method->no_reply = true;
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++) {
        const struct node *node = node_member(map, without[i]);
        if (node == NULL) {
            continue;
        }
        struct diag *diag =
            diag_add(builder->diags, CODE_REPLY, node->key_place,
                     "a method without a reply has no '%s'", without[i]);
        diag_second(builder->diags, diag, reply->key_place, "it says so here");
    }
}

static void build_body(struct builder *builder, struct method *method,
                       const struct node *map)
{
    static const char *const known[] = {
        "doc",    "name",     "params",     "result", "deadline", "idempotent",
        "errors", "examples", "deprecated", "reply",  NULL};
    if (!take_map(builder, map)) {
        return;
    }
    method->said = map;
    take_known(builder, map, known, "a method");
    name_take(builder, map, &method->name);
    method->params =
        build_member_shape(builder, map, "params", method->name, true);
    method->result =
        build_member_shape(builder, map, "result", method->name, false);
    build_reply(builder, method, map);
    build_call(builder, method, map);
}

void build_call(struct builder *builder, struct method *method,
                const struct node *map)
{
    take_member_text(builder, map, "doc", &method->doc);
    take_member_bool(builder, map, "idempotent", &method->idempotent);
    take_member_text(builder, map, "deprecated", &method->deprecated);
    const struct node *deadline = node_member(map, "deadline");
    if (deadline != NULL) {
        build_deadline(builder, method, deadline);
    }
    const struct node *errors = node_member(map, "errors");
    if (errors != NULL) {
        build_errors(builder, method, errors);
    }
    const struct node *examples = node_member(map, "examples");
    if (examples != NULL) {
        build_examples(builder, method, examples);
    }
}

void build_methods(struct builder *builder, const struct node *rpc)
{
    struct method *last = NULL;
    if (rpc == NULL || !take_map(builder, rpc)) {
        return;
    }
    for (const struct node *at = rpc->first; at != NULL; at = at->next) {
        struct method *method = build_take(builder, sizeof *method);
        if (method == NULL ||
            !name_check_wire(builder, at->key, at->key_place, "this method")) {
            continue;
        }
        method->wire = at->key;
        method->name = at->key;
        method->place = at->key_place;
        if (last != NULL) {
            last->next = method;
        } else {
            builder->service->methods = method;
        }
        last = method;
        builder->service->method_count++;
        if (!is_nothing(at)) {
            build_body(builder, method, at);
        }
    }
}
