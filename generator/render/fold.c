/* fold.c: one long line, folded as prettier does: what is in brackets stands on
 * the line where all of it fits, else each of its items on a line of its own.
 * It knows brackets, commas, bars between types and quotes, and no language. */
#include <string.h>

#include "render/filters.h"

enum {
    STEP = 2,
    LEVELS_MAX = 32,
    MARK_BYTES = 3, /* of " | ", which may be looked for at the text's end */
    KEY_MIN = 5     /* a text does not leave a key that is shorter */
};

struct fold {
    const char *text; /* the line, flat */
    struct bell__buf *out;
    size_t column;
    bool types; /* behind bars: braces hold members of types */
    bool good;
};

/* A part of the text: [start, end). */
struct part {
    size_t start;
    size_t end;
};

static bool is_open(const char *text, size_t at)
{
    char byte = text[at];
    char before = at != 0 ? text[at - 1] : ' ';
    bool named =
        (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') ||
        (before >= '0' && before <= '9') || before == '_' || before == '$';
    return byte == '(' || byte == '[' || byte == '{' || (byte == '<' && named);
}

static bool is_close(const char *text, size_t at)
{
    char byte = text[at];
    bool arrow = byte == '>' && at != 0 && text[at - 1] == '=';
    return byte == ')' || byte == ']' || byte == '}' || (byte == '>' && !arrow);
}

static bool is_quote(char byte)
{
    return byte == '"' || byte == '\'';
}

/* Behind the quotes that open at `at`. */
static size_t skip_quotes(const char *text, size_t at, size_t end)
{
    char quote = text[at++];
    while (at < end && text[at] != quote) {
        at += text[at] == '\\' ? 2 : 1;
    }
    return at < end ? at + 1 : end;
}

/* Behind whatever begins at `at`: a bracket with all that is in it, a text in
 * quotes, or one byte. The brackets are known to be in order. */
static size_t skip_one(const char *text, size_t at, size_t end)
{
    size_t depth = 0;
    do {
        if (is_quote(text[at])) {
            at = skip_quotes(text, at, end);
            continue;
        }
        depth += is_open(text, at);
        depth -= is_close(text, at) && depth != 0;
        at++;
    } while (at < end && depth != 0);
    return at;
}

static size_t width_of(const char *text, struct part part)
{
    size_t count = 0;
    for (size_t i = part.start; i < part.end; i++) {
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    }
    return count;
}

/* ---- What is written ----------------------------------------------------- */

static void put(struct fold *fold, const char *bytes, size_t size)
{
    struct part part = {0, size};
    fold->good =
        fold->good && bell__buf_append(fold->out, bytes, size) == BELL_OK;
    fold->column += width_of(bytes, part);
}

static void put_part(struct fold *fold, struct part part)
{
    put(fold, fold->text + part.start, part.end - part.start);
}

static void new_line(struct fold *fold, size_t indent)
{
    put(fold, "\n", 1);
    fold->column = 0;
    for (size_t i = 0; i < indent; i++) {
        put(fold, " ", 1);
    }
}

static struct part trim(const char *text, struct part part)
{
    while (part.start < part.end && text[part.start] == ' ') {
        part.start++;
    }
    while (part.start < part.end && text[part.end - 1] == ' ') {
        part.end--;
    }
    return part;
}

static void fold_part(struct fold *fold, struct part part, size_t indent,
                      size_t behind, unsigned level);

/* The next item of a list, up to its comma; members of types have another
 * mark. */
static struct part next_item(const char *text, size_t at, size_t end)
{
    struct part item = {at, at};
    while (item.end < end && text[item.end] != ',' && text[item.end] != ';') {
        item.end = skip_one(text, item.end, end);
    }
    return trim(text, item);
}

/* Behind a comma: where the next item begins. */
static size_t next_place(const char *text, size_t at, size_t end)
{
    while (at < end &&
           (text[at] == ',' || text[at] == ';' || text[at] == ' ')) {
        at++;
    }
    return at;
}

static bool is_number(const char *text, struct part part)
{
    size_t at = part.start + (part.start < part.end && text[part.start] == '-');
    for (size_t i = at; i < part.end; i++) {
        if ((text[i] < '0' || text[i] > '9') && text[i] != '.') {
            return false;
        }
    }
    return at < part.end;
}

static bool are_numbers(const char *text, struct part inside)
{
    size_t at = inside.start;
    size_t count = 0;
    while (at < inside.end) {
        struct part item = next_item(text, at, inside.end);
        if (!is_number(text, item)) {
            return false;
        }
        count++;
        at = next_place(text, item.end, inside.end);
    }
    return count > 1;
}

/* The items of a bracket that is broken: each on a line, but numbers in lists
 * share lines. */
static void put_items(struct fold *fold, struct part inside, char bracket,
                      size_t indent, unsigned level)
{
    const char *text = fold->text;
    bool shared = bracket == '[' && are_numbers(text, inside);
    size_t at = inside.start;
    bool first = true;
    while (at < inside.end && fold->good) {
        struct part item = next_item(text, at, inside.end);
        size_t width = width_of(text, item) + 2;
        bool last = item.end >= inside.end;
        if (shared && !first && fold->column + width <= FILL_WIDTH) {
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
        at = next_place(text, item.end, inside.end);
    }
}

/* ---- What is folded ------------------------------------------------------ */

static bool has(const char *text, struct part part, char byte)
{
    for (size_t at = part.start; at < part.end;
         at = skip_one(text, at, part.end)) {
        if (text[at] == byte) {
            return true;
        }
    }
    return false;
}

/* A list of more than one object, each with more than one member, stands on
 * more than one line even where it would fit. */
static bool is_table(const char *text, struct part list)
{
    struct part inside = {list.start + 1, list.end - 1};
    size_t count = 0;
    for (size_t at = inside.start; at < inside.end;) {
        struct part item = next_item(text, at, inside.end);
        struct part members = {item.start + 1, item.end - 1};
        if (item.start >= item.end || text[item.start] != '{' ||
            !has(text, members, ',')) {
            return false;
        }
        count++;
        at = next_place(text, item.end, inside.end);
    }
    return text[list.start] == '[' && count > 1;
}

/* Whether a bracket of the part is such a list. */
static bool holds_table(const char *text, struct part part)
{
    for (size_t at = part.start; at < part.end;) {
        size_t next = skip_one(text, at, part.end);
        struct part one = {at, next};
        if (text[at] == '[' && is_table(text, one)) {
            return true;
        }
        at = next;
    }
    return false;
}

/* One plain type in angles has no place to be broken at. */
static bool is_firm(const char *text, struct part part)
{
    for (size_t at = part.start + 1; at + 1 < part.end; at++) {
        if (text[at] == ',' || is_open(text, at)) {
            return false;
        }
    }
    return text[part.start] == '<';
}

/* The columns from `at` up to where the line may be broken next: behind the
 * next bracket that holds something, else the end and what is behind that. */
static size_t width_behind(const char *text, size_t at, size_t end,
                           size_t behind)
{
    struct part rest = {at, at};
    while (rest.end < end && rest.end - at <= FILL_WIDTH) {
        size_t next = skip_one(text, rest.end, end);
        if (is_open(text, rest.end) && text[rest.end] != '<' &&
            next - rest.end > 2) {
            rest.end++;
            return width_of(text, rest);
        }
        rest.end = next;
    }
    return width_of(text, rest) + behind;
}

/* The columns from `at` up to an angle that may be broken, else to the end. */
static size_t width_to_angle(const char *text, size_t at, size_t end)
{
    struct part rest = {at, at};
    while (rest.end < end) {
        size_t next = skip_one(text, rest.end, end);
        struct part one = {rest.end, next};
        if (text[rest.end] == '<' && !is_firm(text, one)) {
            rest.end++;
            break;
        }
        rest.end = next;
    }
    return width_of(text, rest);
}

/* Types that are met in brackets, `({ a: "b" } & C<D> & E)`, stand beside each
 * other while they can: a line ends between two that have names. */
static void fold_meet(struct fold *fold, struct part part, size_t indent,
                      size_t behind, unsigned level)
{
    const char *text = fold->text;
    size_t end = part.end - 1;
    bool named = false;
    put(fold, "(", 1);
    for (size_t at = part.start + 1; at < end && fold->good;) {
        struct part item = {at, at};
        while (item.end < end && memcmp(text + item.end, " & ", 3) != 0) {
            item.end = skip_one(text, item.end, end);
        }
        bool last = item.end + 3 > end;
        bool next_named = !last && text[item.end + 3] != '{';
        bool was_named = named;
        named = text[item.start] != '{';
        size_t after = last ? 1 + behind : 2;
        if (!last && !(named && next_named)) {
            after = width_to_angle(text, item.end, end) + 1 + behind;
        }
        if (was_named && named) {
            new_line(fold, indent + STEP);
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

static bool is_meet(const char *text, struct part part)
{
    for (size_t at = part.start + 1; at + 3 < part.end;
         at = skip_one(text, at, part.end)) {
        if (memcmp(text + at, " & ", 3) == 0) {
            return text[part.start] == '(';
        }
    }
    return false;
}

/* A bracket and what is in it. */
static void fold_bracket(struct fold *fold, struct part part, size_t indent,
                         size_t behind, unsigned level)
{
    struct part inside = {part.start + 1, part.end - 1};
    inside = trim(fold->text, inside);
    bool firm = inside.start == inside.end || is_firm(fold->text, part);
    size_t width = width_of(fold->text, part) + behind;
    bool fits = fold->column + width <= FILL_WIDTH;
    if (firm || level >= LEVELS_MAX || (fits && !is_table(fold->text, part))) {
        put_part(fold, part);
        return;
    }
    if (fold->types && is_meet(fold->text, part)) {
        fold_meet(fold, part, indent, behind, level + 1);
        return;
    }
    put(fold, fold->text + part.start, 1);
    put_items(fold, inside, fold->text[part.start], indent + STEP, level + 1);
    new_line(fold, indent);
    put(fold, fold->text + part.end - 1, 1);
}

/* `key: "text"` where the text ends the part: the place behind the colon, or
 * 0. */
static size_t find_text(const char *text, struct part part)
{
    for (size_t at = part.start; at + 2 < part.end;
         at = skip_one(text, at, part.end)) {
        if (is_open(text, at)) {
            return 0;
        }
        if (text[at] == ':' && text[at + 1] == ' ' && is_quote(text[at + 2]) &&
            skip_quotes(text, at + 2, part.end) == part.end) {
            return at + 1;
        }
    }
    return 0;
}

/* The first bar between types, and where the types begin; false where there is
 * none, or a function's brackets stand before it. */
static bool find_bars(const char *text, struct part part, size_t *start)
{
    size_t begin = 0;
    for (size_t at = part.start; at + 2 < part.end;
         at = skip_one(text, at, part.end)) {
        bool mark = (text[at] == ':' || text[at] == '=') && text[at + 1] == ' ';
        if (mark && begin == 0) {
            begin = at + 2;
        } else if (text[at] == '(' && begin == 0) {
            return false;
        } else if (memcmp(text + at, " | ", 3) == 0 && begin != 0) {
            *start = begin;
            return true;
        }
    }
    return false;
}

static void fold_bars(struct fold *fold, struct part part, size_t start,
                      size_t indent, size_t behind, unsigned level)
{
    const char *text = fold->text;
    struct part head = {part.start, start};
    struct part types = {start, part.end};
    size_t width = indent + STEP + width_of(text, types) + behind;
    put_part(fold, trim(text, head));
    fold->types = true;
    if (width <= FILL_WIDTH) {
        new_line(fold, indent + STEP);
        put_part(fold, types);
        return;
    }
    while (start < part.end) {
        struct part item = {start, start};
        while (item.end < part.end &&
               (item.end + 3 > part.end ||
                memcmp(text + item.end, " | ", 3) != 0)) {
            item.end = skip_one(text, item.end, part.end);
        }
        new_line(fold, indent + STEP);
        put(fold, "| ", 2);
        bool last = item.end >= part.end;
        fold_part(fold, item, indent + 2 * (size_t)STEP, last ? behind : 0,
                  level + 1);
        start = item.end + 3;
    }
}

/* A part that begins at the current column; `behind` more columns follow it on
 * its last line. */
static void fold_part(struct fold *fold, struct part part, size_t indent,
                      size_t behind, unsigned level)
{
    const char *text = fold->text;
    size_t start = 0;
    bool fits = fold->column + width_of(text, part) + behind <= FILL_WIDTH;
    if ((fits && !holds_table(text, part)) || level >= LEVELS_MAX) {
        put_part(fold, part);
        return;
    }
    if (find_bars(text, part, &start)) {
        fold_bars(fold, part, start, indent, behind, level);
        return;
    }
    start = find_text(text, part);
    if (start > part.start + KEY_MIN) {
        struct part key = {part.start, start};
        struct part value = {start + 1, part.end};
        put_part(fold, key);
        new_line(fold, indent + STEP);
        put_part(fold, value);
        return;
    }
    for (size_t at = part.start; at < part.end && fold->good;) {
        size_t next = skip_one(text, at, part.end);
        struct part one = {at, next};
        if (is_open(text, at)) {
            size_t after = width_behind(text, next, part.end, behind);
            fold_bracket(fold, one, indent, after, level);
        } else {
            put_part(fold, one);
        }
        at = next;
    }
}

/* ---- The whole ----------------------------------------------------------- */

static void put_joined(char *flat, size_t *size, bool closes)
{
    char before = flat[*size - 1];
    if (before == ',' && closes) {
        (*size)--; /* a comma before a closing bracket */
        before = flat[*size - 1];
    }
    bool tight = before == '(' || before == '[' || before == '<';
    if (!tight) {
        flat[(*size)++] = ' ';
    }
}

/* The lines as one; gives its size. A brace has a space inside. */
static size_t flatten(bell_string text, char *flat)
{
    size_t size = 0;
    size_t at = 0;
    while (at < text.size) {
        if (text.text[at] != '\n') {
            flat[size++] = text.text[at++];
            continue;
        }
        while (at < text.size &&
               (text.text[at] == ' ' || text.text[at] == '\n')) {
            at++;
        }
        if (at == text.size) {
            break;
        }
        char next = text.text[at];
        bool closes = next == ')' || next == ']' || next == '}' ||
                      next == '>' || next == ',' || next == ';';
        if (size != 0) {
            put_joined(flat, &size, closes);
        }
        if (closes && next != '}' && size != 0 && flat[size - 1] == ' ') {
            size--;
        }
    }
    return size;
}

static bool in_order(const char *text, size_t size)
{
    size_t depth = 0;
    for (size_t at = 0; at < size;) {
        if (is_quote(text[at])) {
            at = skip_quotes(text, at, size);
            continue;
        }
        if (is_close(text, at) && depth-- == 0) {
            return false;
        }
        depth += is_open(text, at);
        at++;
    }
    return depth == 0;
}

bool fold_write(struct bell__buf *out, bell_string text, struct bell__buf *flat)
{
    flat->size = 0;
    if (text.size == 0) {
        return true;
    }
    if (bell__buf_reserve(flat, text.size + MARK_BYTES) != BELL_OK) {
        return false;
    }
    struct fold fold = {.text = flat->bytes, .out = out, .good = true};
    size_t size = flatten(text, flat->bytes);
    memset(flat->bytes + size, 0, MARK_BYTES);
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
    if (part.start < part.end && in_order(flat->bytes, part.end)) {
        fold_part(&fold, part, part.start, behind, 0);
    } else if (part.start < part.end) {
        put_part(&fold, part);
    }
    put_part(&fold, tail);
    put(&fold, "\n", 1);
    return fold.good;
}
