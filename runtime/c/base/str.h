/* str.h: whether texts are the same, begin the same or end the same, byte for
 * byte, or have blanks around. It knows no case and no locale. A text without
 * bytes may be NULL. */
#ifndef BELL__BASE_STR_H
#define BELL__BASE_STR_H

#include <bell/bell.h>

static inline bool bell__str_equal(bell_string one, bell_string two)
{
    return one.size == two.size &&
           (one.size == 0 || memcmp(one.text, two.text, one.size) == 0);
}

/* The same of a text that ends with a NUL: `text` has no byte more. */
static inline bool bell__str_is(bell_string text, const char *word)
{
    return bell__str_equal(text, bell_str(word));
}

static inline bool bell__str_starts(bell_string text, bell_string start)
{
    return text.size >= start.size &&
           bell__str_equal((bell_string){text.text, start.size}, start);
}

static inline bool bell__str_ends(bell_string text, bell_string end)
{
    return text.size >= end.size &&
           (end.size == 0 || memcmp(text.text + (text.size - end.size),
                                    end.text, end.size) == 0);
}

static inline bool bell__str_is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* False where it begins or ends with a blank, as what was read from a file. */
static inline bool bell__str_is_trimmed(bell_string text)
{
    return text.size == 0 || !(bell__str_is_blank(text.text[0]) ||
                               bell__str_is_blank(text.text[text.size - 1]));
}

#endif
