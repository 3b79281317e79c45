/* clean.c: generated files that are planned no more. It knows no schema and no
 * language: what is generated says so in its first line. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/draft.h"
#include "base/folder.h"
#include "base/index.h"
#include "base/str.h"
#include "output/banner.h"
#include "output/write.h"

enum { DEPTH_MAX = 16, NAMES_FIRST = 64 };

struct cleaning {
    const struct output_options *options;
    struct bell__arena *arena;
    struct index planned; /* paths below the output folder */
    size_t removed;
    char *wrong;
};

static bool short_of_memory(struct cleaning *cleaning)
{
    snprintf(cleaning->wrong, FILE_WRONG_MAX, "out of memory");
    return false;
}

static bool fail(struct cleaning *cleaning, const char *verb, bell_string path)
{
    char shown[FILE_WRONG_MAX];
    snprintf(shown, sizeof shown, "%s/%.*s", cleaning->options->folder,
             (int)path.size, path.text);
    file_say(cleaning->wrong, verb, shown, strerror(errno));
    return false;
}

/* {NULL, 0} where memory is short. */
static bell_string below(struct cleaning *cleaning, bell_string folder,
                         const char *name)
{
    size_t size = strlen(name);
    size_t before = folder.size != 0 ? folder.size + 1 : 0;
    char *path = bell__arena_bytes(cleaning->arena, before + size + 1);
    if (path == NULL) {
        short_of_memory(cleaning);
        return (bell_string){NULL, 0};
    }
    if (before != 0) {
        memcpy(path, folder.text, folder.size);
        path[folder.size] = '/';
    }
    memcpy(path + before, name, size + 1);
    return (bell_string){path, before + size};
}

static bool remove_file(struct cleaning *cleaning, int folder, const char *name,
                        bell_string path)
{
    const struct output_options *options = cleaning->options;
    bool really = options->mode == OUTPUT_WRITE;
    if (really && unlinkat(folder, name, 0) != 0) {
        return errno == ENOENT ? true : fail(cleaning, "remove", path);
    }
    cleaning->removed++;
    if (!options->quiet) {
        fprintf(options->out, "%s %s/%.*s\n", really ? "removed" : "remove",
                options->folder, (int)path.size, path.text);
    }
    return true;
}

/* A draft is the text of a run that goes on, or the sweep's. */
static bool look_at_file(struct cleaning *cleaning, int folder,
                         const char *name, bell_string path)
{
    if (draft_is(name) || index_find(&cleaning->planned, path) != NULL ||
        banner_of(folder, name) != BANNER_THERE) {
        return true;
    }
    return remove_file(cleaning, folder, name, path);
}

/* The names in a folder, sorted: the same order on every machine. */
static bool list_names(struct cleaning *cleaning, int folder, bell_string path,
                       struct index *names)
{
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = copy >= 0 ? fdopendir(copy) : NULL;
    if (entries == NULL) {
        bool told = fail(cleaning, "read", path);
        if (copy >= 0) {
            close(copy);
        }
        return told;
    }
    index_open(names, cleaning->arena, NAMES_FIRST);
    errno = 0;
    const struct dirent *entry = readdir(entries);
    while (entry != NULL) {
        if (strcmp(entry->d_name, ".") != 0 &&
            strcmp(entry->d_name, "..") != 0) {
            bell_string name =
                bell__arena_copy(cleaning->arena, bell_str(entry->d_name));
            names->failed = names->failed || name.text == NULL;
            index_add(names, name, names);
        }
        errno = 0;
        entry = readdir(entries);
    }
    bool good = errno == 0 || fail(cleaning, "read", path);
    closedir(entries);
    index_sort(names);
    return good && names->failed ? short_of_memory(cleaning) : good;
}

static bool clean_folder(struct cleaning *cleaning, int folder,
                         bell_string path, int depth);

/* A folder that lost files and holds nothing else goes as well. */
static bool look_at_folder(struct cleaning *cleaning, int above,
                           const char *name, bell_string path, int depth)
{
    int folder =
        openat(above, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder < 0 || depth == DEPTH_MAX) {
        if (folder >= 0) {
            close(folder);
        }
        return true;
    }
    size_t before = cleaning->removed;
    bool good = clean_folder(cleaning, folder, path, depth);
    close(folder);
    if (good && cleaning->removed != before &&
        cleaning->options->mode == OUTPUT_WRITE) {
        unlinkat(above, name, AT_REMOVEDIR);
    }
    return good;
}

