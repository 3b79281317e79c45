/* fold.c: one long line, folded: what is in brackets stands on the line where
 * all of it fits, else each of its items on a line of its own. It knows
 * brackets, commas, bars between types and quotes, and no language: the style
 * says which of them there are, and what is done with them. */
#include "layout/scan.h"

#include <assert.h>
#include <string.h>

enum {
    LEVELS_MAX = 32,
    KEY_MIN = 5 /* a text does not leave a key that is shorter */
};

struct fold {
    struct line line;
    size_t width; /* of a line */
    size_t step;  /* of an indent */
    struct bell__buf *out;
    size_t column;
    bool types; /* behind bars: braces hold members of types */
    bool good;
};

/* ---- What is written ----------------------------------------------------- */

static void put(struct fold *fold, const char *bytes, size_t size)
{
    fold->good =
        fold->good && bell__buf_append(fold->out, bytes, size) == BELL_OK;
    for (size_t i = 0; i < size; i++) {
        fold->column += ((unsigned char)bytes[i] & 0xc0) != 0x80;
    }
}

static void put_part(struct fold *fold, struct part part)
{
    put(fold, fold->line.text + part.start, part.end - part.start);
}

static void new_line(struct fold *fold, size_t indent)
{
    put(fold, "\n", 1);
    fold->column = 0;
    for (size_t i = 0; i < indent; i++) {
        put(fold, " ", 1);
    }
}

static void fold_part(struct fold *fold, struct part part, size_t indent,
                      size_t behind, unsigned level);

/* The items of a bracket that is broken: each on a line, but numbers in lists
 * share lines. */
static void put_items(struct fold *fold, struct part inside, char bracket,
                      size_t indent, unsigned level)
{
    const struct line *line = &fold->line;
    bool shared = line->style->numbers && bracket == '[' &&
                  scan_are_numbers(line, inside);
    size_t at = inside.start;
    bool first = true;
    while (at < inside.end && fold->good) {
        struct part item = scan_item(line, at, inside.end);
        size_t width = scan_width(line, item) + 2;
        bool last = item.end >= inside.end;
        if (shared && !first && fold->column + width <= fold->width) {
            put(fold, " ", 1);
        } else {
            new_line(fold, indent);
        }
        fold_part(fold, item, indent, 1, level);
        if (bracket == '{' && fold->types) {
            put(fold, ";", 1);
        } else if (!last || bracket != '<') {
            put(fold, ",", 1);
        }
        first = false;
        at = scan_next(line, item.end, inside.end);
    }
}

/* ---- What is folded ------------------------------------------------------ */

/* Types that are met in brackets, `({ a: "b" } & C<D> & E)`, stand beside each
 * other while they can: a line ends between two that have names. */
static void fold_meet(struct fold *fold, struct part part, size_t indent,
                      size_t behind, unsigned level)
{
    const struct line *line = &fold->line;
    size_t end = part.end - 1;
    bool named = false;
    put(fold, "(", 1);
    for (size_t at = part.start + 1; at < end && fold->good;) {
        struct part item = {at, scan_mark(line, at, end, " & ")};
        bool last = item.end + 3 > end;
        bool next_named = !last && line->text[item.end + 3] != '{';
        bool was_named = named;
        named = line->text[item.start] != '{';
        size_t after = last ? 1 + behind : 2;
        if (!last && !(named && next_named)) {
            after = scan_width_to_angle(line, item.end, end) + 1 + behind;
        }
        if (was_named && named) {
            new_line(fold, indent + fold->step);
        }
        fold_part(fold, item, indent, after, level);
        put(fold,
            named && next_named ? " &"
            : last              ? ""
                                : " & ",
            named && next_named ? 2
            : last              ? 0
                                : 3);
        at = last ? end : item.end + 3;
    }
    put(fold, ")", 1);
}

