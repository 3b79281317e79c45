/* parse.c: a pattern's text to a tree of pieces:
 *
 *   choice := row ('|' row)*     row := (atom [* + ? {n} {n,} {n,m}] [?])*
 *
 * Whatever one of RE2 and ECMAScript refuses, or the two understand
 * differently, is refused. */
#include "base/str.h"
#include "pattern/tree.h"

#include <string.h>

#include "base/points.h"

enum { DEPTH_MAX = 50, TEXT_MAX = 4000 };

struct parser {
    struct bell__arena *arena;
    struct pattern_error *error;
    bell_string text;
    size_t at;
    bool failed;
};

static void *fail(struct parser *parser, size_t offset, const char *message)
{
    if (!parser->failed) {
        parser->failed = true;
        parser->error->offset = offset;
        parser->error->message = message;
    }
    return NULL;
}

static struct piece *make(struct parser *parser, enum piece_kind kind)
{
    struct piece *piece = bell__arena_take(parser->arena, sizeof *piece);
    if (piece == NULL) {
        return fail(parser, parser->at, "out of memory");
    }
    memset(piece, 0, sizeof *piece);
    piece->kind = kind;
    return piece;
}

static bool over(const struct parser *parser)
{
    return parser->at >= parser->text.size;
}

static char peek(const struct parser *parser)
{
    return over(parser) ? '\0' : parser->text.text[parser->at];
}

static bool eat(struct parser *parser, const char *word)
{
    bell_string wanted = bell_str(word);
    bell_string rest = {parser->text.text + parser->at,
                        parser->text.size - parser->at};
    if (!bell__str_starts(rest, wanted)) {
        return false;
    }
    parser->at += wanted.size;
    return true;
}

/* ---- Characters ---------------------------------------------------------- */

static bool is_sign(char byte)
{
    return byte != '\0' && strchr("^$\\.*+?()[]{}|/", byte) != NULL;
}

