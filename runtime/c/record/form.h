/* form.h: UUIDs and decimals as texts, and the unit that a duration or
 * moment counts in as a number. It knows no JSON but its numbers. */
#ifndef BELL__RECORD_FORM_H
#define BELL__RECORD_FORM_H

#include <bell/schema.h>

enum {
    BELL__FORM_UUID_BYTES = 36,
    BELL__FORM_DECIMAL_BYTES_MAX = 1000 /* beyond what any ledger needs */
};

extern const char bell__form_decimal_too_long[];

/* Nanoseconds of the unit where JSON carries a number, and the type so has a
 * flag; else 0. */
int64_t bell__form_unit(const bell_type *type);

/* Writes the text in lower case (BELL__FORM_UUID_BYTES); false where it is no
 * 8-4-4-4-12 hex digits. */
bool bell__form_put_uuid(char *out, bell_string text);

/* Whether the whole text is a number as JSON spells them. */
bool bell__form_is_decimal(bell_string text);

#endif
