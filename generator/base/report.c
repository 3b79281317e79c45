/* report.c: prints collected messages for people: the place, the words, the
 * line under a caret. Colours only on a terminal. It knows no schema. */
#include "base/report.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/points.h"
#include "base/source.h"

enum { LINE_SHOWN_MAX = 160, LEAD_MAX = 100 };

struct paint {
    const char *bold, *red, *blue, *plain;
};

static const struct paint colours = {"\033[1m", "\033[1;31m", "\033[1;34m",
                                     "\033[0m"};
static const struct paint no_colours = {"", "", "", ""};

static const struct paint *paint_for(FILE *out)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if ((no_color != NULL && no_color[0] != '\0') || !isatty(fileno(out)) ||
        (term != NULL && strcmp(term, "dumb") == 0)) {
        return &no_colours;
    }
    return &colours;
}

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

/* What could move the cursor or colour the screen is shown as a dot, and so
 * is each byte that is no UTF-8. */
static void put_text(FILE *out, const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        uint32_t point = 0;
        size_t length = utf8_next(text + at, size - at, &point);
        bool control = point < 0x20 || (point >= 0x7f && point < 0xa0);
        if (length == 0 || control) {
            fputc(length != 0 && point == '\t' ? ' ' : '.', out);
            at += length == 0 ? 1 : length;
            continue;
        }
        fwrite(text + at, 1, length, out);
        at += length;
    }
}

/* The line, cut on both sides where it is long, and the caret under it. */
static void put_line(FILE *out, const struct paint *paint,
                     const struct place *place)
{
    if (place->source == NULL || place->line == 0 ||
        place->source->text.size == 0) {
        return;
    }
    bell_string line = source_line(place->source, place->line);
    size_t mark = source_column_offset(line, place->column);
    size_t from = 0;
    if (mark > LEAD_MAX) {
        from = mark - LEAD_MAX;
        while (from < mark && continues(line.text[from])) {
            from++;
        }
    }
    size_t stop =
        line.size - from > LINE_SHOWN_MAX ? from + LINE_SHOWN_MAX : line.size;
    while (stop < line.size && continues(line.text[stop])) {
        stop++;
    }
    fprintf(out, "%5u |%s%s", place->line, line.size != 0 ? " " : "",
            from != 0 ? "..." : "");
    put_text(out, line.text + from, stop - from);
    fprintf(out, "%s\n      | %s", stop < line.size ? "..." : "",
            from != 0 ? "   " : "");
    for (size_t i = from; i < mark; i++) {
        if (!continues(line.text[i])) {
            fputc(' ', out);
        }
    }
    fprintf(out, "%s^%s\n", paint->red, paint->plain);
}

static void put_place(FILE *out, const struct place *place)
{
    bell_string name =
        place->source != NULL ? place->source->name : BELL_STR("bellpull");
    put_text(out, name.text, name.size);
    if (place->source != NULL && place->line != 0) {
        fprintf(out, ":%u:%u", place->line, place->column);
    }
    fputs(": ", out);
}

static void put_diag(FILE *out, const struct paint *paint,
                     const struct diag *diag)
{
    char room[TRAIL_BYTES_MAX];
    fputs(paint->bold, out);
    put_place(out, &diag->place);
    fprintf(out, "%serror[%s]%s: ", paint->red, diag->code, paint->plain);
    trail_text(diag->place.trail, room);
    put_text(out, room, strlen(room));
    fputs(room[0] != '\0' ? ": " : "", out);
    put_text(out, diag->message.text, diag->message.size);
    fputc('\n', out);
    put_line(out, paint, &diag->place);
    if (diag->second.source == NULL) {
        return;
    }
    fputs("  ", out);
    put_place(out, &diag->second);
    fprintf(out, "%s%.*s%s\n", paint->blue, (int)diag->second_text.size,
            diag->second_text.text, paint->plain);
    put_line(out, paint, &diag->second);
}

struct entry {
    const struct diag *diag;
    size_t order; /* as they were added */
    size_t file;  /* as the files were met */
};

static int by_place(const void *one, const void *two)
{
    const struct entry *left = one;
    const struct entry *right = two;
    if (left->file != right->file) {
        return left->file < right->file ? -1 : 1;
    }
    if (left->diag->place.line != right->diag->place.line) {
        return left->diag->place.line < right->diag->place.line ? -1 : 1;
    }
    if (left->diag->place.column != right->diag->place.column) {
        return left->diag->place.column < right->diag->place.column ? -1 : 1;
    }
    return left->order < right->order ? -1 : 1;
}

/* The number of the source among those met so far. */
static size_t file_number(const struct entry *entries, size_t count,
                          const struct source *source)
{
    size_t highest = 0;
    for (size_t i = 0; i < count; i++) {
        if (entries[i].diag->place.source == source) {
            return entries[i].file;
        }
        highest = entries[i].file + 1 > highest ? entries[i].file + 1 : highest;
    }
    return highest;
}

size_t report_sort(const struct diags *diags,
                   const struct diag *sorted[DIAG_KEPT_MAX])
{
    struct entry entries[DIAG_KEPT_MAX];
    size_t kept = 0;
    for (const struct diag *diag = diags->first;
         diag != NULL && kept < DIAG_KEPT_MAX; diag = diag->next) {
        entries[kept].diag = diag;
        entries[kept].order = kept;
        entries[kept].file = file_number(entries, kept, diag->place.source);
        kept++;
    }
    qsort(entries, kept, sizeof entries[0], by_place);
    for (size_t i = 0; i < kept; i++) {
        sorted[i] = entries[i].diag;
    }
    return kept;
}

void report_diags(const struct diags *diags, FILE *out)
{
    const struct paint *paint = paint_for(out);
    const struct diag *sorted[DIAG_KEPT_MAX];
    size_t kept = report_sort(diags, sorted);
    size_t shown = kept < DIAG_SHOWN_MAX ? kept : DIAG_SHOWN_MAX;
    for (size_t i = 0; i < shown; i++) {
        put_diag(out, paint, sorted[i]);
    }
    if (diags->count > shown) {
        fprintf(out, "bellpull: %zu errors, %zu more than shown\n",
                diags->count, diags->count - shown);
    }
    if (diags->count > 1 && diags->count <= shown) {
        fprintf(out, "bellpull: %zu errors\n", diags->count);
    }
}