static int hex_digit(char byte)
{
    if (byte >= '0' && byte <= '9') {
        return byte - '0';
    }
    byte |= 0x20;
    return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Behind `\`: one code point; false where this escape is none. */
static bool read_escape(struct parser *parser, uint32_t *point)
{
    static const char letters[] = "tnrfv";
    static const char values[] = "\t\n\r\f\v";
    char byte = peek(parser);
    const char *letter = byte != '\0' ? strchr(letters, byte) : NULL;
    if (letter != NULL) {
        *point = (unsigned char)values[letter - letters];
        parser->at++;
        return true;
    }
    if (is_sign(byte) || byte == '-') {
        *point = (unsigned char)byte;
        parser->at++;
        return true;
    }
    if (byte != 'x' || parser->text.size - parser->at < 3) {
        return false;
    }
    int high = hex_digit(parser->text.text[parser->at + 1]);
    int low = hex_digit(parser->text.text[parser->at + 2]);
    if (high < 0 || low < 0) {
        return false;
    }
    *point = (uint32_t)(high * 16 + low);
    parser->at += 3;
    return true;
}

static uint32_t read_point(struct parser *parser)
{
    uint32_t point = 0;
    size_t size = utf8_next(parser->text.text + parser->at,
                            parser->text.size - parser->at, &point);
    if (size == 0) {
        fail(parser, parser->at, "the pattern is not UTF-8");
        size = 1;
    }
    parser->at += size;
    return point;
}

static const char bad_escape[] =
    "unknown escape: there are \\d \\D \\w \\W \\s \\S \\b \\B \\t \\n \\r \\f "
    "\\v \\xHH, and \\ before punctuation";

/* ---- Classes ------------------------------------------------------------- */

static void append_ranges(struct range **ranges, struct range *more)
{
    while (*ranges != NULL) {
        ranges = &(*ranges)->next;
    }
    *ranges = more;
}

/* One end of a range, or a whole named set (then *set is it). */
static bool read_class_end(struct parser *parser, uint32_t *point,
                           struct range **set)
{
    size_t from = parser->at;
    *set = NULL;
    if (peek(parser) == '[') {
        fail(parser, from, "write \\[ for a bracket inside a class");
        return false;
    }
    if (!eat(parser, "\\")) {
        *point = read_point(parser);
        return !parser->failed;
    }
    char letter = peek(parser);
    if (letter != '\0' && strchr("dDwWsS", letter) != NULL) {
        parser->at++;
        *set = ranges_named(parser->arena, letter);
        if (*set == NULL) {
            fail(parser, from, "out of memory");
        }
        return *set != NULL;
    }
    if (!read_escape(parser, point)) {
        fail(parser, from, bad_escape);
        return false;
    }
    return true;
}

/* One point, set or range. */
static bool read_class_part(struct parser *parser, struct range **ranges)
{
    size_t from = parser->at;
    uint32_t first = 0;
    uint32_t last = 0;
    struct range *set = NULL;
    if (!read_class_end(parser, &first, &set)) {
        return false;
    }
    last = first;
    bool dash = peek(parser) == '-' && parser->at + 1 < parser->text.size &&
                parser->text.text[parser->at + 1] != ']';
    if (dash && set == NULL) {
        parser->at++;
        if (!read_class_end(parser, &last, &set)) {
            return false;
        }
    }
    if (dash && set != NULL) {
        fail(parser, from, "a range goes from one character to another");
        return false;
    }
    if (set == NULL && last < first) {
        fail(parser, from, "this range is in reverse order");
        return false;
    }
    if (set == NULL) {
        set = range_make(parser->arena, first, last);
    }
    if (set == NULL) {
        fail(parser, from, "out of memory");
        return false;
    }
    append_ranges(ranges, set);
    return true;
}

/* Behind the opening bracket. */
static struct piece *read_class(struct parser *parser, size_t from)
{
    struct piece *piece = make(parser, PIECE_CLASS);
    bool inverted = eat(parser, "^");
    if (piece == NULL) {
        return NULL;
    }
    if (peek(parser) == ']') {
        return fail(parser, from,
                    "this class is empty: write \\] for a bracket in it");
    }
    while (!over(parser) && peek(parser) != ']') {
        if (!read_class_part(parser, &piece->ranges)) {
            return NULL;
        }
    }
    if (!eat(parser, "]")) {
        return fail(parser, from, "this [ is never closed");
    }
    piece->ranges = ranges_sort(piece->ranges);
    if (inverted) {
        piece->ranges = ranges_invert(parser->arena, piece->ranges);
    }
    return piece;
}

/* ---- Atoms --------------------------------------------------------------- */

static struct piece *read_choice(struct parser *parser, int depth);

static struct piece *read_group(struct parser *parser, size_t from, int depth)
{
    if (depth >= DEPTH_MAX) {
        return fail(parser, from, "groups are nested too deeply here");
    }
    if (!eat(parser, "?:") && peek(parser) == '?') {
        return fail(parser, from,
                    "only the groups ( ) and (?: ) are supported: no "
                    "look-around, no flags, no names");
    }
    struct piece *piece = read_choice(parser, depth + 1);
    if (piece != NULL && !eat(parser, ")")) {
        return fail(parser, from, "this ( is never closed");
    }
    return piece;
}

static struct piece *make_set(struct parser *parser, struct range *ranges)
{
    struct piece *piece = make(parser, PIECE_CLASS);
    if (piece != NULL && ranges == NULL) {
        return fail(parser, parser->at, "out of memory");
    }
    if (piece != NULL) {
        piece->ranges = ranges_sort(ranges);
    }
    return piece;
}

static struct piece *read_escaped(struct parser *parser, size_t from)
{
    char letter = peek(parser);
    if (letter == 'b' || letter == 'B') {
        parser->at++;
        return make(parser, letter == 'b' ? PIECE_EDGE : PIECE_INSIDE);
    }
    if (letter != '\0' && strchr("dDwWsS", letter) != NULL) {
        parser->at++;
        return make_set(parser, ranges_named(parser->arena, letter));
    }
    if (letter >= '0' && letter <= '9') {
        return fail(parser, from, "back references are not supported");
    }
    struct piece *piece = make(parser, PIECE_POINT);
    if (piece != NULL && !read_escape(parser, &piece->point)) {
        return fail(parser, from, bad_escape);
    }
    return piece;
}

/* `.` is everything but a line feed. */
static struct piece *make_any(struct parser *parser)
{
    struct range *feed = range_make(parser->arena, '\n', '\n');
    return make_set(parser,
                    feed != NULL ? ranges_invert(parser->arena, feed) : NULL);
}

static struct piece *read_atom(struct parser *parser, int depth)
{
    size_t from = parser->at;
    if (eat(parser, "(")) {
        return read_group(parser, from, depth);
    }
    if (eat(parser, "[")) {
        return read_class(parser, from);
    }
    if (eat(parser, "\\")) {
        return read_escaped(parser, from);
    }
    if (eat(parser, ".")) {
        return make_any(parser);
    }
    if (eat(parser, "^")) {
        return make(parser, PIECE_BEGIN);
    }
    if (eat(parser, "$")) {
        return make(parser, PIECE_END);
    }
    if (strchr("*+?", peek(parser)) != NULL) {
        return fail(parser, from, "there is nothing to repeat here");
    }
    if (strchr("{}]", peek(parser)) != NULL) {
        return fail(parser, from, "write \\ before this character");
    }
    struct piece *piece = make(parser, PIECE_POINT);
    if (piece != NULL) {
        piece->point = read_point(parser);
    }
    return piece;
}

/* ---- Repeats ------------------------------------------------------------- */

static bool read_count(struct parser *parser, int *count)
{
    size_t from = parser->at;
    bool zero = peek(parser) == '0';
    *count = 0;
    while (peek(parser) >= '0' && peek(parser) <= '9') {
        *count = *count * 10 + (peek(parser) - '0');
        parser->at++;
        if (*count > REPEAT_MAX) {
            fail(parser, from, "at most 1000 repeats");
            return false;
        }
    }
    if (zero && parser->at > from + 1) {
        fail(parser, from, "a count cannot start with 0");
        return false;
    }
    return parser->at > from;
}

/* Behind `{`. */
static bool read_counts(struct parser *parser, size_t from, int *min, int *max)
{
    bool good = read_count(parser, min);
    *max = *min;
    if (good && eat(parser, ",")) {
        *max = REPEAT_ENDLESS;
        if (peek(parser) != '}') {
            good = read_count(parser, max);
        }
    }
    if (!good || !eat(parser, "}")) {
        fail(parser, from,
             "a count is {n}, {n,} or {n,m}; write \\{ for a "
             "brace");
        return false;
    }
    if (*max != REPEAT_ENDLESS && *max < *min) {
        fail(parser, from, "this count is in reverse order");
        return false;
    }
    return true;
}

static bool read_repeat(struct parser *parser, int *min, int *max)
{
    size_t from = parser->at;
    *min = 0;
    *max = REPEAT_ENDLESS;
    if (eat(parser, "*")) {
        return true;
    }
    if (eat(parser, "+")) {
        *min = 1;
        return true;
    }
    if (eat(parser, "?")) {
        *max = 1;
        return true;
    }
    return eat(parser, "{") && read_counts(parser, from, min, max);
}

static bool is_assertion(const struct piece *piece)
{
    return piece->kind >= PIECE_BEGIN && piece->kind <= PIECE_INSIDE;
}

static struct piece *read_repeated(struct parser *parser, int depth)
{
    struct piece *atom = read_atom(parser, depth);
    size_t from = parser->at;
    int min = 0;
    int max = 0;
    if (atom == NULL || !read_repeat(parser, &min, &max)) {
        return parser->failed ? NULL : atom;
    }
    if (is_assertion(atom)) {
        return fail(parser, from, "there is nothing to repeat here");
    }
    eat(parser, "?"); /* as few as can be: the same texts */
    if (strchr("*+?{", peek(parser)) != NULL && !over(parser)) {
        return fail(parser, parser->at,
                    "a repeat cannot be repeated: group "
                    "it with (?: )");
    }
    struct piece *repeat = make(parser, PIECE_REPEAT);
    if (repeat != NULL) {
        repeat->left = atom;
        repeat->min = min;
        repeat->max = max;
    }
    return repeat;
}

static struct piece *join(struct parser *parser, enum piece_kind kind,
                          struct piece *left, struct piece *right)
{
    struct piece *piece = make(parser, kind);
    if (piece != NULL) {
        piece->left = left;
        piece->right = right;
    }
    return piece;
}

static struct piece *read_row(struct parser *parser, int depth)
{
    struct piece *row = make(parser, PIECE_EMPTY);
    while (row != NULL && !over(parser) && peek(parser) != '|' &&
           peek(parser) != ')') {
        struct piece *next = read_repeated(parser, depth);
        if (next == NULL) {
            return NULL;
        }
        row = row->kind == PIECE_EMPTY ? next
                                       : join(parser, PIECE_BOTH, row, next);
    }
    return row;
}

static struct piece *read_choice(struct parser *parser, int depth)
{
    struct piece *choice = read_row(parser, depth);
    while (choice != NULL && eat(parser, "|")) {
        struct piece *row = read_row(parser, depth);
        choice = row != NULL ? join(parser, PIECE_EITHER, choice, row) : NULL;
    }
    return choice;
}

struct piece *pattern_parse(bell_string text, struct bell__arena *arena,
                            struct pattern_error *error)
{
    struct parser parser = {arena, error, text, 0, false};
    if (text.size > TEXT_MAX) {
        return fail(&parser, 0, "a pattern can have at most 4000 bytes");
    }
    if (memchr(text.text, '\0', text.size) != NULL) {
        return fail(&parser, 0, "a pattern cannot contain NUL");
    }
    struct piece *piece = read_choice(&parser, 0);
    if (piece != NULL && !over(&parser)) {
        return fail(&parser, parser.at, "this ) was never opened");
    }
    return parser.failed ? NULL : piece;
}
