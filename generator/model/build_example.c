/* build_example.c: the examples of a call: what they may say, and that the call
 * has it. Whether values fit is not known here. */
#include <string.h>

#include "base/codes.h"
#include "base/str.h"
#include "model/build.h"
#include "model/calls.h"

/* Keys of an example besides what is sent. */
static const char *const common[] = {"result", "error", "doc", "name"};

enum { COMMON_COUNT = sizeof common / sizeof common[0] };

/* The call says the part, whatever became of it: what is wrong with that has
 * been told. */
static bool is_said(const struct method *call, const char *key)
{
    const struct endpoint *endpoint = call->endpoint;
    if (endpoint != NULL && bell__str_is(bell_str(key), "path")) {
        bell_string path = endpoint->path;
        return path.size == 0 || path.text[0] != '/' ||
               memchr(path.text, '{', path.size) != NULL;
    }
    return node_member(call->said, key) != NULL;
}

static void check_parts(struct builder *builder, const struct method *call,
                        const struct node *example)
{
    struct call_part parts[CALL_PARTS_MAX];
    const char *known[CALL_PARTS_MAX + COMMON_COUNT + 1] = {NULL};
    size_t count = call_parts(call, parts);
    for (size_t i = 0; i < count; i++) {
        known[i] = parts[i].key;
    }
    memcpy(known + count, common, sizeof common);
    take_known(builder, example, known, "an example");
    for (size_t i = 0; i < count; i++) {
        const struct node *node = node_member(example, parts[i].key);
        if (node != NULL && !parts[i].there && !is_said(call, parts[i].key)) {
            diag_add(builder->diags, CODE_EXAMPLE, node->spot->key_place,
                     "the method has no %s", parts[i].what);
        }
    }
}

static void check_error(struct builder *builder, const struct node *error)
{
    if (!take_map(builder, error)) {
        return;
    }
    static const char *const known[] = {"code", "message", "temporary", "data",
                                        NULL};
    bell_string message;
    bool temporary = false;
    take_known(builder, error, known, "an error of an example");
    take_member_text(builder, error, "message", &message);
    take_member_bool(builder, error, "temporary", &temporary);
    const struct node *code = node_member(error, "code");
    int32_t number = 0;
    if (code == NULL || !model_error_code(code->text, &number)) {
        diag_add(builder->diags, CODE_EXAMPLE,
                 code != NULL ? code->spot->place : error->spot->place,
                 "an error needs a 'code', a whole number other than 0");
    }
}

static void check_example(struct builder *builder, const struct method *call,
                          const struct node *example)
{
    if (!take_map(builder, example)) {
        return;
    }
    bell_string words;
    check_parts(builder, call, example);
    take_member_text(builder, example, "doc", &words);
    take_member_text(builder, example, "name", &words);
    const struct node *result = node_member(example, "result");
    const struct node *error = node_member(example, "error");
    if (result != NULL && error != NULL) {
        diag_add(builder->diags, CODE_EXAMPLE, error->spot->key_place,
                 "an example has a result or an error, not both");
    }
    if (result != NULL && call->result == NULL && !is_said(call, "result")) {
        diag_add(builder->diags, CODE_EXAMPLE, result->spot->key_place,
                 "the method has no result");
    }
    if (error != NULL) {
        check_error(builder, error);
    }
}

void build_examples(struct builder *builder, struct method *call,
                    const struct node *list)
{
    if (!take_list(builder, list)) {
        return;
    }
    call->examples = list;
    for (const struct node *at = list->first; at != NULL; at = at->next) {
        check_example(builder, call, at);
    }
}
