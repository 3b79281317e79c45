/* draft.c: the new text of a file, under a name of its own until it is whole.
 * It knows no paths: only an open folder and a name in it.
 *
 * A writer holds a lock on its draft, and the kernel drops it however the
 * writer ends: a draft that can be locked is nobody's. */
#include "base/draft.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"

#define DRAFT_START ".bellpull-"
#define DRAFT_END   ".new"

enum {
    DIGITS = 16,
    START_BYTES = sizeof DRAFT_START - 1,
    NAME_BYTES = START_BYTES + DIGITS + sizeof DRAFT_END,
    TRIES_MAX = 100
};

bool draft_is(const char *name)
{
    if (strlen(name) != NAME_BYTES - 1 ||
        !bell__str_starts(bell_str(name), BELL_STR(DRAFT_START)) ||
        strcmp(name + START_BYTES + DIGITS, DRAFT_END) != 0) {
        return false;
    }
    return strspn(name + START_BYTES, "0123456789abcdef") == DIGITS;
}

static bool name_draft(char name[NAME_BYTES])
{
    uint64_t number = 0;
    ssize_t got = 0;
    do {
        got = getrandom(&number, sizeof number, 0);
    } while (got < 0 && errno == EINTR);
    snprintf(name, NAME_BYTES, DRAFT_START "%016" PRIx64 DRAFT_END, number);
    return got == (ssize_t)sizeof number;
}

/* Takes the lock. False where a sweep of another run had taken it before, and
 * removed what it took for nobody's. A file system without locks has no
 * sweeps either. */
static bool hold(int file)
{
    while (flock(file, LOCK_EX) != 0 && errno == EINTR) {
    }
    struct stat found;
    return fstat(file, &found) != 0 || found.st_nlink != 0;
}

static int open_draft(int folder, char name[NAME_BYTES])
{
    for (int attempt = 0; attempt < TRIES_MAX; attempt++) {
        if (!name_draft(name)) {
            return -1;
        }
        int file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                          (mode_t)0666);
        if (file < 0 && (errno == EEXIST || errno == EINTR)) {
            continue;
        }
        if (file < 0 || hold(file)) {
            return file;
        }
        close(file);
    }
    errno = EEXIST;
    return -1;
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
            errno = wrote == 0 ? EIO : errno;
            return false;
        }
        done += (size_t)wrote;
    }
    return true;
}

/* Closing tells of a disk that is full behind a network; the second
 * descriptor holds the lock until the draft has its name. */
static bool finish(int folder, int file, const char *draft, const char *name)
{
    int held = fcntl(file, F_DUPFD_CLOEXEC, 0);
    int error = held < 0 ? errno : 0;
    if (close(file) != 0 && error == 0) {
        error = errno;
    }
    if (error == 0 && renameat(folder, draft, folder, name) != 0) {
        error = errno;
    }
    if (held >= 0) {
        close(held);
    }
    errno = error;
    return error == 0;
}

bool draft_replace(int folder, const char *name, bell_string bytes,
                   const mode_t *mode)
{
    char draft[NAME_BYTES];
    int file = open_draft(folder, draft);
    if (file < 0) {
        return false;
    }
    bool good =
        write_all(file, bytes) && (mode == NULL || fchmod(file, *mode) == 0);
    int error = errno;
    if (good) {
        good = finish(folder, file, draft, name);
        error = errno;
    } else {
        close(file);
    }
    if (!good) {
        unlinkat(folder, draft, 0);
    }
    errno = error;
    return good;
}

static void sweep_one(int folder, const char *name)
{
    int file =
        openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) {
        return;
    }
    if (flock(file, LOCK_EX | LOCK_NB) == 0) {
        unlinkat(folder, name, 0);
    }
    close(file);
}

void draft_sweep(int folder)
{
    int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = copy >= 0 ? fdopendir(copy) : NULL;
    if (entries == NULL) {
        if (copy >= 0) {
            close(copy);
        }
        return;
    }
    const struct dirent *entry = readdir(entries);
    while (entry != NULL) {
        if (draft_is(entry->d_name)) {
            sweep_one(folder, entry->d_name);
        }
        entry = readdir(entries);
    }
    closedir(entries);
}
