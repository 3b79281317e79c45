/* diff.c: a unified diff of two texts. It looks for the next lines that agree
 * within a window, which is exact for the small edits that people make and
 * bounded for everything else. */
#include <string.h>

#include "base/str.h"
#include "output/write.h"

enum { CONTEXT = 3, WINDOW = 200, ALIKE = 2, HUNK_LINES_MAX = 400 };

struct lines {
    bell_string *items;
    size_t count;
};

/* Lines [a, a_end) of the one became [b, b_end) of the other. */
struct change {
    size_t a, a_end;
    size_t b, b_end;
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
    return bell__str_equal(a, b);
}

/* Whether both go on alike for `lines` lines. */
static bool agree_for(const struct diff *diff, size_t before, size_t after,
                      size_t lines)
{
    for (size_t i = 0; i < lines; i++) {
        if (!agree(diff, before + i, after + i)) {
            return false;
        }
    }
    return true;
}

static bool resync_by(const struct diff *diff, size_t *before, size_t *after,
                      size_t lines)
{
    for (size_t distance = 1; distance <= WINDOW; distance++) {
        for (size_t skip = 0; skip <= distance; skip++) {
            size_t a = *before + skip;
            size_t b = *after + distance - skip;
            if (a <= diff->before.count && b <= diff->after.count &&
                agree_for(diff, a, b, lines)) {
                *before = a;
                *after = b;
                return true;
            }
        }
    }
    return false;
}

/* The nearest place behind a difference where both go on alike: for some
 * lines, as one is often alike by chance. */
static void resync(const struct diff *diff, size_t *before, size_t *after)
{
    if (!resync_by(diff, before, after, ALIKE) &&
        !resync_by(diff, before, after, 1)) {
        *before = diff->before.count;
        *after = diff->after.count;
    }
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

/* What lies between two changes, and around them, is alike. */
static void print_hunk(struct diff *diff, const struct change *first,
                       const struct change *last)
{
    size_t lead = first->a < CONTEXT ? first->a : CONTEXT;
    size_t rest = diff->before.count - last->a_end;
    size_t tail = rest < CONTEXT ? rest : CONTEXT;
    fprintf(diff->out, "@@ ");
    print_range(diff, '-', first->a - lead, last->a_end + tail);
    print_range(diff, '+', first->b - lead, last->b_end + tail);
    fprintf(diff->out, "@@\n");
    size_t from = first->a - lead;
    for (const struct change *at = first; at <= last; at++) {
        print_lines(diff, ' ', &diff->before, from, at->a);
        print_lines(diff, '-', &diff->before, at->a, at->a_end);
        print_lines(diff, '+', &diff->after, at->b, at->b_end);
        from = at->a_end;
    }
    print_lines(diff, ' ', &diff->before, from, from + tail);
}

static size_t find_changes(const struct diff *diff, struct change *changes)
{
    size_t count = 0;
    size_t a = 0;
    size_t b = 0;
    while (a < diff->before.count || b < diff->after.count) {
        if (agree(diff, a, b)) {
            a++;
            b++;
            continue;
        }
        struct change *change = &changes[count++];
        change->a = a;
        change->b = b;
        resync(diff, &a, &b);
        change->a_end = a;
        change->b_end = b;
    }
    return count;
}

static bool print_all(struct diff *diff, bell_string before, bell_string after,
                      struct bell__arena *arena)
{
    if (!split(before, &diff->before, arena) ||
        !split(after, &diff->after, arena)) {
        return false;
    }
    /* Behind each change but the last stands a line of both. */
    size_t most = diff->before.count + 2;
    struct change *changes = bell__arena_take(arena, most * sizeof *changes);
    if (changes == NULL) {
        return false;
    }
    size_t count = find_changes(diff, changes);
    for (size_t first = 0; first < count;) {
        size_t last = first;
        while (last + 1 < count &&
               changes[last + 1].a - changes[last].a_end <= 2 * CONTEXT) {
            last++;
        }
        print_hunk(diff, &changes[first], &changes[last]);
        first = last + 1;
    }
    return true;
}

bool diff_print(FILE *out, bell_string path, bell_string before,
                bell_string after, struct bell__arena *arena)
{
    struct diff diff = {.out = out};
    fprintf(out, "--- %.*s\n+++ %.*s (generated)\n", (int)path.size, path.text,
            (int)path.size, path.text);
    return print_all(&diff, before, after, arena);
}

bool diff_print_between(FILE *out, const char *before_name,
                        const char *after_name, bell_string before,
                        bell_string after, struct bell__arena *arena)
{
    struct diff diff = {.out = out};
    fprintf(out, "--- %s\n+++ %s\n", before_name, after_name);
    return print_all(&diff, before, after, arena);
}
