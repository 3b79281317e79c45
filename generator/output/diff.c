/* diff.c: a unified diff of two texts. It looks for the next lines that agree
 * within a window, which is exact for the small edits that people make and
 * bounded for everything else. */
#include <string.h>

#include "output/write.h"

enum { CONTEXT = 3, WINDOW = 200, HUNK_LINES_MAX = 400 };

struct lines {
    bell_string *items;
    size_t count;
};

struct diff {
    FILE *out;
    struct lines before;
    struct lines after;
};

static bool split(bell_string text, struct lines *lines,
                  struct bell__arena *arena)
{
    size_t count = 1;
    for (size_t i = 0; i < text.size; i++) {
        count += text.text[i] == '\n';
    }
    lines->items = bell__arena_take(arena, count * sizeof *lines->items);
    lines->count = 0;
    if (lines->items == NULL) {
        return false;
    }
    size_t start = 0;
    while (start < text.size) {
        const char *end = memchr(text.text + start, '\n', text.size - start);
        size_t size =
            end != NULL ? (size_t)(end - text.text) - start : text.size - start;
        lines->items[lines->count++] = (bell_string){text.text + start, size};
        start += size + 1;
    }
    return true;
}

static bool agree(const struct diff *diff, size_t before, size_t after)
{
    if (before >= diff->before.count || after >= diff->after.count) {
        return before >= diff->before.count && after >= diff->after.count;
    }
    bell_string a = diff->before.items[before];
    bell_string b = diff->after.items[after];
    return a.size == b.size && memcmp(a.text, b.text, a.size) == 0;
}

/* The nearest place behind a difference where both go on alike. */
static void resync(const struct diff *diff, size_t *before, size_t *after)
{
    for (size_t distance = 1; distance <= WINDOW; distance++) {
        for (size_t skip = 0; skip <= distance; skip++) {
            size_t a = *before + skip;
            size_t b = *after + distance - skip;
            if (a <= diff->before.count && b <= diff->after.count &&
                agree(diff, a, b)) {
                *before = a;
                *after = b;
                return;
            }
        }
    }
    *before = diff->before.count;
    *after = diff->after.count;
}

static void print_lines(struct diff *diff, char mark, const struct lines *lines,
                        size_t from, size_t to)
{
    for (size_t i = from; i < to && i < lines->count; i++) {
        if (i - from == HUNK_LINES_MAX) {
            fprintf(diff->out, "%c... and %zu more lines\n", mark, to - i);
            return;
        }
        fprintf(diff->out, "%c%.*s\n", mark, (int)lines->items[i].size,
                lines->items[i].text);
    }
}

/* A hunk's range as `diff -u` counts: an empty one names the line before. */
static void print_range(struct diff *diff, char mark, size_t from, size_t to)
{
    fprintf(diff->out, "%c%zu,%zu ", mark, from + (from != to), to - from);
}

static void print_hunk(struct diff *diff, size_t a, size_t a_end, size_t b,
                       size_t b_end)
{
    size_t lead = a < CONTEXT ? a : CONTEXT;
    size_t rest = diff->before.count - a_end;
    size_t tail = rest < CONTEXT ? rest : CONTEXT;
    fprintf(diff->out, "@@ ");
    print_range(diff, '-', a - lead, a_end + tail);
    print_range(diff, '+', b - lead, b_end + tail);
    fprintf(diff->out, "@@\n");
    print_lines(diff, ' ', &diff->before, a - lead, a);
    print_lines(diff, '-', &diff->before, a, a_end);
    print_lines(diff, '+', &diff->after, b, b_end);
    print_lines(diff, ' ', &diff->before, a_end, a_end + tail);
}

bool diff_print(FILE *out, bell_string path, bell_string before,
                bell_string after, struct bell__arena *arena)
{
    struct diff diff = {.out = out};
    if (!split(before, &diff.before, arena) ||
        !split(after, &diff.after, arena)) {
        return false;
    }
    fprintf(out, "--- %.*s\n+++ %.*s (generated)\n", (int)path.size, path.text,
            (int)path.size, path.text);
    size_t a = 0;
    size_t b = 0;
    while (a < diff.before.count || b < diff.after.count) {
        if (agree(&diff, a, b)) {
            a++;
            b++;
            continue;
        }
        size_t a_start = a;
        size_t b_start = b;
        resync(&diff, &a, &b);
        print_hunk(&diff, a_start, a, b_start, b);
    }
    return true;
}
