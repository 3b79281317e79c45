/* build_call.c: what the sections say of a call alike, from nodes. It knows no
 * section, and no types from inside. */
#include "base/codes.h"
#include "base/str.h"
#include "base/words.h"
#include "model/build.h"

enum { DEADLINE_DIGITS_MAX = 9 };

bell_string build_short_name(struct builder *builder, bell_string name)
{
    bell_string snake = words_join(name, CASE_SNAKE, builder->arena);
    bell_string service = builder->service->name;
    if (snake.size > service.size + 1 && service.size != 0 &&
        bell__str_starts(snake, service) && snake.text[service.size] == '_') {
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
        if (bell__str_is(unit, units[i].name)) {
            return units[i].ms;
        }
    }
    return 0;
}

static void build_deadline(struct builder *builder, struct method *method,
                           const struct node *node)
{
    bell_string text = node->text;
    if (node->kind == NODE_TEXT && bell__str_is(text, "none")) {
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
        diag_add(builder->diags, CODE_DEADLINE, node->spot->place,
                 "a deadline is a number with ms, s, m or h, such as 30s, or "
                 "'none'");
        return;
    }
    method->deadline_ms = count * unit;
}

struct shape *build_member_shape(struct builder *builder,
                                 const struct node *map, const char *key,
                                 bell_string outer, bool in_place)
{
    const struct node *node = node_member(map, key);
    if (node == NULL) {
        return NULL;
    }
    if (node_is_null(node) && node->text.size != 0) {
        diag_add(builder->diags, CODE_SHAPE, node->spot->key_place,
                 "leave '%s' out if the method has none", key);
        return NULL;
    }
    outer = build_short_name(builder, outer);
    if (in_place && node->kind == NODE_MAP) {
        return build_shape_fields(builder, node, outer, bell_str(key));
    }
    return build_shape(builder, node, outer, bell_str(key));
}

void build_no_reply(struct builder *builder, struct method *call,
                    const struct node *map, const struct node *said)
{
    static const char *const without[] = {"result", "errors", "idempotent"};
    call->no_reply = true;
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++) {
        const struct node *node = node_member(map, without[i]);
        if (node == NULL) {
            continue;
        }
        struct diag *diag =
            diag_add(builder->diags, CODE_REPLY, node->spot->key_place,
                     "a method without a reply cannot have '%s'", without[i]);
        diag_second(builder->diags, diag, said->spot->key_place,
                    "this says that there is no reply");
    }
}

struct method *build_call_open(struct builder *builder, const struct node *node,
                               enum section section, const char *what)
{
    struct service *service = builder->service;
    struct method *call = build_take(builder, sizeof *call);
    if (call == NULL ||
        !name_check_wire(builder, node->key, node->spot->key_place, what)) {
        return NULL;
    }
    call->section = section;
    call->wire = node->key;
    call->name = node->key;
    call->place = node->spot->key_place;
    if (builder->last_call != NULL) {
        builder->last_call->next = call;
    } else {
        service->calls = call;
    }
    builder->last_call = call;
    call->number = (uint32_t)++service->call_count;
    return call;
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
