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

enum { CHUNK_BYTES = 64 * 1024, TRIES_MAX = 100, FILES_MAX = 10000 };

static bool fail(char *wrong, const char *verb, const char *path, int error)
{
    snprintf(wrong, FILE_WRONG_MAX, "cannot %s %s: %s", verb, path,
             strerror(error));
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

bool file_read(const char *path, struct bell__arena *arena, bell_string *bytes,
               char wrong[FILE_WRONG_MAX])
{
    bool there = true;
    if (!file_read_if(path, arena, bytes, &there, wrong)) {
        return false;
    }
    return there ? true : fail(wrong, "read", path, ENOENT);
}

/* Makes every folder above the file. `path` is cut and mended on the way. */
static bool make_folders(char *path, char *wrong)
{
    for (char *at = path + 1; *at != '\0'; at++) {
        if (*at != '/') {
            continue;
        }
        *at = '\0';
        bool made = mkdir(path, 0777) == 0 || errno == EEXIST;
        int error = errno;
        struct stat found;
        if (made && (stat(path, &found) != 0 || !S_ISDIR(found.st_mode))) {
            made = false;
            error = ENOTDIR;
        }
        if (!made) {
            return fail(wrong, "make the folder", path, error);
        }
        *at = '/';
    }
    return true;
}

static bool write_all(int file, bell_string bytes)
{
    size_t done = 0;
    while (done < bytes.size) {
        ssize_t wrote = write(file, bytes.text + done, bytes.size - done);
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return false;
        }
        done += (size_t)wrote;
    }
    return true;
}

/* A new file beside the wanted one: on the same disk, so rename is atomic. */
static int open_beside(const char *path, char *name, size_t room)
{
    for (int try = 0; try < TRIES_MAX; try++) {
        snprintf(name, room, "%s.%ld.%d.new", path, (long)getpid(), try);
        int file =
            open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)0666);
        if (file >= 0 || errno != EEXIST) {
            return file;
        }
    }
    return -1;
}

static bool replace(const char *path, bell_string bytes, const mode_t *mode,
                    struct bell__arena *arena, char *wrong)
{
    size_t room = strlen(path) + 40;
    char *name = bell__arena_bytes(arena, room);
    if (name == NULL) {
        return fail(wrong, "write", path, ENOMEM);
    }
    int file = open_beside(path, name, room);
    if (file < 0) {
        return fail(wrong, "write", path, errno);
    }
    bool good = write_all(file, bytes);
    if (good && mode != NULL) {
        good = fchmod(file, *mode) == 0;
    }
    int error = errno;
    if (close(file) != 0 && good) {
        good = false;
        error = errno;
    }
    if (good && rename(name, path) != 0) {
        good = false;
        error = errno;
    }
    if (!good) {
        unlink(name);
        return fail(wrong, "write", path, error);
    }
    return true;
}

enum file_result file_write(const char *path, bell_string bytes,
                            struct bell__arena *arena,
                            char wrong[FILE_WRONG_MAX])
{
    bell_string now;
    bool there = true;
    struct stat found;
    memset(&found, 0, sizeof found);
    if (stat(path, &found) == 0 && !S_ISREG(found.st_mode)) {
        fail(wrong, "write", path, S_ISDIR(found.st_mode) ? EISDIR : EINVAL);
        return FILE_FAILED;
    }
    if (!file_read_if(path, arena, &now, &there, wrong)) {
        return FILE_FAILED;
    }
    if (there && now.size == bytes.size &&
        (now.size == 0 || memcmp(now.text, bytes.text, now.size) == 0)) {
        return FILE_SAME;
    }
    bell_string copy = bell__arena_copy(arena, bell_str(path));
    char *folders = bell__arena_bytes(arena, copy.size + 1);
    if (copy.text == NULL || folders == NULL) {
        fail(wrong, "write", path, ENOMEM);
        return FILE_FAILED;
    }
    memcpy(folders, copy.text, copy.size + 1);
    mode_t mode = found.st_mode & 07777;
    if (!make_folders(folders, wrong) ||
        !replace(path, bytes, there ? &mode : NULL, arena, wrong)) {
        return FILE_FAILED;
    }
    return there ? FILE_CHANGED : FILE_CREATED;
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
