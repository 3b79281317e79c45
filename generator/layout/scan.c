/* scan.c: one long line as brackets, items and texts in quotes. It writes
 * nothing and knows no language. */
#include "layout/scan.h"

#include <string.h>

/* Between two lines stands a space, but not inside of a bracket. */
static void put_joined(char *flat, size_t *size, bool closes,
                       const struct fold_style *style)
{
    char before = flat[*size - 1];
    if (before == ',' && closes) {
        (*size)--; /* a comma before a closing bracket */
        before = flat[*size - 1];
    }
    bool tight = before == '(' || before == '[' ||
                 (before == '<' && style->angles) ||
                 (before == '{' && !style->padded);
    if (!tight) {
        flat[(*size)++] = ' ';
    }
}

size_t scan_flatten(bell_string text, char *flat,
                    const struct fold_style *style)
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
                      (next == '>' && style->angles) || next == ',' ||
                      next == ';';
        if (size != 0) {
            put_joined(flat, &size, closes, style);
        }
        bool padded = next == '}' && style->padded;
        if (closes && !padded && size != 0 && flat[size - 1] == ' ') {
            size--;
        }
    }
    return size;
}

bool scan_is_open(const struct line *line, size_t at)
{
    char byte = line->text[at];
    char before = at != 0 ? line->text[at - 1] : ' ';
    bool named =
        (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') ||
        (before >= '0' && before <= '9') || before == '_' || before == '$';
    return byte == '(' || byte == '[' || byte == '{' ||
           (byte == '<' && named && line->style->angles);
}

static bool is_close(const struct line *line, size_t at)
{
    char byte = line->text[at];
    bool arrow = byte == '>' && at != 0 && line->text[at - 1] == '=';
    return byte == ')' || byte == ']' || byte == '}' ||
           (byte == '>' && !arrow && line->style->angles);
}

static bool is_quote(char byte)
{
    return byte == '"' || byte == '\'';
}

/* Behind the quotes that open at `at`. */
static size_t skip_quotes(const struct line *line, size_t at, size_t end)
{
    char quote = line->text[at++];
    while (at < end && line->text[at] != quote) {
        at += line->text[at] == '\\' ? 2 : 1;
    }
    return at < end ? at + 1 : end;
}

size_t scan_one(const struct line *line, size_t at, size_t end)
{
    size_t depth = 0;
    do {
        if (is_quote(line->text[at])) {
            at = skip_quotes(line, at, end);
            continue;
        }
        depth += scan_is_open(line, at);
        depth -= is_close(line, at) && depth != 0;
        at++;
    } while (at < end && depth != 0);
    return at;
}

size_t scan_mark(const struct line *line, size_t at, size_t end,
                 const char *mark)
{
    while (at < end && (at + SCAN_BEHIND > end ||
                        memcmp(line->text + at, mark, SCAN_BEHIND) != 0)) {
        at = scan_one(line, at, end);
    }
    return at;
}

size_t scan_width(const struct line *line, struct part part)
{
    size_t count = 0;
    for (size_t i = part.start; i < part.end; i++) {
        count += ((unsigned char)line->text[i] & 0xc0) != 0x80;
    }
    return count;
}

struct part scan_trim(const struct line *line, struct part part)
{
    while (part.start < part.end && line->text[part.start] == ' ') {
        part.start++;
    }
    while (part.start < part.end && line->text[part.end - 1] == ' ') {
        part.end--;
    }
    return part;
}

struct part scan_item(const struct line *line, size_t at, size_t end)
{
    struct part item = {at, at};
    while (item.end < end && line->text[item.end] != ',' &&
           line->text[item.end] != ';') {
        item.end = scan_one(line, item.end, end);
    }
    return scan_trim(line, item);
}

size_t scan_next(const struct line *line, size_t at, size_t end)
{
    while (at < end && (line->text[at] == ',' || line->text[at] == ';' ||
                        line->text[at] == ' ')) {
        at++;
    }
    return at;
}

static bool is_number(const struct line *line, struct part part)
{
    size_t at =
        part.start + (part.start < part.end && line->text[part.start] == '-');
    for (size_t i = at; i < part.end; i++) {
        if ((line->text[i] < '0' || line->text[i] > '9') &&
            line->text[i] != '.') {
            return false;
        }
    }
    return at < part.end;
}

bool scan_are_numbers(const struct line *line, struct part inside)
{
    size_t at = inside.start;
    size_t count = 0;
    while (at < inside.end) {
        struct part item = scan_item(line, at, inside.end);
        if (!is_number(line, item)) {
            return false;
        }
        count++;
        at = scan_next(line, item.end, inside.end);
    }
    return count > 1;
}

static bool has(const struct line *line, struct part part, char byte)
{
    for (size_t at = part.start; at < part.end;
         at = scan_one(line, at, part.end)) {
        if (line->text[at] == byte) {
            return true;
        }
    }
    return false;
}

bool scan_is_table(const struct line *line, struct part list)
{
    struct part inside = {list.start + 1, list.end - 1};
    size_t count = 0;
    if (!line->style->tables) {
        return false;
    }
    for (size_t at = inside.start; at < inside.end;) {
        struct part item = scan_item(line, at, inside.end);
        struct part members = {item.start + 1, item.end - 1};
        if (item.start >= item.end || line->text[item.start] != '{' ||
            !has(line, members, ',')) {
            return false;
        }
        count++;
        at = scan_next(line, item.end, inside.end);
    }
    return line->text[list.start] == '[' && count > 1;
}

bool scan_holds_table(const struct line *line, struct part part)
{
    for (size_t at = part.start; at < part.end && line->style->tables;) {
        size_t next = scan_one(line, at, part.end);
        struct part one = {at, next};
        if (line->text[at] == '[' && scan_is_table(line, one)) {
            return true;
        }
        at = next;
    }
    return false;
}

bool scan_is_firm(const struct line *line, struct part part)
{
    for (size_t at = part.start + 1; at + 1 < part.end; at++) {
        if (line->text[at] == ',' || scan_is_open(line, at)) {
            return false;
        }
    }
    return line->text[part.start] == '<';
}

size_t scan_width_behind(const struct line *line, size_t at, size_t end,
                         size_t behind, size_t width)
{
    struct part rest = {at, at};
    while (rest.end < end && rest.end - at <= width) {
        size_t next = scan_one(line, rest.end, end);
        if (scan_is_open(line, rest.end) && line->text[rest.end] != '<' &&
            next - rest.end > 2) {
            rest.end++;
            return scan_width(line, rest);
        }
        rest.end = next;
    }
    return scan_width(line, rest) + behind;
}

size_t scan_width_to_angle(const struct line *line, size_t at, size_t end)
{
    struct part rest = {at, at};
    while (rest.end < end) {
        size_t next = scan_one(line, rest.end, end);
        struct part one = {rest.end, next};
        if (line->text[rest.end] == '<' && !scan_is_firm(line, one)) {
            rest.end++;
            break;
        }
        rest.end = next;
    }
    return scan_width(line, rest);
}

bool scan_is_meet(const struct line *line, struct part part)
{
    for (size_t at = part.start + 1; at + 3 < part.end;
         at = scan_one(line, at, part.end)) {
        if (memcmp(line->text + at, " & ", 3) == 0) {
            return line->text[part.start] == '(';
        }
    }
    return false;
}

size_t scan_text(const struct line *line, struct part part)
{
    for (size_t at = part.start; at + 2 < part.end;
         at = scan_one(line, at, part.end)) {
        if (scan_is_open(line, at)) {
            return 0;
        }
        if (line->text[at] == ':' && line->text[at + 1] == ' ' &&
            is_quote(line->text[at + 2]) &&
            skip_quotes(line, at + 2, part.end) == part.end) {
            return at + 1;
        }
    }
    return 0;
}

bool scan_bars(const struct line *line, struct part part, size_t *start)
{
    size_t begin = 0;
    for (size_t at = part.start; at + 2 < part.end;
         at = scan_one(line, at, part.end)) {
        bool mark = (line->text[at] == ':' || line->text[at] == '=') &&
                    line->text[at + 1] == ' ';
        if (mark && begin == 0) {
            begin = at + 2;
        } else if (line->text[at] == '(' && begin == 0) {
            return false;
        } else if (memcmp(line->text + at, " | ", 3) == 0 && begin != 0) {
            *start = begin;
            return true;
        }
    }
    return false;
}

bool scan_in_order(const struct line *line, size_t size)
{
    size_t depth = 0;
    for (size_t at = 0; at < size;) {
        if (is_quote(line->text[at])) {
            at = skip_quotes(line, at, size);
            continue;
        }
        if (is_close(line, at) && depth-- == 0) {
            return false;
        }
        depth += scan_is_open(line, at);
        at++;
    }
    return depth == 0;
}
