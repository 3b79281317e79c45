/* scalar.c: the built-in types by their names. It knows no schema. */
#include "model/scalar.h"

#include "base/str.h"

#define NAMED(upper, name, type, number_)                                      \
    [SCALAR_##upper] = {{#name, sizeof #name - 1}, NUMBER_##number_},

const struct scalar_row scalar_rows[SCALAR_COUNT] = {SCALARS(NAMED)};

#define FORM(name_, word_, upper)                                              \
    {                                                                          \
        .name = {name_, sizeof(name_) - 1},                                    \
        .word = {word_, sizeof(word_) - 1}, .scalar = SCALAR_##upper           \
    }

const struct form_row form_rows[FORM_COUNT] = {
    [FORM_SECONDS] = FORM("seconds", "seconds", DURATION),
    [FORM_MILLISECONDS] = FORM("milliseconds", "milliseconds", DURATION),
    [FORM_NUMBER] = FORM("number", "number", DECIMAL),
    [FORM_UNIX_SECONDS] = FORM("unix_seconds", "seconds", DATETIME),
    [FORM_UNIX_MILLISECONDS] =
        FORM("unix_milliseconds", "milliseconds", DATETIME),
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
