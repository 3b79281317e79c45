/* stamp.c: blocks as text: found, marked, merged. It knows no types and checks
 * nothing. */
#include "render/stamp.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "base/source.h"
#include "base/str.h"
#include "render/parse.h"

enum { TEXT_BYTES_MAX = 64 * 1024 * 1024, MERGE_DEPTH_MAX = 16 };

struct scan {
    struct parser parser;
    struct bell__arena *arena;
    struct stamped_block *open[RENDER_DEPTH_MAX]; /* NULL: another statement */
    size_t depth;
    size_t blocks; /* that are open */
    struct stamped_block **last;
    bool failed;
};

static bool opens(bell_string word)
{
    static const char *const words[] = {"for",   "if",   "def",  "fill",
                                        "align", "fold", "block"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (bell__str_is(word, words[i])) {
            return true;
        }
    }
    return false;
}

static struct stamped_block *begin(struct scan *scan, struct head *head)
{
    struct expression_reader *reader = &head->reader;
    struct stamped_block *block = bell__arena_take(scan->arena, sizeof *block);
    if (block == NULL) {
        scan->failed = true;
        return NULL;
    }
    memset(block, 0, sizeof *block);
    expression_space(reader);
    block->place = expression_place(reader);
    block->name = expression_word(reader);
    block->bar = reader->at;
    if (expression_accept(reader, "#")) {
        block->mark =
            (bell_string){reader->at, (size_t)(reader->end - reader->at)};
    }
    block->whole.text = scan->parser.here.text;
    block->text.text = scan->parser.at;
    block->outer_count = scan->blocks++;
    *scan->last = block;
    scan->last = &block->next;
    return block;
}

static void end(struct scan *scan)
{
    struct stamped_block *block = scan->open[--scan->depth];
    if (block == NULL) {
        return;
    }
    const char *line = scan->parser.here.text;
    block->text.size = (size_t)(line - block->text.text);
    block->whole.size = (size_t)(scan->parser.at - block->whole.text);
    scan->blocks--;
}

bool stamp_blocks(const struct source *source, struct bell__arena *arena,
                  struct stamped_block **first)
{
    struct scan scan = {.arena = arena, .last = first};
    *first = NULL;
    parse_open(&scan.parser, source);
    while (!scan.failed && parse_next_line(&scan.parser)) {
        struct head head;
        if (!parse_head(&scan.parser, &head)) {
            continue;
        }
        if (bell__str_is(head.word, "end") && scan.depth > 0) {
            end(&scan);
        } else if (opens(head.word) && scan.depth < RENDER_DEPTH_MAX) {
            bool block = bell__str_is(head.word, "block");
            scan.open[scan.depth++] = block ? begin(&scan, &head) : NULL;
        }
    }
    return !scan.failed;
}

bool stamp_extends(const struct source *source)
{
    return parse_extends(source);
}

const struct stamped_block *stamp_find(const struct stamped_block *first,
                                       bell_string name)
{
    while (first != NULL && !bell__str_equal(first->name, name)) {
        first = first->next;
    }
    return first;
}

void stamp_text(bell_string text, char stamp[STAMP_BYTES])
{
    uint32_t hash = 0x811c9dc5u;
    for (size_t i = 0; i < text.size; i++) {
        hash = (hash ^ (unsigned char)text.text[i]) * 0x01000193u;
    }
    snprintf(stamp, STAMP_BYTES, "%08x", (unsigned)hash);
}

struct writer {
    struct bell__buf out;
    bool good;
};

static void put(struct writer *writer, const char *start, const char *stop)
{
    writer->good =
        writer->good && bell__buf_append(&writer->out, start,
                                         (size_t)(stop - start)) == BELL_OK;
}

static void put_text(struct writer *writer, const char *text)
{
    put(writer, text, text + strlen(text));
}

static void open_writer(struct writer *writer)
{
    bell__buf_open(&writer->out, &bell__memory_default, TEXT_BYTES_MAX);
    writer->good = true;
}

static bell_string close_writer(struct writer *writer,
                                struct bell__arena *arena)
{
    bell_string bytes = {writer->out.bytes, writer->out.size};
    bell_string text = {NULL, 0};
    if (writer->good) {
        text = bell__arena_copy(arena, bytes);
    }
    bell__buf_close(&writer->out);
    return text;
}

