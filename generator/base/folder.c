/* folder.c: an open folder, and the folders below it. It knows no files. */
#include "base/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_FLAGS = O_RDONLY | O_DIRECTORY | O_CLOEXEC };

static int open_folder(int at, const char *path, int flags)
{
    int folder = -1;
    do {
        folder = openat(at, path, OPEN_FLAGS | flags);
    } while (folder < 0 && errno == EINTR);
    return folder;
}

/* What is there instead of a folder; NULL where that is not the trouble. */
static const char *instead(int at, const char *path)
{
    struct stat found;
    if (fstatat(at, path, &found, AT_SYMLINK_NOFOLLOW) != 0) {
        return NULL;
    }
    if (S_ISLNK(found.st_mode)) {
        return fstatat(at, path, &found, 0) == 0
                   ? "it is a symbolic link, which is not followed"
                   : "it is a symbolic link to nothing";
    }
    return S_ISDIR(found.st_mode) ? NULL : "a file with that name exists";
}

static int refuse(int at, const char *path, const char *shown, int error,
                  char *wrong)
{
    const char *found = instead(at, path);
    file_say(wrong, "use the folder", shown,
             found != NULL ? found : strerror(error));
    return -1;
}

/* Makes and opens one folder; another run may make it at the same time. */
static int make_one(int at, const char *path, const char *shown, int flags,
                    char *wrong)
{
    if (mkdirat(at, path, 0777) != 0 && errno != EEXIST) {
        return refuse(at, path, shown, errno, wrong);
    }
    int folder = open_folder(at, path, flags);
    return folder >= 0 ? folder : refuse(at, path, shown, errno, wrong);
}

/* The folders above `path`, which is cut and mended on the way. */
static bool make_above(char *path, char *wrong)
{
    for (char *at = path + 1; *at != '\0'; at++) {
        if (*at != '/') {
            continue;
        }
        *at = '\0';
        int folder = make_one(AT_FDCWD, path, path, 0, wrong);
        *at = '/';
        if (folder < 0) {
            return false;
        }
        close(folder);
    }
    return true;
}

int folder_open(const char *path, enum folder_need need,
                char wrong[FILE_WRONG_MAX])
{
    char copy[PATH_MAX];
    wrong[0] = '\0';
    int folder = open_folder(AT_FDCWD, path, 0);
    int error = errno;
    if (folder >= 0) {
        return folder;
    }
    if (error != ENOENT || strlen(path) >= sizeof copy) {
        return refuse(AT_FDCWD, path, path,
                      error == ENOENT ? ENAMETOOLONG : error, wrong);
    }
    if (need == FOLDER_LOOK) {
        return instead(AT_FDCWD, path) == NULL
                   ? -1
                   : refuse(AT_FDCWD, path, path, error, wrong);
    }
    memcpy(copy, path, strlen(path) + 1);
    return make_above(copy, wrong) ? make_one(AT_FDCWD, path, path, 0, wrong)
                                   : -1;
}

/* The path to a part, for messages. */
static void show(char room[PATH_MAX], const char *shown, bell_string inside)
{
    snprintf(room, PATH_MAX, "%s/%.*s", shown, (int)inside.size, inside.text);
}

/* One part further; closes where it came from. */
static int step(int from, bell_string inside, bell_string part,
                const char *shown, enum folder_need need, char *wrong)
{
    char name[NAME_MAX + 1] = "";
    char path[PATH_MAX];
    bell_string until = {inside.text,
                         (size_t)(part.text - inside.text) + part.size};
    show(path, shown, until);
    int folder = -1;
    if (part.size > NAME_MAX) {
        file_say(wrong, "use the folder", path, strerror(ENAMETOOLONG));
    } else {
        memcpy(name, part.text, part.size);
        folder = open_folder(from, name, O_NOFOLLOW);
        int error = errno;
        if (folder < 0 && error == ENOENT && need == FOLDER_MAKE) {
            folder = make_one(from, name, path, O_NOFOLLOW, wrong);
        } else if (folder < 0 && error != ENOENT) {
            refuse(from, name, path, error, wrong);
        }
    }
    close(from);
    return folder;
}

int folder_enter(int folder, const char *shown, bell_string inside,
                 enum folder_need need, char wrong[FILE_WRONG_MAX])
{
    wrong[0] = '\0';
    int at = open_folder(folder, ".", 0);
    if (at < 0) {
        file_say(wrong, "use the folder", shown, strerror(errno));
    }
    size_t start = 0;
    for (size_t i = 0; i <= inside.size && at >= 0; i++) {
        if (i < inside.size && inside.text[i] != '/') {
            continue;
        }
        bell_string part = {inside.text + start, i - start};
        if (part.size != 0) {
            at = step(at, inside, part, shown, need, wrong);
        }
        start = i + 1;
    }
    return at;
}
