/* check_others.c: what stands beside `others`, which keeps the members that no
 * field names. */
#include "base/codes.h"
#include "base/str.h"
#include "base/words.h"
#include "model/check.h"

static void check_field(struct checker *checker, const struct type *type,
                        const struct field *field)
{
    bell_string words = words_join(field->name, CASE_SNAKE, checker->arena);
    if (!bell__str_is(field->wire, "others") && words.text != NULL &&
        !bell__str_is(words, "others")) {
        return;
    }
    bool wire = bell__str_is(field->wire, "others");
    bell_string shown = wire ? field->wire : field->name;
    struct diag *diag =
        diag_add(checker->diags, CODE_OTHERS, field->place,
                 "a record with 'others' cannot have a field '%.*s': in code, "
                 "that is where the other members are",
                 (int)shown.size, shown.text);
    diag_second(checker->diags, diag, type->others->place, "'others' is here");
}

void check_others(struct checker *checker)
{
    for (const struct type *type = checker->service->types; type != NULL;
         type = type->next) {
        if (type->others == NULL) {
            continue;
        }
        if (type->strict) {
            diag_add(checker->diags, CODE_OTHERS, type->others->place,
                     "a strict record has no other members: leave out 'strict' "
                     "or 'others'");
        }
        for (const struct field *at = type->fields; at != NULL; at = at->next) {
            check_field(checker, type, at);
        }
    }
}
