/* file.c: whole files in and out, at once or not at all. It knows no formats.
 */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/draft.h"
#include "base/folder.h"
#include "base/str.h"

enum { CHUNK_BYTES = 64 * 1024, FILES_MAX = 10000 };

static bool fail(char *wrong, const char *verb, const char *path, int error)
{
    file_say(wrong, verb, path, strerror(error));
    return false;
}

/* Where the arena has no room for `size` more, or the file is too long. */
static bool too_large(char *wrong, const char *path, size_t size)
{
    if (size > FILE_BYTES_MAX) {
        snprintf(wrong, FILE_WRONG_MAX,
                 "cannot read %s: it is larger than %d MiB", path,
                 FILE_BYTES_MAX / 1024 / 1024);
        return false;
    }
    return fail(wrong, "read", path, ENOMEM);
}

/* Reads to the end, doubling; a file's told size is only a first guess, for
 * it may grow, and a pipe has none. */
static bool read_all(int file, const char *path, size_t guess,
                     struct bell__arena *arena, bell_string *bytes, char *wrong)
{
    size_t room = guess < CHUNK_BYTES ? CHUNK_BYTES : guess;
    char *text = bell__arena_bytes(arena, room + 1);
    size_t size = 0;
    while (text != NULL) {
        if (size == room) {
            room *= 2;
            char *wider = bell__arena_bytes(arena, room + 1);
            if (wider == NULL) {
                break;
            }
            memcpy(wider, text, size);
            text = wider;
        }
        ssize_t got = read(file, text + size, room - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return fail(wrong, "read", path, errno);
        }
        if (got == 0) {
            text[size] = '\0';
            *bytes = (bell_string){text, size};
            return true;
        }
        size += (size_t)got;
        if (size > FILE_BYTES_MAX) {
            return too_large(wrong, path, size);
        }
    }
    return too_large(wrong, path, 0);
}

static bool read_file(int file, const char *path, struct bell__arena *arena,
                      bell_string *bytes, char *wrong)
{
    struct stat found;
    if (fstat(file, &found) != 0) {
        return fail(wrong, "read", path, errno);
    }
    if (S_ISDIR(found.st_mode)) {
        return fail(wrong, "read", path, EISDIR);
    }
    if (found.st_size > FILE_BYTES_MAX) {
        return too_large(wrong, path, (size_t)found.st_size);
    }
    /* One more than the size: so the end is met without growing. */
    size_t guess = S_ISREG(found.st_mode) ? (size_t)found.st_size + 1 : 0;
    return read_all(file, path, guess, arena, bytes, wrong);
}

bool file_read_if(const char *path, struct bell__arena *arena,
                  bell_string *bytes, bool *there, char wrong[FILE_WRONG_MAX])
{
    *there = true;
    *bytes = (bell_string){NULL, 0};
    if (strcmp(path, "-") == 0) {
        return read_file(STDIN_FILENO, "standard input", arena, bytes, wrong);
    }
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 && (errno == ENOENT || errno == ENOTDIR)) {
        *there = false;
        return true;
    }
    if (file < 0) {
        return fail(wrong, "read", path, errno);
    }
    bool good = read_file(file, path, arena, bytes, wrong);
    close(file);
    return good;
}

bool file_read_plain(const char *path, struct bell__arena *arena,
                     bell_string *bytes, char wrong[FILE_WRONG_MAX])
{
    bool there = false;
    if (!file_read_in(AT_FDCWD, path, path, arena, bytes, &there, wrong)) {
        return false;
    }
    return there ? true : fail(wrong, "read", path, ENOENT);
}

bool file_is_below(const char *folder, const char *path)
{
    size_t size = strlen(folder);
    size -= size > 0 && folder[size - 1] == '/' ? 1 : 0;
    return strncmp(folder, path, size) == 0 && path[size] == '/';
}

bool file_read(const char *path, struct bell__arena *arena, bell_string *bytes,
               char wrong[FILE_WRONG_MAX])
{
    bool there = true;
    if (!file_read_if(path, arena, bytes, &there, wrong)) {
        return false;
    }
    return there ? true : fail(wrong, "read", path, ENOENT);
}

/* Nothing but files: opening a pipe would wait for ever. */
static bool look_at(int folder, const char *name, const char *shown,
                    struct stat *found, bool *there, char *wrong)
{
    *there = fstatat(folder, name, found, 0) == 0;
    if (!*there && errno != ENOENT) {
        return fail(wrong, "read", shown, errno);
    }
    if (*there && !S_ISREG(found->st_mode)) {
        file_say(wrong, "use", shown,
                 S_ISDIR(found->st_mode) ? "it is a folder"
                                         : "it is not a plain file");
        return false;
    }
    return true;
}

bool file_read_in(int folder, const char *name, const char *shown,
                  struct bell__arena *arena, bell_string *bytes, bool *there,
                  char wrong[FILE_WRONG_MAX])
{
    struct stat found;
    *bytes = (bell_string){"", 0};
    if (!look_at(folder, name, shown, &found, there, wrong)) {
        return false;
    }
    if (!*there) {
        return true;
    }
    int file = -1;
    do {
        file = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    } while (file < 0 && errno == EINTR);
    if (file < 0) {
        return fail(wrong, "read", shown, errno);
    }
    bool good = read_file(file, shown, arena, bytes, wrong);
    close(file);
    return good;
}

