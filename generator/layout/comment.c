/* comment.c: a schema's words as a comment that nothing in them can end or
 * lead astray. It knows no language: the style says what opens a comment, what
 * goes before its further lines, what closes it and what is no word for it. */
#include "base/str.h"
#include "layout/layout.h"

enum { WIDTH_MIN = 24 };

struct comment {
    struct bell__buf *out;
    const struct comment_style *style;
    bell_string mark;   /* the closing mark without spaces, or empty */
    bell_string open;   /* the opening mark without spaces */
    uint64_t firsts[4]; /* the bytes that a mark begins with, a bit each */
    size_t width;
    size_t column; /* in code points */
    bool good;
    bool fresh; /* nothing on this line yet */
};

static bell_string trim(bell_string text)
{
    while (text.size != 0 && *text.text == ' ') {
        text.text++;
        text.size--;
    }
    while (text.size != 0 && text.text[text.size - 1] == ' ') {
        text.size--;
    }
    return text;
}

static void put(struct comment *comment, const char *bytes, size_t size)
{
    comment->good =
        comment->good && bell__buf_append(comment->out, bytes, size) == BELL_OK;
}

static void note_first(struct comment *comment, bell_string mark)
{
    if (mark.size != 0) {
        unsigned char byte = (unsigned char)mark.text[0];
        comment->firsts[byte >> 6] |= (uint64_t)1 << (byte & 63);
    }
}

static bool starts(const char *at, const char *end, bell_string mark)
{
    bell_string rest = {at, (size_t)(end - at)};
    return mark.size != 0 && bell__str_starts(rest, mark);
}

/* U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069: marks that make text
 * read in another order than it stands; and U+FEFF, which Go takes nowhere. */
static bool is_turning_mark(const char *at, const char *end)
{
    const unsigned char *byte = (const unsigned char *)at;
    if (end - at < 3 || (byte[0] != 0xe2 && byte[0] != 0xef)) {
        return false;
    }
    if (byte[0] == 0xef) {
        return byte[1] == 0xbb && byte[2] == 0xbf;
    }
    return (byte[1] == 0x80 && (byte[2] == 0x8e || byte[2] == 0x8f ||
                                (byte[2] >= 0xaa && byte[2] <= 0xae))) ||
           (byte[1] == 0x81 && byte[2] >= 0xa6 && byte[2] <= 0xa9);
}

/* Whether what stands there would end the comment, open another, or mean
 * something else to who reads the code. */
static bool means_more(const struct comment *comment, const char *at,
                       const char *end)
{
    const struct comment_style *style = comment->style;
    unsigned char byte = (unsigned char)*at;
    if ((comment->firsts[byte >> 6] >> (byte & 63) & 1) == 0) {
        return false; /* most bytes */
    }
    bool more =
        starts(at, end, comment->mark) || starts(at, end, comment->open);
    for (size_t i = 0; i < style->apart_count && !more; i++) {
        more = starts(at, end, style->apart[i]);
    }
    return more;
}

/* A word: its marks pulled apart, so that it opens and closes nothing. */
static void put_word(struct comment *comment, bell_string word)
{
    const char *end = word.text + word.size;
    for (const char *at = word.text; at < end; at++) {
        if (is_turning_mark(at, end)) {
            at += 2;
            continue;
        }
        bool apart = means_more(comment, at, end);
        unsigned char byte = (unsigned char)*at;
        put(comment, byte < 0x20 || byte == 0x7f ? "?" : at, 1);
        if (apart) {
            put(comment, " ", 1);
        }
        comment->column += (byte & 0xc0) != 0x80;
    }
}

/* A backslash at a line's end would join the next line to the comment. */
static void end_line(struct comment *comment)
{
    struct bell__buf *out = comment->out;
    if (comment->good && out->size != 0 && out->bytes[out->size - 1] == '\\') {
        put(comment, ".", 1);
    }
    while (comment->good && out->size != 0 &&
           out->bytes[out->size - 1] == ' ') {
        out->size--;
    }
}

static void new_line(struct comment *comment)
{
    end_line(comment);
    put(comment, "\n", 1);
    put(comment, comment->style->next.text, comment->style->next.size);
    comment->column = comment->style->next.size;
    comment->fresh = true;
}

static size_t count_points(bell_string text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        count += ((unsigned char)text.text[i] & 0xc0) != 0x80;
    }
    return count;
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static void put_words(struct comment *comment, bell_string text)
{
    const char *at = text.text;
    const char *end = text.text + text.size;
    while (at < end) {
        if (is_space(*at)) {
            if (*at == '\n') {
                new_line(comment);
            }
            at++;
            continue;
        }
        bell_string word = {at, 0};
        while (at < end && !is_space(*at)) {
            at++;
        }
        word.size = (size_t)(at - word.text);
        size_t points = count_points(word);
        if (!comment->fresh && comment->column + 1 + points > comment->width) {
            new_line(comment);
        }
        if (!comment->fresh) {
            put(comment, " ", 1);
            comment->column++;
        }
        put_word(comment, word);
        comment->fresh = false;
    }
}

bool comment_write(struct bell__buf *out, bell_string text,
                   const struct comment_style *style, int64_t width)
{
    while (text.size != 0 && is_space(text.text[text.size - 1])) {
        text.size--;
    }
    struct comment comment = {
        .out = out,
        .style = style,
        .mark = trim(style->last),
        .open = trim(style->first),
        .width =
            (size_t)(width < WIDTH_MIN ? WIDTH_MIN : width) - style->last.size,
        .column = style->first.size,
        .good = true,
        .fresh = true,
    };
    note_first(&comment, comment.mark);
    note_first(&comment, comment.open);
    for (size_t i = 0; i < style->apart_count; i++) {
        note_first(&comment, style->apart[i]);
    }
    put(&comment, style->first.text, style->first.size);
    put_words(&comment, text);
    end_line(&comment);
    put(&comment, style->last.text, style->last.size);
    return comment.good;
}
