/* write.c: brings a plan to a folder, or says how the folder differs. It knows
 * no schema and no language. */
#include "output/write.h"

#include <string.h>
#include <unistd.h>

#include "base/draft.h"
#include "base/folder.h"
#include "base/str.h"
#include "output/banner.h"

struct writer {
    const struct plan *plan;
    const struct output_options *options;
    bool looking;       /* before anything is written */
    int root;           /* the output folder; -1: there is none */
    int folder;         /* where the last file lies; -1: not there */
    bell_string inside; /* its path below the root; NULL: none yet */
    char wrong[FILE_WRONG_MAX];
};

static void count(struct output_counts *counts, enum file_result result)
{
    counts->created += result == FILE_CREATED;
    counts->changed += result == FILE_CHANGED;
    counts->same += result == FILE_SAME;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static void leave(int *folder)
{
    if (*folder >= 0) {
        close(*folder);
    }
    *folder = -1;
}

/* Only the line ends differ, as in a checkout by git's core.autocrlf. */
static bool is_crlf(bell_string there, bell_string planned)
{
    size_t at = 0;
    for (size_t i = 0; i < planned.size; i++, at++) {
        bool cut = planned.text[i] == '\n';
        at += cut && at < there.size && there.text[at] == '\r' ? 1 : 0;
        if (at >= there.size || there.text[at] != planned.text[i]) {
            return false;
        }
    }
    return at == there.size;
}

static bool show_change(struct writer *writer, const char *path,
                        bell_string there, bell_string planned)
{
    const struct output_options *options = writer->options;
    if (is_crlf(there, planned)) {
        fprintf(options->out,
                "%s: its lines end in CR LF instead of LF: put '* text eol=lf' "
                "into a .gitattributes next to it\n",
                path);
        return true;
    }
    return diff_print(options->out, bell_str(path), there, planned,
                      writer->plan->arena);
}

/* Compares only; prints a diff or a line. */
static enum file_result compare(struct writer *writer,
                                const struct planned_file *file,
                                const char *name, const char *path)
{
    const struct output_options *options = writer->options;
    struct bell__arena *arena = writer->plan->arena;
    bell_string there = {"", 0};
    bool exists = false;
    if (writer->folder >= 0 && !file_read_in(writer->folder, name, path, arena,
                                             &there, &exists, writer->wrong)) {
        return FILE_FAILED;
    }
    if (exists && bell__str_equal(there, file->bytes)) {
        return FILE_SAME;
    }
    if (options->mode == OUTPUT_DRY_RUN) {
        fprintf(options->out, "%s %s\n", exists ? "change" : "create", path);
    } else if (!options->quiet &&
               !show_change(writer, path, there, file->bytes)) {
        snprintf(writer->wrong, FILE_WRONG_MAX, "out of memory");
        return FILE_FAILED;
    }
    return exists ? FILE_CHANGED : FILE_CREATED;
}

static enum file_result write_one(struct writer *writer,
                                  const struct planned_file *file,
                                  const char *name, const char *path)
{
    static const char *const words[] = {"", "same   ", "created", "changed"};
    enum file_result result =
        file_write_in(writer->folder, name, path, file->bytes,
                      writer->plan->arena, writer->wrong);
    if (result != FILE_FAILED && writer->options->verbose) {
        fprintf(writer->options->out, "%s %s\n", words[result], path);
    }
    return result;
}

/* Opens the folder that a file lies in; the last one is kept, for files of one
 * folder come together. */
static bool enter(struct writer *writer, bell_string inside)
{
    bool make = writer->options->mode == OUTPUT_WRITE && !writer->looking;
    if (writer->inside.text != NULL &&
        bell__str_equal(writer->inside, inside)) {
        return true;
    }
    leave(&writer->folder);
    writer->inside = inside;
    if (writer->root < 0) {
        return true;
    }
    writer->folder =
        folder_enter(writer->root, writer->options->folder, inside,
                     make ? FOLDER_MAKE : FOLDER_LOOK, writer->wrong);
    if (writer->folder >= 0 && make) {
        draft_sweep(writer->folder);
    }
    return writer->folder >= 0 || writer->wrong[0] == '\0';
}

static enum file_result bring(struct writer *writer,
                              const struct planned_file *file)
{
    const char *path =
        output_path(writer->plan->arena, writer->options->folder, file->path);
    if (path == NULL) {
        snprintf(writer->wrong, FILE_WRONG_MAX, "out of memory");
        return FILE_FAILED;
    }
    const char *name = last_part(path);
    size_t size = strlen(name);
    bell_string inside = {file->path.text, file->path.size - size};
    if (!enter(writer, inside)) {
        return FILE_FAILED;
    }
    return writer->options->mode == OUTPUT_WRITE
               ? write_one(writer, file, name, path)
               : compare(writer, file, name, path);
}

/* Somebody's own file is never written over: false where one is in the way. Of
 * a plan's text without a banner nobody can tell. */
static bool look_for_strangers(struct writer *writer)
{
    writer->looking = true;
    bool good = true;
    for (const struct planned_file *file = writer->plan->first;
         good && file != NULL; file = file->next) {
        size_t size = strlen(last_part(file->path.text));
        bell_string inside = {file->path.text, file->path.size - size};
        good = enter(writer, inside);
        if (good && writer->folder >= 0 && banner_starts(file->bytes) &&
            banner_of(writer->folder, file->path.text + inside.size) ==
                BANNER_MISSING) {
            const char *path = output_path(writer->plan->arena,
                                           writer->options->folder, file->path);
            file_say(writer->wrong, "write", path != NULL ? path : "a file",
                     "it exists and was not generated by bellpull");
            good = false;
        }
    }
    writer->looking = false;
    writer->inside = (bell_string){NULL, 0};
    leave(&writer->folder);
    return good;
}

static bool bring_all(struct writer *writer, struct output_counts *counts)
{
    if (writer->options->mode == OUTPUT_WRITE && writer->root >= 0 &&
        !look_for_strangers(writer)) {
        return false;
    }
    for (const struct planned_file *file = writer->plan->first; file != NULL;
         file = file->next) {
        enum file_result result = bring(writer, file);
        if (result == FILE_FAILED) {
            return false;
        }
        count(counts, result);
    }
    if (!writer->options->clean || writer->root < 0) {
        return true;
    }
    return clean_output(writer->root, writer->plan, writer->options,
                        &counts->removed, writer->wrong);
}

bool output_plan(const struct plan *plan, const struct output_options *options,
                 struct output_counts *counts)
{
    struct writer writer = {
        .plan = plan, .options = options, .root = -1, .folder = -1};
    memset(counts, 0, sizeof *counts);
    enum folder_need need = options->mode == OUTPUT_WRITE && plan->count != 0
                                ? FOLDER_MAKE
                                : FOLDER_LOOK;
    writer.root = folder_open(options->folder, need, writer.wrong);
    bool good = writer.root >= 0 || writer.wrong[0] == '\0';
    good = good && bring_all(&writer, counts);
    if (!good) {
        fprintf(stderr, "bellpull: %s\n", writer.wrong);
    }
    leave(&writer.folder);
    leave(&writer.root);
    return good;
}