enum file_result file_write_in(int folder, const char *name, const char *shown,
                               bell_string bytes, struct bell__arena *arena,
                               char wrong[FILE_WRONG_MAX])
{
    bell_string now;
    struct stat found;
    bool there = false;
    if (!look_at(folder, name, shown, &found, &there, wrong) ||
        (there &&
         !file_read_in(folder, name, shown, arena, &now, &there, wrong))) {
        return FILE_FAILED;
    }
    if (there && bell__str_equal(now, bytes)) {
        return FILE_SAME;
    }
    mode_t mode = found.st_mode & 0777;
    if (!draft_replace(folder, name, bytes, there ? &mode : NULL)) {
        fail(wrong, "write", shown, errno);
        return FILE_FAILED;
    }
    return there ? FILE_CHANGED : FILE_CREATED;
}

enum file_result file_write(const char *path, bell_string bytes,
                            struct bell__arena *arena,
                            char wrong[FILE_WRONG_MAX])
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    bell_string above = {path, (size_t)(name - path)};
    bell_string copy = bell__arena_copy(arena, above);
    if (copy.text == NULL) {
        fail(wrong, "write", path, ENOMEM);
        return FILE_FAILED;
    }
    if (name[0] == '\0') {
        fail(wrong, "write", path, path[0] == '\0' ? ENOENT : EISDIR);
        return FILE_FAILED;
    }
    int folder =
        folder_open(slash != NULL ? copy.text : ".", FOLDER_MAKE, wrong);
    if (folder < 0) {
        return FILE_FAILED;
    }
    draft_sweep(folder);
    enum file_result result =
        file_write_in(folder, name, path, bytes, arena, wrong);
    close(folder);
    return result;
}

static bool ends_with(const char *name, const char *ending)
{
    size_t size = strlen(name);
    size_t tail = strlen(ending);
    return name[0] != '.' && size > tail &&
           strcmp(name + size - tail, ending) == 0;
}

static int by_bytes(const void *one, const void *two)
{
    return strcmp(*(const char *const *)one, *(const char *const *)two);
}

bool file_list(const char *folder, const char *ending,
               struct bell__arena *arena, const char *const **paths,
               size_t *count, char wrong[FILE_WRONG_MAX])
{
    *count = 0;
    *paths = NULL;
    DIR *open_folder = opendir(folder);
    if (open_folder == NULL) {
        return errno == ENOENT ? true : fail(wrong, "read", folder, errno);
    }
    const char **list = bell__arena_take(arena, FILES_MAX * sizeof *list);
    bool good = list != NULL;
    const struct dirent *entry = NULL;
    while (good && *count < FILES_MAX &&
           (entry = readdir(open_folder)) != NULL) {
        if (!ends_with(entry->d_name, ending)) {
            continue;
        }
        size_t room = strlen(folder) + strlen(entry->d_name) + 2;
        char *path = bell__arena_bytes(arena, room);
        good = path != NULL;
        if (good) {
            snprintf(path, room, "%s/%s", folder, entry->d_name);
            list[(*count)++] = path;
        }
    }
    closedir(open_folder);
    if (!good) {
        return fail(wrong, "read", folder, ENOMEM);
    }
    qsort(list, *count, sizeof *list, by_bytes);
    *paths = list;
    return true;
}

bool file_is_there(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0;
}

/* The entry's name where it is a folder, else NULL. */
static const char *folder_name(const char *folder, const char *name,
                               struct bell__arena *arena)
{
    struct stat found;
    size_t room = strlen(folder) + strlen(name) + 2;
    char *path = bell__arena_bytes(arena, room);
    if (path == NULL) {
        return NULL;
    }
    snprintf(path, room, "%s/%s", folder, name);
    if (stat(path, &found) != 0 || !S_ISDIR(found.st_mode)) {
        return NULL;
    }
    return path + strlen(folder) + 1;
}

bool file_folders(const char *folder, struct bell__arena *arena,
                  const char *const **names, size_t *count,
                  char wrong[FILE_WRONG_MAX])
{
    *count = 0;
    *names = NULL;
    DIR *open_folder = opendir(folder);
    if (open_folder == NULL) {
        return fail(wrong, "read", folder, errno);
    }
    const char **list = bell__arena_take(arena, FILES_MAX * sizeof *list);
    const struct dirent *entry = NULL;
    while (list != NULL && *count < FILES_MAX &&
           (entry = readdir(open_folder)) != NULL) {
        const char *name = entry->d_name[0] != '.'
                               ? folder_name(folder, entry->d_name, arena)
                               : NULL;
        if (name != NULL) {
            list[(*count)++] = name;
        }
    }
    closedir(open_folder);
    if (list == NULL) {
        return fail(wrong, "read", folder, ENOMEM);
    }
    qsort(list, *count, sizeof *list, by_bytes);
    *names = list;
    return true;
}
