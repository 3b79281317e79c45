/* route.c: a path as the pieces that are sent. It knows no query and no body.
 */
#include <string.h>

#include "bind/tables.h"

/* What stands in a path as it is (RFC 3986 3.3), and the sign of what is
 * encoded already. */
static bool is_plain(char byte)
{
    static const char others[] = "/-._~!$&'()*+,;=:@%";
    bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    return letter || (byte >= '0' && byte <= '9') ||
           (byte != '\0' && strchr(others, byte) != NULL);
}

static void take_text(struct tables *tables, bell_string text,
                      bell_route_part *part)
{
    static const char digits[] = "0123456789ABCDEF";
    char *bytes = tables_take(tables, text.size * 3 + 1);
    size_t size = 0;
    for (size_t i = 0; bytes != NULL && i < text.size; i++) {
        unsigned char byte = (unsigned char)text.text[i];
        if (is_plain(text.text[i])) {
            bytes[size++] = text.text[i];
            continue;
        }
        bytes[size++] = '%';
        bytes[size++] = digits[byte >> 4];
        bytes[size++] = digits[byte & 15];
    }
    part->text = bytes;
    part->text_size = (uint16_t)size;
}

/* Text up to each `{name}`; the reader has seen that they are closed. */
static void cut_path(struct tables *tables, bell_string path,
                     bell_route_part *parts, bell_route *route)
{
    uint16_t field = 0;
    while (path.size != 0) {
        bell_route_part *part = &parts[route->part_count++];
        const char *open = memchr(path.text, '{', path.size);
        size_t size = open != NULL ? (size_t)(open - path.text) : path.size;
        take_text(tables, (bell_string){path.text, size}, part);
        path.text += size;
        path.size -= size;
        if (open != NULL) {
            const char *close = memchr(path.text, '}', path.size);
            part->field = ++field;
            path.size -= (size_t)(close + 1 - path.text);
            path.text = close + 1;
        }
    }
}

/* Each is `{name}`; the reader has seen that they are closed. */
static size_t count_parameters(bell_string path)
{
    size_t count = 0;
    for (size_t i = 0; i < path.size; i++) {
        count += path.text[i] == '{';
    }
    return count;
}

bell_route *route_make(struct tables *tables, bell_string path)
{
    size_t count = count_parameters(path);
    bell_route *route = tables_take(tables, sizeof *route);
    bell_route_part *parts = tables_take(tables, (count + 1) * sizeof *parts);
    if (route == NULL || parts == NULL) {
        return NULL;
    }
    route->path = tables_copy(tables, path);
    route->parts = parts;
    cut_path(tables, path, parts, route);
    return route;
}
