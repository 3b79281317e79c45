/* fill.c: one long line, broken where a careful person would: behind commas,
 * lined up with the open bracket, else hanging to the right. It knows
 * brackets, commas and quotes, and no language. */
#include <assert.h>
#include <string.h>

#include "layout/layout.h"

enum {
    BRACKETS_MAX = 64,
    SOFT = '\n',
    CAREFUL_BYTES_MAX = 64 * 1024 /* longer lines hang no brackets */
};

/* The line, flat: SOFT where the template broke it outside of brackets. */
struct fill {
    const struct layout *layout;
    size_t width;
    size_t hang;
    const char *text;
    size_t size;
    size_t indent;    /* of the first line */
    bool broken;      /* SOFT is a newline, else a space */
    uint64_t hanging; /* bit n: bracket n breaks behind itself */
    char *out;
    size_t out_size;
    size_t column;
    size_t line_indent;
    size_t depth;
    size_t stack[BRACKETS_MAX]; /* the column for what is inside */
    size_t ids[BRACKETS_MAX];
    size_t next_id;
    size_t widest;  /* column of the longest line's end */
    size_t culprit; /* bracket to hang; BRACKETS_MAX: none */
};

static void put(struct fill *fill, char byte)
{
    fill->out[fill->out_size++] = byte;
    fill->column += ((unsigned char)byte & 0xc0) != 0x80;
}

static void put_text(struct fill *fill, bell_string text)
{
    for (size_t i = 0; i < text.size; i++) {
        put(fill, text.text[i]);
    }
}

static void end_line(struct fill *fill)
{
    if (fill->column > fill->widest) {
        fill->widest = fill->column;
    }
    if (fill->column <= fill->width) {
        return;
    }
    for (size_t i = 0; i < fill->depth; i++) {
        if (fill->culprit == BRACKETS_MAX &&
            (fill->hanging >> fill->ids[i] & 1) == 0) {
            fill->culprit = fill->ids[i];
        }
    }
}

static void new_line(struct fill *fill, size_t indent)
{
    end_line(fill);
    fill->out[fill->out_size++] = '\n';
    fill->column = 0;
    fill->line_indent = indent;
    for (size_t i = 0; i < indent; i++) {
        put(fill, ' ');
    }
}

static bool is_open(char byte)
{
    return byte == '(' || byte == '{' || byte == '[';
}

static bool is_close(char byte)
{
    return byte == ')' || byte == '}' || byte == ']';
}

/* Whether a space at an index may become a newline. */
static bool may_break(const struct fill *fill, size_t index)
{
    return fill->text[index] == SOFT ||
           (fill->text[index] == ' ' && index != 0 &&
            fill->text[index - 1] == ',');
}

/* Behind the quotes that open at an index. */
static size_t skip_quotes(const struct fill *fill, size_t index)
{
    char quote = fill->text[index++];
    while (index < fill->size && fill->text[index] != quote) {
        index += fill->text[index] == '\\' ? 2 : 1;
    }
    return index < fill->size ? index + 1 : fill->size;
}

/* The columns from an index up to where the line may be broken next; `deep`:
 * not inside of a bracket that opens on the way. What is wider than a line is
 * not measured: it fits nowhere. */
static size_t chunk_width(const struct fill *fill, size_t index, bool deep)
{
    size_t start = index;
    size_t id = fill->next_id;
    size_t depth = 0;
    while (index < fill->size && index - start <= fill->width &&
           (!may_break(fill, index) || (deep && depth != 0))) {
        char byte = fill->text[index];
        if (byte == '"') {
            index = skip_quotes(fill, index);
            continue;
        }
        index++;
        depth -= is_close(byte) && depth != 0;
        depth += is_open(byte);
        if (is_open(byte) && id < BRACKETS_MAX &&
            (fill->hanging >> id++ & 1) != 0) {
            break;
        }
    }
    return index - start;
}

static void open_bracket(struct fill *fill)
{
    size_t id = fill->next_id < BRACKETS_MAX ? fill->next_id++ : 0;
    if (fill->depth == BRACKETS_MAX) {
        return;
    }
    bool hangs = (fill->hanging >> id & 1) != 0;
    bool far = hangs || fill->column > fill->width;
    fill->ids[fill->depth] = id;
    fill->stack[fill->depth++] =
        far ? fill->line_indent + fill->hang : fill->column;
    if (hangs) {
        new_line(fill, fill->line_indent + fill->hang);
    }
}

static void put_break(struct fill *fill, size_t index)
{
    if (fill->text[index] == SOFT && fill->broken) {
        put_text(fill, fill->layout->fill.continued);
        new_line(fill, fill->indent);
        return;
    }
    if (fill->depth == 0) {
        put(fill, ' ');
        return;
    }
    size_t indent = fill->stack[fill->depth - 1];
    size_t width = chunk_width(fill, index + 1, true);
    if (indent + width > fill->width) {
        width = chunk_width(fill, index + 1, false);
    }
    if (fill->column + 1 + width <= fill->width) {
        put(fill, ' ');
        return;
    }
    new_line(fill, indent);
}

