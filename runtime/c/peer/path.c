/* path.c: matches paths: a parameter that turns out too short grows by a byte;
 * of several only the newest one does, so no path takes long. */
#include "peer/path.h"

static int hex_of(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    char small = (char)(digit | 0x20);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/* The byte that stands at the front, and how many bytes spell it. */
static size_t spelled(bell_string text, char *byte)
{
    if (text.size >= 3 && text.text[0] == '%' && hex_of(text.text[1]) >= 0 &&
        hex_of(text.text[2]) >= 0) {
        *byte = (char)(hex_of(text.text[1]) * 16 + hex_of(text.text[2]));
        return 3;
    }
    *byte = text.text[0];
    return 1;
}

static void skip(bell_string *text, size_t size)
{
    text->text += size;
    text->size -= size;
}

/* Takes one unit of a segment; false at its end. */
static bool take_unit(bell_string *path)
{
    char byte;
    if (path->size == 0 || path->text[0] == '/') {
        return false;
    }
    skip(path, spelled(*path, &byte));
    return true;
}

/* Takes the text off the front of the path. */
static bool take_text(bell_string *path, bell_string text)
{
    bell_string rest = *path;
    while (text.size != 0) {
        char wanted;
        char got;
        if (rest.size == 0) {
            return false;
        }
        size_t size = spelled(text, &wanted);
        size_t there = spelled(rest, &got);
        if (wanted != got || (got == '/' && size != there)) {
            return false;
        }
        skip(&text, size);
        skip(&rest, there);
    }
    *path = rest;
    return true;
}

/* One walk over a path. */
struct walk {
    const bell_route *route;
    bell_string rest;
    size_t part;       /* whose text comes next */
    size_t parameter;  /* that were begun */
    const char *from;  /* of the newest */
    bell_string grown; /* behind it, where it is too short */
    size_t after;      /* the part behind it */
    size_t wanted;     /* 1: the first parameter; 0: none */
    bell_string value;
};

static bell_string text_of(const struct walk *walk)
{
    const bell_route *route = walk->route;
    if (walk->part == route->part_count) {
        return (bell_string){"", 0};
    }
    const bell_route_part *part = &route->parts[walk->part];
    return (bell_string){part->text, part->text_size};
}

/* Text, and a parameter behind it where there is one; at the end of the route
 * the path ends, too. */
static bool step(struct walk *walk)
{
    const bell_route *route = walk->route;
    const char *end = walk->rest.text;
    if (!take_text(&walk->rest, text_of(walk))) {
        return false;
    }
    bool last =
        walk->part >= route->part_count || route->parts[walk->part].field == 0;
    if (last && walk->rest.size != 0) {
        return false;
    }
    if (walk->parameter == walk->wanted && walk->wanted != 0) {
        walk->value = (bell_string){walk->from, (size_t)(end - walk->from)};
    }
    if (last) {
        walk->part = route->part_count + 1;
        return true;
    }
    const char *from = walk->rest.text;
    if (!take_unit(&walk->rest)) {
        return false;
    }
    walk->from = from;
    walk->grown = walk->rest;
    walk->parameter++;
    walk->part++;
    walk->after = walk->part;
    return true;
}

static bool go(struct walk *walk)
{
    while (walk->part <= walk->route->part_count) {
        if (step(walk)) {
            continue;
        }
        if (walk->parameter == 0 || !take_unit(&walk->grown)) {
            return false;
        }
        walk->rest = walk->grown;
        walk->part = walk->after;
    }
    return true;
}

bool bell__path_matches(const bell_route *route, bell_string path)
{
    struct walk walk = {.route = route, .rest = path};
    return go(&walk);
}

bell_string bell__path_parameter(const bell_route *route, bell_string path,
                                 size_t index)
{
    struct walk walk = {.route = route, .rest = path, .wanted = index + 1};
    go(&walk);
    return walk.value;
}

size_t bell__path_weight(const bell_route *route)
{
    size_t weight = 0;
    for (size_t i = 0; i < route->part_count; i++) {
        weight += route->parts[i].text_size;
    }
    return weight;
}

void bell__path_decode(struct bell__buf *out, bell_string text, bool form)
{
    while (text.size != 0) {
        char byte;
        size_t size = spelled(text, &byte);
        if (form && size == 1 && byte == '+') {
            byte = ' ';
        }
        bell__buf_add(out, &byte, 1);
        skip(&text, size);
    }
}
