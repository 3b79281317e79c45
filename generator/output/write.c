/* write.c: brings a plan to a folder, or says how the folder differs. It knows
 * no schema and no language. */
#include "output/write.h"

#include <string.h>

#include "base/file.h"

static const char *join(struct bell__arena *arena, const char *folder,
                        bell_string path)
{
    size_t size = strlen(folder);
    while (size > 1 && folder[size - 1] == '/') {
        size--;
    }
    char *joined = bell__arena_bytes(arena, size + path.size + 2);
    if (joined == NULL) {
        return NULL;
    }
    memcpy(joined, folder, size);
    joined[size] = '/';
    memcpy(joined + size + 1, path.text, path.size);
    joined[size + 1 + path.size] = '\0';
    return joined;
}

static void count(struct output_counts *counts, enum file_result result)
{
    counts->created += result == FILE_CREATED;
    counts->changed += result == FILE_CHANGED;
    counts->same += result == FILE_SAME;
}

/* Compares only; prints a diff or a line. */
static enum file_result compare(const struct plan *plan,
                                const struct output_options *options,
                                const struct planned_file *file,
                                const char *path, char wrong[FILE_WRONG_MAX])
{
    bell_string there = {"", 0};
    bool exists = false;
    if (!file_read_if(path, plan->arena, &there, &exists, wrong)) {
        return FILE_FAILED;
    }
    bool same = exists && there.size == file->bytes.size &&
                memcmp(there.text, file->bytes.text, there.size) == 0;
    if (same) {
        return FILE_SAME;
    }
    if (options->mode == OUTPUT_DRY_RUN) {
        fprintf(options->out, "%s %s\n", exists ? "change" : "create", path);
    } else if (!options->quiet &&
               !diff_print(options->out, bell_str(path), there, file->bytes,
                           plan->arena)) {
        snprintf(wrong, FILE_WRONG_MAX, "memory is short");
        return FILE_FAILED;
    }
    return exists ? FILE_CHANGED : FILE_CREATED;
}

static enum file_result write_one(const struct plan *plan,
                                  const struct output_options *options,
                                  const struct planned_file *file,
                                  const char *path, char wrong[FILE_WRONG_MAX])
{
    static const char *const words[] = {"", "same   ", "created", "changed"};
    enum file_result result = file_write(path, file->bytes, plan->arena, wrong);
    if (result != FILE_FAILED && options->verbose) {
        fprintf(options->out, "%s %s\n", words[result], path);
    }
    return result;
}

bool output_plan(const struct plan *plan, const struct output_options *options,
                 struct output_counts *counts)
{
    memset(counts, 0, sizeof *counts);
    for (const struct planned_file *file = plan->first; file != NULL;
         file = file->next) {
        char wrong[FILE_WRONG_MAX] = "memory is short";
        const char *path = join(plan->arena, options->folder, file->path);
        enum file_result result = FILE_FAILED;
        if (path != NULL) {
            result = options->mode == OUTPUT_WRITE
                         ? write_one(plan, options, file, path, wrong)
                         : compare(plan, options, file, path, wrong);
        }
        if (result == FILE_FAILED) {
            fprintf(stderr, "bellpull: %s\n", wrong);
            return false;
        }
        count(counts, result);
    }
    return true;
}