static void lay_out(struct fill *fill)
{
    fill->out_size = 0;
    fill->column = 0;
    fill->depth = 0;
    fill->next_id = 0;
    fill->widest = 0;
    fill->culprit = BRACKETS_MAX;
    fill->line_indent = fill->indent;
    size_t index = 0;
    while (index < fill->size) {
        char byte = fill->text[index];
        if (byte == '"') {
            size_t end = skip_quotes(fill, index);
            while (index < end) {
                put(fill, fill->text[index++]);
            }
            continue;
        }
        if (may_break(fill, index)) {
            put_break(fill, index++);
            continue;
        }
        put(fill, byte);
        index++;
        if (is_open(byte)) {
            open_bracket(fill);
        } else if (is_close(byte) && fill->depth != 0) {
            fill->depth--;
        }
    }
    end_line(fill);
}

/* A brace behind something hangs as soon as the line is broken at all. */
static uint64_t hanging_braces(const struct fill *fill)
{
    uint64_t braces = 0;
    size_t id = 0;
    size_t index = 0;
    while (index < fill->size && id < BRACKETS_MAX) {
        char byte = fill->text[index];
        if (byte == '"') {
            index = skip_quotes(fill, index);
            continue;
        }
        if (byte == '{' && index >= 2 && fill->text[index - 2] == '=' &&
            id == 0) {
            braces |= (uint64_t)1 << id;
        }
        id += is_open(byte);
        index++;
    }
    return braces;
}

/* Hangs one bracket after another until all fits, or none is left. */
static bool fits_hanging(struct fill *fill)
{
    lay_out(fill);
    while (fill->widest > fill->width && fill->culprit != BRACKETS_MAX &&
           fill->size <= CAREFUL_BYTES_MAX) {
        fill->hanging |= (uint64_t)1 << fill->culprit;
        lay_out(fill);
    }
    return fill->widest <= fill->width;
}

static void choose(struct fill *fill)
{
    fill->hanging = 0;
    if (fill->size <= fill->width) {
        lay_out(fill);
        return;
    }
    uint64_t braces = hanging_braces(fill);
    for (int attempt = 0; attempt < 4; attempt++) {
        fill->broken = (attempt & 1) != 0;
        fill->hanging = braces;
        if (attempt >= 2) {
            if (fits_hanging(fill)) {
                return;
            }
            continue;
        }
        lay_out(fill);
        if (fill->widest <= fill->width) {
            return;
        }
    }
}

/* The block's lines as one; gives its size. */
static size_t flatten(bell_string text, char *flat)
{
    size_t size = 0;
    size_t depth = 0;
    size_t at = 0;
    bool quoted = false;
    while (at < text.size) {
        char byte = text.text[at++];
        if (byte == '\n') {
            while (at < text.size &&
                   (text.text[at] == ' ' || text.text[at] == '\n')) {
                at++;
            }
            bool bare = size == 0 || is_open(flat[size - 1]) ||
                        at == text.size || is_close(text.text[at]);
            if (!bare) {
                flat[size++] = (char)(depth == 0 ? SOFT : ' ');
            }
            continue;
        }
        quoted ^= byte == '"';
        if (quoted && byte == '\\' && at < text.size) {
            flat[size++] = byte;
            byte = text.text[at++];
        }
        depth += !quoted && is_open(byte);
        depth -= !quoted && is_close(byte) && depth != 0;
        flat[size++] = byte;
    }
    return size;
}

/* Room for the worst: a mark, a newline and an indent at each break. */
static size_t room_for(const struct fill *fill)
{
    size_t breaks = 2;
    for (size_t i = 0; i < fill->size; i++) {
        breaks += fill->text[i] == ',' || fill->text[i] == SOFT ||
                  is_open(fill->text[i]);
    }
    size_t indent = fill->indent + fill->width + fill->hang * BRACKETS_MAX;
    return fill->size +
           breaks * (indent + 2 + fill->layout->fill.continued.size);
}

bool fill_write(struct bell__buf *out, bell_string text, struct bell__buf *flat,
                const struct layout *layout)
{
    assert(layout->width > 0 && layout->fill.hang > 0);
    flat->size = 0;
    if (text.size == 0) {
        return true;
    }
    if (bell__buf_reserve(flat, text.size) != BELL_OK) {
        return false;
    }
    struct fill fill = {.layout = layout,
                        .width = (size_t)layout->width,
                        .hang = (size_t)layout->fill.hang,
                        .text = flat->bytes,
                        .size = flatten(text, flat->bytes)};
    while (fill.indent < fill.size && fill.text[fill.indent] == ' ') {
        fill.indent++;
    }
    if (fill.size == 0) {
        return true;
    }
    if (bell__buf_reserve(out, room_for(&fill)) != BELL_OK) {
        return false;
    }
    fill.out = out->bytes + out->size;
    choose(&fill);
    fill.out[fill.out_size++] = '\n';
    assert(out->size + fill.out_size <= out->capacity); /* room_for() */
    out->size += fill.out_size;
    return true;
}
