/* name.c: what may be a name. It knows no language. */
#include <stdio.h>

#include "base/codes.h"
#include "model/build.h"

enum { NAME_BYTES_MAX = 255 };

static bool is_letter(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

bool name_check_wire(struct builder *builder, bell_string name,
                     struct place place, const char *what)
{
    if (name.size == 0) {
        diag_add(builder->diags, CODE_NAME, place, "%s has an empty name",
                 what);
        return false;
    }
    if (name.size > NAME_BYTES_MAX) {
        diag_add(builder->diags, CODE_NAME, place,
                 "the name of %s is longer than %d bytes", what,
                 NAME_BYTES_MAX);
        return false;
    }
    for (size_t i = 0; i < name.size; i++) {
        if ((unsigned char)name.text[i] < 0x20 || name.text[i] == 0x7f) {
            diag_add(builder->diags, CODE_NAME, place,
                     "the name of %s holds a control character", what);
            return false;
        }
    }
    return true;
}

static bool is_identifier(bell_string name)
{
    if (name.size == 0 || name.size > NAME_BYTES_MAX ||
        !is_letter(name.text[0])) {
        return false;
    }
    for (size_t i = 1; i < name.size; i++) {
        char byte = name.text[i];
        if (!is_letter(byte) && !is_digit(byte) && byte != '_') {
            return false;
        }
    }
    return true;
}

void name_take(struct builder *builder, const struct node *map,
               bell_string *name)
{
    const struct node *node = node_member(map, "name");
    bell_string text;
    if (node == NULL || !take_text(builder, node, &text)) {
        return;
    }
    if (!is_identifier(text)) {
        diag_add(builder->diags, CODE_NAME, node->spot->place,
                 "a name in code is letters, digits and '_', and starts with "
                 "a letter");
        return;
    }
    *name = text;
}
