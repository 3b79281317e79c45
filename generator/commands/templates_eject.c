/* templates_eject.c: writes the program's templates where a user can change
 * them: whole files, or one block. What lies there already stays. */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/nearest.h"
#include "base/str.h"
#include "commands/templates.h"
#include "language.h"
#include "output/write.h"
#include "render/stamp.h"

struct ejecting {
    const struct words *words;
    const struct templates_options *options;
    struct bell__arena *arena;
    struct plan plan;
    struct nearest blocks;
    bool failed; /* memory was short */
};

static bell_string join_texts(struct bell__arena *arena, const char *head,
                              bell_string text)
{
    size_t size = strlen(head);
    char *joined = bell__arena_bytes(arena, size + text.size + 1);
    if (joined == NULL || text.text == NULL) {
        return (bell_string){NULL, 0};
    }
    memcpy(joined, head, size);
    memcpy(joined + size, text.text, text.size);
    joined[size + text.size] = '\0';
    return (bell_string){joined, size + text.size};
}

static void add(struct ejecting *ejecting, const char *path, const char *head,
                bell_string text)
{
    bell_string bytes = join_texts(ejecting->arena, head, text);
    if (bytes.text == NULL ||
        !plan_add(&ejecting->plan, bell_str(path), bytes)) {
        ejecting->failed = true;
    }
}

static bool is_template(const char *path)
{
    size_t size = strlen(path);
    return size > 5 && strcmp(path + size - 5, ".tmpl") == 0;
}

static void eject_file(struct ejecting *ejecting,
                       const struct builtin_template *file)
{
    char head[256];
    char stamp[STAMP_BYTES];
    const void *bytes = file->bytes;
    struct source source = {bell_str(file->path), {bytes, file->size}};
    bool template = is_template(file->path);
    stamp_text(source.text, stamp);
    snprintf(head, sizeof head, "%s# ejected from %s #%s\n",
             template ? "%% " : "", file->path, stamp);
    bell_string text = source.text;
    if (template) {
        text = stamp_rewrite(&source, true, ejecting->arena);
    }
    add(ejecting, file->path, head, text);
}

/* A file that extends, with this block as it is. */
static void eject_block(struct ejecting *ejecting,
                        const struct builtin_template *file)
{
    struct stamped_block *first;
    const void *bytes = file->bytes;
    struct source source = {bell_str(file->path), {bytes, file->size}};
    if (!is_template(file->path)) {
        return;
    }
    if (!stamp_blocks(&source, ejecting->arena, &first)) {
        ejecting->failed = true;
        return;
    }
    for (const struct stamped_block *at = first; at != NULL; at = at->next) {
        nearest_offer(&ejecting->blocks, at->name);
    }
    const struct stamped_block *block =
        stamp_find(first, bell_str(ejecting->options->block));
    if (block != NULL) {
        char head[256];
        struct source part = {source.name, block->whole};
        snprintf(head, sizeof head, "%%%% # a block of %s\n%%%% extends\n\n",
                 file->path);
        add(ejecting, file->path, head,
            stamp_rewrite(&part, true, ejecting->arena));
    }
}

static void eject_language(struct ejecting *ejecting, const char *name)
{
    size_t size = strlen(name);
    for (const struct builtin_template *at = builtin_templates;
         at->path != NULL; at++) {
        if (strncmp(at->path, name, size) != 0 || at->path[size] != '/') {
            continue;
        }
        if (ejecting->options->block != NULL) {
            eject_block(ejecting, at);
        } else {
            eject_file(ejecting, at);
        }
    }
}

/* The first file that is there with other bytes: somebody's work. */
static int look_before(struct ejecting *ejecting)
{
    const char *folder = ejecting->options->output;
    for (const struct planned_file *at = ejecting->plan.first; at != NULL;
         at = at->next) {
        char wrong[FILE_WRONG_MAX];
        bool there = false;
        bell_string text = {"", 0};
        const char *path =
            language_join(ejecting->arena, NULL, folder, at->path);
        if (path == NULL ||
            !file_read_if(path, ejecting->arena, &text, &there, wrong)) {
            return templates_tell(EXIT_FILES, "%s",
                                  path != NULL ? wrong : "out of memory");
        }
        if (there && !bell__str_equal(text, at->bytes)) {
            return templates_tell(EXIT_FILES,
                                  "%s exists and differs from what would be "
                                  "written: move it away first",
                                  path);
        }
    }
    return EXIT_DONE;
}

static int unknown_language(struct bell__arena *arena, const char *word)
{
    char room[NEAREST_BYTES_MAX];
    char wrong[FILE_WRONG_MAX];
    struct nearest nearest;
    const char *const *names = language_names(NULL, arena, wrong);
    nearest_open(&nearest, bell_str(word));
    for (; names != NULL && *names != NULL; names++) {
        nearest_offer(&nearest, bell_str(*names));
    }
    return templates_tell(EXIT_USAGE, "there is no built-in language '%s'%s",
                          word, nearest_hint(&nearest, room));
}

static int collect(struct ejecting *ejecting)
{
    const struct words *words = ejecting->words;
    char wrong[FILE_WRONG_MAX];
    const char *const *names = language_names(NULL, ejecting->arena, wrong);
    bool found = false;
    for (; names != NULL && *names != NULL; names++) {
        if (words->count == 1 || strcmp(*names, words->at[1]) == 0) {
            eject_language(ejecting, *names);
            found = true;
        }
    }
    if (names == NULL || ejecting->failed) {
        return templates_tell(EXIT_FILES, "out of memory");
    }
    if (!found) {
        return unknown_language(ejecting->arena, words->at[1]);
    }
    if (ejecting->plan.count == 0) {
        char room[NEAREST_BYTES_MAX];
        return templates_tell(EXIT_USAGE, "no template has a block '%s'%s",
                              ejecting->options->block,
                              nearest_hint(&ejecting->blocks, room));
    }
    return EXIT_DONE;
}

int templates_eject(const struct words *words,
                    const struct templates_options *options,
                    struct bell__arena *arena)
{
    struct ejecting ejecting = {
        .words = words, .options = options, .arena = arena};
    if (words->count > 2 || options->output == NULL) {
        return templates_tell(EXIT_USAGE,
                              "--output is missing: bellpull templates eject "
                              "[LANGUAGE] --output DIR");
    }
    plan_open(&ejecting.plan, arena);
    nearest_open(&ejecting.blocks,
                 bell_str(options->block != NULL ? options->block : ""));
    int code = collect(&ejecting);
    if (code == EXIT_DONE) {
        code = look_before(&ejecting);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    struct output_options output = {.folder = options->output,
                                    .mode = OUTPUT_WRITE,
                                    .verbose = !options->quiet,
                                    .quiet = options->quiet,
                                    .out = stdout};
    struct output_counts counts;
    return output_plan(&ejecting.plan, &output, &counts) ? EXIT_DONE
                                                         : EXIT_FILES;
}
