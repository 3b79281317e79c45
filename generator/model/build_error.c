/* build_error.c: what a method says of its errors: codes, names, data. */
#include "base/codes.h"
#include "model/build.h"

bool model_error_code(bell_string text, int32_t *code)
{
    bool minus = text.size > 0 && text.text[0] == '-';
    size_t at = minus ? 1 : 0;
    int64_t value = 0;
    if (at == text.size || text.size > 11) {
        return false;
    }
    for (; at < text.size; at++) {
        if (text.text[at] < '0' || text.text[at] > '9') {
            return false;
        }
        value = value * 10 + (text.text[at] - '0');
    }
    value = minus ? -value : value;
    if (value == 0 || value < INT32_MIN || value > INT32_MAX) {
        return false;
    }
    *code = (int32_t)value;
    return true;
}

/* What an error carries is known by the error's name. */
static void build_data(struct builder *builder, const struct method *method,
                       struct method_error *error, const struct node *map)
{
    const struct node *data = node_member(map, "data");
    if (data == NULL) {
        return;
    }
    if (error->name.size == 0) {
        diag_add(builder->diags, CODE_ERRORS, data->spot->key_place,
                 "an error with data needs a 'name', by which programs get the "
                 "data");
        return;
    }
    error->data = build_shape(
        builder, data, build_place_name(builder, method->name, error->name),
        BELL_STR("data"));
}

static struct method_error *build_error(struct builder *builder,
                                        const struct method *method,
                                        const struct node *node)
{
    static const char *const known[] = {"doc", "name", "data", NULL};
    struct method_error *error = build_take(builder, sizeof *error);
    if (error == NULL) {
        return NULL;
    }
    error->place = node->spot->key_place;
    if (!model_error_code(node->key, &error->code)) {
        diag_add(builder->diags, CODE_ERRORS, node->spot->key_place,
                 "an error's code is a whole number of 32 bits other than 0");
        return NULL;
    }
    if (node->kind != NODE_MAP) {
        take_text(builder, node, &error->doc);
        return error;
    }
    take_known(builder, node, known, "an error");
    take_member_text(builder, node, "doc", &error->doc);
    name_take(builder, node, &error->name);
    build_data(builder, method, error, node);
    return error;
}

/* Two spellings of one code, 404 and 0404. */
static void check_error(struct builder *builder, const struct method *method,
                        const struct method_error *error)
{
    const struct method_error *at = method->errors;
    while (at != NULL && at != error && at->code != error->code) {
        at = at->next;
    }
    if (at == NULL || at == error) {
        return;
    }
    struct diag *diag =
        diag_add(builder->diags, CODE_ERRORS, error->place,
                 "the error %d appears twice", (int)error->code);
    diag_second(builder->diags, diag, at->place, "first used here");
}

enum { ERRORS_MAX = 1000 };

void build_errors(struct builder *builder, struct method *method,
                  const struct node *map)
{
    struct method_error *last = NULL;
    if (map->kind == NODE_LIST) {
        diag_add(builder->diags, CODE_KIND, map->spot->place,
                 "'errors' is a map of codes and their meanings: {404: no such "
                 "user}");
        return;
    }
    if (!take_map(builder, map)) {
        return;
    }
    if (map->count > ERRORS_MAX) {
        diag_add(builder->diags, CODE_TOO_MANY, map->spot->place,
                 "more than %d errors of one method", ERRORS_MAX);
        return;
    }
    for (const struct node *at = map->first; at != NULL; at = at->next) {
        struct method_error *error = build_error(builder, method, at);
        if (error == NULL) {
            continue;
        }
        if (last != NULL) {
            last->next = error;
        } else {
            method->errors = error;
        }
        last = error;
        check_error(builder, method, error);
    }
}
