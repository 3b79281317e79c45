/* scalar.c: the built-in types by their names. It knows no schema. */
#include "model/scalar.h"

#include "base/str.h"

#define NAMED(upper, name, type, number_)                                      \
    [SCALAR_##upper] = {{#name, sizeof #name - 1}, NUMBER_##number_},

const struct scalar_row scalar_rows[SCALAR_COUNT] = {SCALARS(NAMED)};

const bell_string form_names[FORM_COUNT] = {
    [FORM_TEXT] = {"", 0},
    [FORM_SECONDS] = {"seconds", 7},
    [FORM_MILLISECONDS] = {"milliseconds", 12},
    [FORM_NUMBER] = {"number", 6},
};

bool scalar_find(bell_string name, enum scalar *scalar)
{
    for (size_t i = 0; i < SCALAR_COUNT; i++) {
        if (bell__str_equal(scalar_rows[i].name, name)) {
            *scalar = (enum scalar)i;
            return true;
        }
    }
    return false;
}