static bool clean_folder(struct cleaning *cleaning, int folder,
                         bell_string path, int depth)
{
    struct index names;
    if (!list_names(cleaning, folder, path, &names)) {
        return false;
    }
    if (cleaning->options->mode == OUTPUT_WRITE) {
        draft_sweep(folder);
    }
    for (size_t i = 0; i < names.count; i++) {
        const char *name = names.entries[i].name.text;
        bell_string inner = below(cleaning, path, name);
        struct stat found;
        if (inner.text == NULL) {
            return false;
        }
        if (fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) != 0) {
            continue;
        }
        bool good = true;
        if (S_ISDIR(found.st_mode)) {
            good = look_at_folder(cleaning, folder, name, inner, depth + 1);
        } else if (S_ISREG(found.st_mode)) {
            good = look_at_file(cleaning, folder, name, inner);
        }
        if (!good) {
            return false;
        }
    }
    return true;
}

/* ".h" of "tasks.h"; the whole name where it has no ending. */
static bell_string ending_of(bell_string name)
{
    size_t at = name.size;
    while (at > 0 && name.text[at - 1] != '.') {
        at--;
    }
    return (bell_string){name.text + at, name.size - at};
}

/* Files right in the output folder, which may hold other things of a user's:
 * only such as the plan has. */
static bool clean_root(struct cleaning *cleaning, int root,
                       const struct index *endings)
{
    struct index names;
    if (!list_names(cleaning, root, BELL_STR(""), &names)) {
        return false;
    }
    for (size_t i = 0; i < names.count; i++) {
        bell_string name = names.entries[i].name;
        if (index_find(endings, ending_of(name)) != NULL &&
            !look_at_file(cleaning, root, name.text, name)) {
            return false;
        }
    }
    return true;
}

/* The plan's paths, the folders they start with, the endings of those without
 * a folder. */
static bool read_plan(struct cleaning *cleaning, const struct plan *plan,
                      struct index *folders, struct index *endings)
{
    index_open(&cleaning->planned, cleaning->arena, plan->count);
    index_open(folders, cleaning->arena, NAMES_FIRST);
    index_open(endings, cleaning->arena, NAMES_FIRST);
    bell_string last = {"", 0};
    for (const struct planned_file *at = plan->first; at != NULL;
         at = at->next) {
        index_add(&cleaning->planned, at->path, cleaning);
        const char *slash = memchr(at->path.text, '/', at->path.size);
        if (slash == NULL) {
            index_add(endings, ending_of(at->path), cleaning);
            continue;
        }
        bell_string first = {at->path.text, (size_t)(slash - at->path.text)};
        if (!bell__str_equal(first, last)) {
            last = bell__arena_copy(cleaning->arena, first);
            folders->failed = folders->failed || last.text == NULL;
            index_add(folders, last, cleaning);
        }
    }
    index_sort(&cleaning->planned);
    index_sort(folders);
    index_sort(endings);
    return (!cleaning->planned.failed && !folders->failed &&
            !endings->failed) ||
           short_of_memory(cleaning);
}

bool clean_output(int root, const struct plan *plan,
                  const struct output_options *options, size_t *removed,
                  char wrong[FILE_WRONG_MAX])
{
    struct cleaning cleaning = {
        .options = options, .arena = plan->arena, .wrong = wrong};
    struct index folders;
    struct index endings;
    if (!read_plan(&cleaning, plan, &folders, &endings)) {
        return false;
    }
    bool good = endings.count == 0 || clean_root(&cleaning, root, &endings);
    for (size_t i = 0; i < folders.count && good; i++) {
        bell_string name = folders.entries[i].name;
        bool again =
            i > 0 && strcmp(folders.entries[i - 1].name.text, name.text) == 0;
        good = again || look_at_folder(&cleaning, root, name.text, name, 0);
    }
    *removed = cleaning.removed;
    return good;
}
