/* source.h: lines and columns of a text. It knows no format. Lines end with
 * LF, CRLF or CR; columns count code points from 1; a byte order mark is no
 * column. */
#ifndef GENERATOR_BASE_SOURCE_H
#define GENERATOR_BASE_SOURCE_H

#include "base/diag.h"

/* The text without a byte order mark. */
bell_string source_body(const struct source *source);

/* One line without its end; empty behind the last. */
bell_string source_line(const struct source *source, uint32_t line);

/* Bytes of `line` before the column. */
size_t source_column_offset(bell_string line, uint32_t column);

/* Goes forward through a body once, so that the places of many offsets cost
 * one pass. */
struct cursor {
    bell_string body;
    size_t offset;
    uint32_t line;
    uint32_t column;
};

void cursor_open(struct cursor *cursor, bell_string body);

/* Moves to an offset, which must not lie before the last one. */
void cursor_move(struct cursor *cursor, size_t offset);

/* The place of one offset of the body; costs a pass. */
struct place source_place(const struct source *source, size_t offset);

#endif
