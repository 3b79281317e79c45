/* check_errors.c: declared errors of one name are the same, whatever section's
 * call may answer with them: a program asks for an error's data by its name. */
#include "base/codes.h"
#include "base/str.h"
#include "model/check.h"

static bool equal_shapes(const struct shape *one, const struct shape *two)
{
    while (one != NULL && two != NULL) {
        if (one->kind != two->kind || one->scalar != two->scalar ||
            one->form != two->form || one->type != two->type ||
            one->nullable != two->nullable) {
            return false;
        }
        one = one->item;
        two = two->item;
    }
    return one == two;
}

static void compare(struct checker *checker, const struct method_error *first,
                    const struct method_error *error)
{
    if (first->code == error->code && equal_shapes(first->data, error->data)) {
        return;
    }
    struct diag *diag =
        diag_add(checker->diags, CODE_ERRORS, error->place,
                 "the error '%.*s' has another %s elsewhere: errors with the "
                 "same name must be the same",
                 (int)error->name.size, error->name.text,
                 first->code != error->code ? "code" : "type of data");
    diag_second(checker->diags, diag, first->place, "the other one is here");
}

/* Those that others may be compared with. */
static bool is_known(const struct method_error *error)
{
    return error->name.size != 0 &&
           (error->data == NULL || !check_unknown(error->data));
}

static void add_errors(struct index *names, const struct method *call)
{
    for (struct method_error *at = call->errors; at != NULL; at = at->next) {
        if (is_known(at)) {
            index_add(names, at->name, at);
        }
    }
}

void check_errors(struct checker *checker)
{
    struct bell__arena room;
    struct index names;
    bell__arena_open(&room, checker->arena->memory, 0);
    index_open(&names, &room, 0);
    for (const struct method *at = checker->service->calls; at != NULL;
         at = at->next) {
        add_errors(&names, at);
    }
    index_sort(&names);
    size_t first = 0;
    for (size_t i = 1; i < names.count; i++) {
        if (bell__str_equal(names.entries[first].name, names.entries[i].name)) {
            compare(checker, names.entries[first].thing,
                    names.entries[i].thing);
        } else {
            first = i;
        }
    }
    bell__arena_close(&room);
}