/* A bracket and what is in it. */
static void fold_bracket(struct fold *fold, struct part part, size_t indent,
                         size_t behind, unsigned level)
{
    const struct line *line = &fold->line;
    struct part inside = {part.start + 1, part.end - 1};
    inside = scan_trim(line, inside);
    bool firm = inside.start == inside.end || scan_is_firm(line, part);
    size_t width = scan_width(line, part) + behind;
    bool fits = fold->column + width <= fold->width;
    if (firm || level >= LEVELS_MAX || (fits && !scan_is_table(line, part))) {
        put_part(fold, part);
        return;
    }
    if (fold->types && scan_is_meet(line, part)) {
        fold_meet(fold, part, indent, behind, level + 1);
        return;
    }
    put(fold, line->text + part.start, 1);
    if (line->style->together &&
        indent + fold->step + scan_width(line, inside) <= fold->width) {
        new_line(fold, indent + fold->step);
        put_part(fold, inside);
    } else {
        put_items(fold, inside, line->text[part.start], indent + fold->step,
                  level + 1);
    }
    new_line(fold, indent);
    put(fold, line->text + part.end - 1, 1);
}

static void fold_bars(struct fold *fold, struct part part, size_t start,
                      size_t indent, size_t behind, unsigned level)
{
    const struct line *line = &fold->line;
    struct part head = {part.start, start};
    struct part types = {start, part.end};
    size_t width = indent + fold->step + scan_width(line, types) + behind;
    put_part(fold, scan_trim(line, head));
    fold->types = true;
    if (width <= fold->width) {
        new_line(fold, indent + fold->step);
        put_part(fold, types);
        return;
    }
    while (start < part.end) {
        struct part item = {start, scan_mark(line, start, part.end, " | ")};
        new_line(fold, indent + fold->step);
        put(fold, "| ", 2);
        bool last = item.end >= part.end;
        fold_part(fold, item, indent + 2 * fold->step, last ? behind : 0,
                  level + 1);
        start = item.end + 3;
    }
}

/* A part that begins at the current column; `behind` more columns follow it on
 * its last line. */
static void fold_part(struct fold *fold, struct part part, size_t indent,
                      size_t behind, unsigned level)
{
    const struct line *line = &fold->line;
    size_t start = 0;
    bool fits = fold->column + scan_width(line, part) + behind <= fold->width;
    if ((fits && !scan_holds_table(line, part)) || level >= LEVELS_MAX) {
        put_part(fold, part);
        return;
    }
    if (line->style->bars && scan_bars(line, part, &start)) {
        fold_bars(fold, part, start, indent, behind, level);
        return;
    }
    start = line->style->texts ? scan_text(line, part) : 0;
    if (start > part.start + KEY_MIN) {
        struct part key = {part.start, start};
        struct part value = {start + 1, part.end};
        put_part(fold, key);
        new_line(fold, indent + fold->step);
        put_part(fold, value);
        return;
    }
    for (size_t at = part.start; at < part.end && fold->good;) {
        size_t next = scan_one(line, at, part.end);
        struct part one = {at, next};
        if (scan_is_open(line, at)) {
            size_t after =
                scan_width_behind(line, next, part.end, behind, fold->width);
            fold_bracket(fold, one, indent, after, level);
        } else {
            put_part(fold, one);
        }
        at = next;
    }
}

/* ---- The whole ----------------------------------------------------------- */

bool fold_write(struct bell__buf *out, bell_string text, struct bell__buf *flat,
                const struct layout *layout)
{
    assert(layout->width > 0 && layout->fold.step > 0);
    flat->size = 0;
    if (text.size == 0) {
        return true;
    }
    if (bell__buf_reserve(flat, text.size + SCAN_BEHIND) != BELL_OK) {
        return false;
    }
    struct fold fold = {.line = {flat->bytes, &layout->fold},
                        .width = (size_t)layout->width,
                        .step = (size_t)layout->fold.step,
                        .out = out,
                        .good = true};
    size_t size = scan_flatten(text, flat->bytes, &layout->fold);
    memset(flat->bytes + size, 0, SCAN_BEHIND);
    struct part part = {0, size};
    while (part.start < size && flat->bytes[part.start] == ' ') {
        part.start++;
    }
    /* What ends the line belongs to no bracket. */
    char last = size != 0 ? flat->bytes[size - 1] : ' ';
    size_t behind = last == ',' || last == ';' || last == '{';
    struct part tail = {size - behind, size};
    struct part indent = {0, part.start};
    part.end = tail.start;
    put_part(&fold, indent);
    if (part.start < part.end && scan_in_order(&fold.line, part.end)) {
        fold_part(&fold, part, part.start, behind, 0);
    } else if (part.start < part.end) {
        put_part(&fold, part);
    }
    put_part(&fold, tail);
    put(&fold, "\n", 1);
    return fold.good;
}