bell_string stamp_rewrite(const struct source *source, bool marks,
                          struct bell__arena *arena)
{
    struct stamped_block *first;
    struct writer writer;
    bell_string body = source_body(source);
    open_writer(&writer);
    writer.good = stamp_blocks(source, arena, &first);
    const char *at = body.text;
    for (const struct stamped_block *block = first; block != NULL;
         block = block->next) {
        char stamp[STAMP_BYTES];
        put(&writer, at, block->bar);
        at = block->bar;
        if (!marks && block->mark.text != NULL) {
            at = block->mark.text + block->mark.size;
        } else if (marks && block->mark.text == NULL) {
            stamp_text(block->text, stamp);
            put_text(&writer, " #");
            put_text(&writer, stamp);
        }
    }
    put(&writer, at, body.text + body.size);
    return close_writer(&writer, arena);
}

struct merge {
    struct writer writer;
    const struct stamped_block *originals;
    const struct stamped_block *replacements;
};

static void merge_range(struct merge *merge, bell_string text, unsigned depth);

/* A line that is `%% original`. */
static bool is_original(bell_string line, bell_string *indent)
{
    const struct source source = {{"", 0}, line};
    struct parser parser = {.failed = false};
    struct head head;
    parse_open(&parser, &source);
    if (!parse_next_line(&parser) || !parse_head(&parser, &head) ||
        !bell__str_is(head.word, "original")) {
        return false;
    }
    *indent = head.indent;
    return true;
}

static void merge_replacement(struct merge *merge,
                              const struct stamped_block *original,
                              const struct stamped_block *own, unsigned depth)
{
    const char *at = own->text.text;
    const char *end = at + own->text.size;
    put(&merge->writer, original->whole.text, original->text.text);
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *next = newline != NULL ? newline + 1 : end;
        bell_string line = {at, (size_t)(next - at)};
        bell_string indent;
        if (is_original(line, &indent)) {
            merge_range(merge, original->text, depth + 1);
        } else {
            put(&merge->writer, at, next);
        }
        at = next;
    }
    const char *rest = original->text.text + original->text.size;
    put(&merge->writer, rest, original->whole.text + original->whole.size);
}

/* A part of the original, with the blocks in it that are replaced. */
static void merge_range(struct merge *merge, bell_string text, unsigned depth)
{
    const char *at = text.text;
    const char *end = at + text.size;
    for (const struct stamped_block *block = merge->originals;
         block != NULL && depth < MERGE_DEPTH_MAX; block = block->next) {
        const char *start = block->whole.text;
        const struct stamped_block *own =
            stamp_find(merge->replacements, block->name);
        if (own == NULL || own->outer_count != 0 || start < at ||
            block->whole.size == 0 || start + block->whole.size > end) {
            continue;
        }
        put(&merge->writer, at, start);
        merge_replacement(merge, block, own, depth);
        at = start + block->whole.size;
    }
    put(&merge->writer, at, end);
}

/* The defs of the extension stand behind everything. */
static void merge_rest(struct merge *merge, const struct source *extension)
{
    struct parser parser = {.failed = false};
    size_t depth = 0;
    bool def = false;
    parse_open(&parser, extension);
    while (parse_next_line(&parser)) {
        struct head head;
        bool statement = parse_head(&parser, &head);
        bool opening = statement && opens(head.word);
        if (opening && depth == 0) {
            def = bell__str_is(head.word, "def");
        }
        depth += opening;
        if (def) {
            put(&merge->writer, parser.here.text,
                parser.here.text + parser.here.size);
        }
        if (statement && depth > 0 && bell__str_is(head.word, "end")) {
            depth--;
            def = def && depth > 0;
        }
    }
}

bell_string stamp_merge(const struct source *original,
                        const struct source *extension,
                        struct bell__arena *arena)
{
    struct stamped_block *originals;
    struct stamped_block *replacements;
    struct merge merge = {.originals = NULL};
    open_writer(&merge.writer);
    merge.writer.good = stamp_blocks(original, arena, &originals) &&
                        stamp_blocks(extension, arena, &replacements);
    if (merge.writer.good) {
        merge.originals = originals;
        merge.replacements = replacements;
        merge_range(&merge, source_body(original), 0);
        merge_rest(&merge, extension);
    }
    return close_writer(&merge.writer, arena);
}
