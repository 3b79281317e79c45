/* templates_diff.c: how a user's templates differ from the program's, and
 * which originals have changed beneath them since they were ejected. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/source.h"
#include "base/str.h"
#include "commands/templates.h"
#include "language.h"
#include "output/write.h"
#include "render/stamp.h"

struct comparing {
    const char *folder; /* the user's */
    struct bell__arena *arena;
    const char *name; /* the language's */
    size_t stale;     /* originals that have changed */
    size_t different;
};

/* The first line, where `eject` wrote it; else empty. */
static bell_string first_line(bell_string body)
{
    const char *newline = memchr(body.text, '\n', body.size);
    bell_string line = {body.text, newline != NULL
                                       ? (size_t)(newline - body.text) + 1
                                       : body.size};
    size_t start = bell__str_starts(line, BELL_STR("%% ")) ? 3 : 0;
    bell_string rest = {line.text + start, line.size - start};
    if (!bell__str_starts(rest, BELL_STR("# ejected from "))) {
        line.size = 0;
    }
    return line;
}

/* The hash at the end of that line. */
static bell_string line_mark(bell_string line)
{
    size_t size = line.size;
    while (size > 0 && line.text[size - 1] != '#') {
        size--;
    }
    bell_string hash = {line.text + size, line.size - size};
    while (hash.size > 0 && strchr(" \r\n", hash.text[hash.size - 1]) != NULL) {
        hash.size--;
    }
    return hash;
}

static bool is_stale(bell_string wanted, bell_string text)
{
    char stamp[STAMP_BYTES];
    stamp_text(text, stamp);
    return !bell__str_is(wanted, stamp);
}

static void tell_stale(struct comparing *comparing, const struct place *place,
                       bell_string block)
{
    comparing->stale++;
    printf("%.*s:%u:%u: ", (int)place->source->name.size,
           place->source->name.text, (unsigned)place->line,
           (unsigned)place->column);
    if (block.size != 0) {
        printf("the original of block `%.*s` has changed since it was "
               "ejected\n",
               (int)block.size, block.text);
        return;
    }
    printf("the original has changed since it was ejected\n");
}

static bool tell_changes(struct comparing *comparing,
                         const struct source *original,
                         const struct source *own, bell_string head)
{
    struct stamped_block *originals;
    struct stamped_block *blocks;
    if (!stamp_blocks(original, comparing->arena, &originals) ||
        !stamp_blocks(own, comparing->arena, &blocks)) {
        return false;
    }
    size_t before = comparing->stale;
    for (const struct stamped_block *at = blocks; at != NULL; at = at->next) {
        const struct stamped_block *now = stamp_find(originals, at->name);
        if (at->mark.text != NULL && now != NULL &&
            is_stale(at->mark, now->text)) {
            tell_stale(comparing, &at->place, at->name);
        }
    }
    if (head.size != 0 && before == comparing->stale &&
        is_stale(line_mark(head), original->text)) {
        struct place place = {.source = own, .line = 1, .column = 1};
        tell_stale(comparing, &place, (bell_string){"", 0});
    }
    return true;
}

/* What the user's file amounts to, without the marks of eject. */
static bell_string meant(struct comparing *comparing,
                         const struct source *original,
                         const struct source *own, bell_string head)
{
    bell_string body = source_body(own);
    struct source rest = {own->name,
                          {body.text + head.size, body.size - head.size}};
    rest.text = stamp_rewrite(&rest, false, comparing->arena);
    if (rest.text.text == NULL || !stamp_extends(&rest)) {
        return rest.text;
    }
    return stamp_merge(original, &rest, comparing->arena);
}

static bool compare(struct comparing *comparing, const char *path,
                    const char *name, char wrong[FILE_WRONG_MAX])
{
    struct bell__arena *arena = comparing->arena;
    struct source own = {bell_str(path), {"", 0}};
    const char *inner =
        language_join(arena, NULL, comparing->name, bell_str(name));
    if (inner == NULL || !file_read(path, arena, &own.text, wrong)) {
        return false;
    }
    const struct builtin_template *found = language_builtin(bell_str(inner));
    if (found == NULL) {
        printf("Only in %s: %s\n", comparing->folder, inner);
        comparing->different++;
        return true;
    }
    const char *label =
        language_join(arena, NULL, "templates", bell_str(inner));
    const void *bytes = found->bytes;
    struct source original = {bell_str(inner), {bytes, found->size}};
    bell_string head = first_line(source_body(&own));
    bell_string text = meant(comparing, &original, &own, head);
    if (label == NULL || text.text == NULL ||
        !tell_changes(comparing, &original, &own, head)) {
        snprintf(wrong, FILE_WRONG_MAX, "out of memory");
        return false;
    }
    if (bell__str_equal(text, original.text)) {
        return true;
    }
    comparing->different++;
    return diff_print_between(stdout, label, path, original.text, text, arena);
}

static bool compare_language(struct comparing *comparing,
                             char wrong[FILE_WRONG_MAX])
{
    struct bell__arena *arena = comparing->arena;
    const char *folder = language_join(arena, NULL, comparing->folder,
                                       bell_str(comparing->name));
    const char *const *paths = NULL;
    size_t count = 0;
    if (folder == NULL ||
        !file_list(folder, "", arena, &paths, &count, wrong)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!compare(comparing, paths[i], paths[i] + strlen(folder) + 1,
                     wrong)) {
            return false;
        }
    }
    return true;
}

int templates_diff(const struct words *words,
                   const struct templates_options *options,
                   struct bell__arena *arena)
{
    int code = EXIT_DONE;
    char wrong[FILE_WRONG_MAX] = "out of memory";
    struct comparing comparing = {.arena = arena};
    (void)options; /* none is for it */
    const char *const *names = templates_folders(words, arena, &code);
    comparing.folder = names != NULL ? words->at[1] : NULL;
    for (; names != NULL && *names != NULL; names++) {
        comparing.name = *names;
        if (!compare_language(&comparing, wrong)) {
            return templates_tell(EXIT_FILES, "%s", wrong);
        }
    }
    if (code == EXIT_DONE && comparing.stale != 0) {
        fflush(stdout);
        fprintf(stderr,
                "bellpull: %zu original%s changed: eject again and bring your "
                "changes over\n",
                comparing.stale, comparing.stale == 1 ? " has" : "s have");
        return EXIT_STALE;
    }
    return code;
}
