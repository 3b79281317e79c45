/* source.c: lines and columns of a text. It knows no format. */
#include "base/source.h"

#include "base/str.h"

static bool continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

bell_string source_body(const struct source *source)
{
    bell_string body = source->text;
    bell_string mark = BELL_STR("\xef\xbb\xbf");
    if (bell__str_starts(body, mark)) {
        body.text += mark.size;
        body.size -= mark.size;
    }
    return body;
}

/* Bytes of the line end at `at`; 0 where there is none. */
static size_t line_end(bell_string body, size_t at)
{
    if (body.text[at] == '\n') {
        return 1;
    }
    if (body.text[at] != '\r') {
        return 0;
    }
    return at + 1 < body.size && body.text[at + 1] == '\n' ? 2 : 1;
}

static size_t line_stop(bell_string body, size_t at)
{
    while (at < body.size && line_end(body, at) == 0) {
        at++;
    }
    return at;
}

bell_string source_line(const struct source *source, uint32_t line)
{
    bell_string body = source_body(source);
    size_t at = 0;
    for (uint32_t number = 1; number < line && at < body.size; number++) {
        at = line_stop(body, at);
        at += at < body.size ? line_end(body, at) : 0;
    }
    return (bell_string){body.text + at, line_stop(body, at) - at};
}

size_t source_column_offset(bell_string line, uint32_t column)
{
    size_t at = 0;
    for (uint32_t i = 1; i < column && at < line.size; i++) {
        at++;
        while (at < line.size && continues(line.text[at])) {
            at++;
        }
    }
    return at;
}

void cursor_open(struct cursor *cursor, bell_string body)
{
    cursor->body = body;
    cursor->offset = 0;
    cursor->line = 1;
    cursor->column = 1;
}

void cursor_move(struct cursor *cursor, size_t offset)
{
    bell_string body = cursor->body;
    size_t at = cursor->offset;
    offset = offset < body.size ? offset : body.size;
    while (at < offset) {
        size_t end = line_end(body, at);
        if (end != 0 && at + end > offset) {
            break; /* between CR and LF: still this line */
        }
        if (end != 0) {
            cursor->line++;
            cursor->column = 1;
            at += end;
            continue;
        }
        at++;
        if (at >= body.size || !continues(body.text[at])) {
            cursor->column++;
        }
    }
    cursor->offset = at;
}

struct place source_place(const struct source *source, size_t offset)
{
    struct cursor cursor;
    cursor_open(&cursor, source_body(source));
    cursor_move(&cursor, offset);
    struct place place = {source, cursor.line, cursor.column, NULL};
    return place;
}
