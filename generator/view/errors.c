/* errors.c: declared errors as the published model shows them, and the
 * functions that tell them apart and give their data, one a name. */
#include <stdio.h>

#include "model/calls.h"
#include "view/show.h"

/* A scope of `names` that holds errors by name, not identifiers. */
#define SCOPE_ERRORS (UINT32_MAX - 2)
#define SCOPE_TESTS  (UINT32_MAX - 4)

static bell_string code_name(struct uses *uses,
                             const struct method_error *error)
{
    bell_string none = {"", 0};
    if (error->name.size != 0) {
        bell_string snake = words_join(error->name, CASE_SNAKE, uses->arena);
        uses->failed |= snake.text == NULL;
        return snake.text != NULL ? snake : none;
    }
    long long code = error->code;
    return show_print(uses, "%s%lld", code < 0 ? "minus_" : "",
                      code < 0 ? -code : code);
}

static void name_getter(struct uses *uses, const struct method_error *error)
{
    if (error->data == NULL ||
        names_find(&uses->names, SCOPE_ERRORS, error->name) != NULL) {
        return;
    }
    bell_string none = {"", 0};
    struct node *map = show_map(uses);
    bell_string words = names_join(&uses->names, none, "error_", error->name);
    bell_string wanted = uses_identifier(uses, words, uses->lang->functions);
    show_text(uses, map, "getter", names_claim(&uses->names, 0, wanted, NULL));
    names_put(&uses->names, SCOPE_ERRORS, error->name, map);
}

void name_getters(struct uses *uses)
{
    for (const struct method *at = uses_calls(uses); at != NULL;
         at = uses_next_call(uses, at)) {
        for (const struct method_error *error = at->errors; error != NULL;
             error = error->next) {
            name_getter(uses, error);
        }
    }
}

static void show_error(struct uses *uses, const struct method_error *error,
                       struct node *map)
{
    show_number(uses, map, "code", error->code);
    show_text(uses, map, "text", error_words(error));
    show_text(uses, map, "name", error->name);
    show_share(uses, map, "data",
               error->data != NULL ? uses_shape(uses, error->data)->node
                                   : NULL);
}

void show_getters(struct uses *uses, struct node *service)
{
    struct node *list = show_list(uses, service, "getters");
    for (const struct method *at = uses_calls(uses); at != NULL;
         at = uses_next_call(uses, at)) {
        for (const struct method_error *error = at->errors; error != NULL;
             error = error->next) {
            struct node *map =
                error->data != NULL
                    ? names_find(&uses->names, SCOPE_ERRORS, error->name)
                    : NULL;
            if (map != NULL && node_member(map, "code") == NULL) {
                show_error(uses, error, map);
                show_append(uses, list, map);
            }
        }
    }
}

static void show_named_error(struct uses *uses,
                             const struct method_error *error,
                             struct node *list)
{
    if (error->name.size == 0 ||
        names_find(&uses->names, SCOPE_TESTS, error->name) != NULL) {
        return;
    }
    bell_string none = {"", 0};
    struct node *map = show_map(uses);
    show_error(uses, error, map);
    bell_string words = names_join(&uses->names, none, "is_", error->name);
    bell_string wanted = uses_identifier(uses, words, uses->lang->functions);
    show_text(uses, map, "test", names_claim(&uses->names, 0, wanted, NULL));
    names_put(&uses->names, SCOPE_TESTS, error->name, map);
    show_append(uses, list, map);
}

void show_named_errors(struct uses *uses, struct node *service)
{
    struct node *list = show_list(uses, service, "named_errors");
    for (const struct method *at = uses_calls(uses); at != NULL;
         at = uses_next_call(uses, at)) {
        for (const struct method_error *error = at->errors; error != NULL;
             error = error->next) {
            show_named_error(uses, error, list);
        }
    }
}

void show_errors(struct uses *uses, const struct method *method,
                 bell_string stem, struct node *map)
{
    struct node *list = show_list(uses, map, "errors");
    int64_t count = 0;
    for (const struct method_error *at = method->errors; at != NULL;
         at = at->next) {
        struct node *error = show_map(uses);
        bell_string name =
            names_join(&uses->names, stem, "_error_", code_name(uses, at));
        name = words_recase(name, uses->lang->constants, uses->arena);
        show_text(uses, error, "symbol",
                  names_claim(&uses->names, 0, name, NULL));
        show_error(uses, at, error);
        show_append(uses, list, error);
        count++;
    }
    show_number(uses, map, "error_count", count);
}
