/* scalar.c: the built-in types by their names. It knows no schema. */
#include "model/scalar.h"

#include "base/str.h"

#define NAMED(upper, name_, type, number_, codec_)                             \
    [SCALAR_##upper] = {.name = {#name_, sizeof #name_ - 1},                   \
                        .codec = {#codec_, sizeof #codec_ - 1},                \
                        .number = NUMBER_##number_},

const struct scalar_row scalar_rows[SCALAR_COUNT] = {SCALARS(NAMED)};

#define FORM(name_, word_, upper, codec_)                                      \
    {                                                                          \
        .name = {name_, sizeof(name_) - 1},                                    \
        .word = {word_, sizeof(word_) - 1},                                    \
        .codec = {codec_, sizeof(codec_) - 1}, .scalar = SCALAR_##upper        \
    }

const struct form_row form_rows[FORM_COUNT] = {
    [FORM_SECONDS] = FORM("seconds", "seconds", DURATION, "units"),
    [FORM_MILLISECONDS] =
        FORM("milliseconds", "milliseconds", DURATION, "units"),
    [FORM_NUMBER] = FORM("number", "number", DECIMAL, "decimal"),
    [FORM_UNIX_SECONDS] = FORM("unix_seconds", "seconds", DATETIME, "unix"),
    [FORM_UNIX_MILLISECONDS] =
        FORM("unix_milliseconds", "milliseconds", DATETIME, "unix"),
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
