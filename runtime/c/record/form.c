/* form.c: UUIDs and decimals as texts, and the unit that a duration or
 * moment counts in as a number. */
#include "record/form.h"

#include "json/number.h"

const char bell__form_decimal_too_long[] = "a decimal is over 1000 bytes";

int64_t bell__form_unit(const bell_type *type)
{
    if ((type->flags & BELL_TYPE_SECONDS) != 0) {
        return 1000000000;
    }
    return (type->flags & BELL_TYPE_MILLISECONDS) != 0 ? 1000000 : 0;
}

bool bell__form_put_uuid(char *out, bell_string text)
{
    if (text.size != BELL__FORM_UUID_BYTES) {
        return false;
    }
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.text[i];
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        char lower = (char)(byte | 0x20);
        bool hex =
            (byte >= '0' && byte <= '9') || (lower >= 'a' && lower <= 'f');
        if (dash ? byte != '-' : !hex) {
            return false;
        }
        out[i] = dash || byte <= '9' ? byte : lower;
    }
    return true;
}

bool bell__form_is_decimal(bell_string text)
{
    struct bell__number number;
    struct bell__fault fault;
    const char *end = text.text + text.size;
    return bell__number_pass(text.text, end, &number, &fault) == end;
}
