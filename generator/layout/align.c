/* align.c: lines of cells, lined up in columns as gofmt and tabwriters do: a
 * column is as wide as its widest cell in neighbouring lines. Tabs in front of
 * a line are its indent, further ones end cells. It knows no language. */
#include <string.h>

#include "layout/layout.h"

/* A line's cells beyond these are not lined up. */
enum { CELLS_MAX = 8 };

struct line {
    const char *text;
    size_t size;
    size_t indent; /* tabs in front */
    size_t ends;   /* cells that a tab ends */
    size_t starts[CELLS_MAX + 1];
    size_t widths[CELLS_MAX]; /* code points, then those of the column */
};

static size_t count_points(const char *text, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++) {
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    }
    return count;
}

static void cut(struct line *line)
{
    size_t at = 0;
    while (at < line->size && line->text[at] == '\t') {
        at++;
    }
    line->indent = at;
    line->ends = 0;
    line->starts[0] = at;
    while (line->ends < CELLS_MAX) {
        size_t start = line->starts[line->ends];
        const char *tab = memchr(line->text + start, '\t', line->size - start);
        if (tab == NULL) {
            return;
        }
        size_t size = (size_t)(tab - (line->text + start));
        line->widths[line->ends] = count_points(line->text + start, size);
        line->ends++;
        line->starts[line->ends] = start + size + 1;
    }
}

/* The widest cell of one column in a run of lines that all have it. */
static void widen(struct line *lines, size_t count, size_t column)
{
    for (size_t i = 0; i < count;) {
        size_t end = i;
        size_t widest = 0;
        while (end < count && lines[end].ends > column &&
               lines[end].indent == lines[i].indent) {
            if (lines[end].widths[column] > widest) {
                widest = lines[end].widths[column];
            }
            end++;
        }
        for (size_t k = i; k < end; k++) {
            lines[k].widths[column] = widest;
        }
        i = end > i ? end : i + 1;
    }
}

static bool put(struct bell__buf *out, const char *text, size_t size)
{
    return bell__buf_append(out, text, size) == BELL_OK;
}

static bool put_line(struct bell__buf *out, const struct line *line)
{
    bool good = put(out, line->text, line->indent);
    for (size_t i = 0; i < line->ends && good; i++) {
        const char *cell = line->text + line->starts[i];
        size_t size = line->starts[i + 1] - 1 - line->starts[i];
        size_t space = line->widths[i] + 1 - count_points(cell, size);
        good = put(out, cell, size);
        for (; space > 0 && good; space--) {
            good = put(out, " ", 1);
        }
    }
    size_t rest = line->starts[line->ends];
    return good && put(out, line->text + rest, line->size - rest) &&
           put(out, "\n", 1);
}

static size_t count_lines(bell_string text)
{
    size_t count = text.size != 0 && text.text[text.size - 1] != '\n';
    for (size_t i = 0; i < text.size; i++) {
        count += text.text[i] == '\n';
    }
    return count;
}

bool align_write(struct bell__buf *out, bell_string text,
                 struct bell__arena *arena)
{
    size_t count = count_lines(text);
    struct line *lines = bell__arena_take(arena, (count + 1) * sizeof *lines);
    if (lines == NULL) {
        return false;
    }
    const char *at = text.text;
    const char *end = text.text + text.size;
    for (size_t i = 0; i < count; i++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        lines[i].text = at;
        lines[i].size = (size_t)((stop != NULL ? stop : end) - at);
        cut(&lines[i]);
        at += lines[i].size + 1;
    }
    for (size_t column = 0; column < CELLS_MAX; column++) {
        widen(lines, count, column);
    }
    bool good = true;
    for (size_t i = 0; i < count && good; i++) {
        good = put_line(out, &lines[i]);
    }
    return good;
}
