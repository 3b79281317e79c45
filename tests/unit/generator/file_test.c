/* file_test.c: files are written whole or not at all, and only where they
 * change. */
#include "base/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "unit/check.h"

static char folder[] = "file_test.XXXXXX";
static struct bell__arena arena;

static size_t count_files(const char *path)
{
    size_t count = 0;
    DIR *opened = opendir(path);
    const struct dirent *entry;
    while (opened != NULL && (entry = readdir(opened)) != NULL) {
        count += entry->d_name[0] != '.' ? 1 : 0;
    }
    if (opened != NULL) {
        closedir(opened);
    }
    return count;
}

static void write_only_changes(void)
{
    char path[100];
    char wrong[FILE_WRONG_MAX];
    struct stat before;
    struct stat after;
    snprintf(path, sizeof path, "%s/a/b/c.txt", folder);
    CHECK_INT(FILE_CREATED, file_write(path, BELL_STR("x"), &arena, wrong));
    CHECK_INT(0, stat(path, &before));
    CHECK_INT(FILE_SAME, file_write(path, BELL_STR("x"), &arena, wrong));
    CHECK_INT(0, stat(path, &after));
    CHECK(before.st_ino == after.st_ino);
    CHECK_INT(0, chmod(path, 0640));
    CHECK_INT(FILE_CHANGED, file_write(path, BELL_STR("y"), &arena, wrong));
    CHECK_INT(0, stat(path, &after));
    CHECK_INT(0640, after.st_mode & 0777);
    CHECK_INT(FILE_CHANGED, file_write(path, BELL_STR(""), &arena, wrong));
    bell_string bytes;
    CHECK(file_read(path, &arena, &bytes, wrong));
    CHECK_INT(0, bytes.size);
    snprintf(path, sizeof path, "%s/a/b", folder);
    CHECK_INT(1, count_files(path));
}

static void refuse(void)
{
    char path[100];
    char wrong[FILE_WRONG_MAX];
    bell_string bytes;
    bool there = true;
    snprintf(path, sizeof path, "%s/none", folder);
    CHECK(!file_read(path, &arena, &bytes, wrong));
    CHECK(strstr(wrong, "No such file") != NULL);
    CHECK(file_read_if(path, &arena, &bytes, &there, wrong) && !there);
    CHECK(!file_read(folder, &arena, &bytes, wrong));
    CHECK(strstr(wrong, "Is a directory") != NULL);
    CHECK_INT(FILE_FAILED, file_write(folder, bytes, &arena, wrong));
    CHECK_INT(FILE_CREATED, file_write(path, BELL_STR("x"), &arena, wrong));
    snprintf(path, sizeof path, "%s/none/under", folder);
    CHECK_INT(FILE_FAILED, file_write(path, bytes, &arena, wrong));
    CHECK(strstr(wrong, "Not a directory") != NULL);
}

static void list_sorted(void)
{
    char path[100];
    char wrong[FILE_WRONG_MAX];
    const char *const *paths = NULL;
    size_t count = 9;
    static const char *const names[] = {"b.yaml", "a.yaml", ".c.yaml", "d.json",
                                        ".yaml"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/list/%s", folder, names[i]);
        CHECK_INT(FILE_CREATED, file_write(path, BELL_STR("x"), &arena, wrong));
    }
    snprintf(path, sizeof path, "%s/list", folder);
    CHECK(file_list(path, ".yaml", &arena, &paths, &count, wrong));
    CHECK_INT(2, count);
    CHECK(strstr(paths[0], "/a.yaml") != NULL);
    snprintf(path, sizeof path, "%s/nowhere", folder);
    CHECK(file_list(path, ".yaml", &arena, &paths, &count, wrong));
    CHECK_INT(0, count);
}

/* A file that says no size: read to its end. */
static void read_without_size(void)
{
    char wrong[FILE_WRONG_MAX];
    bell_string bytes;
    CHECK(file_read("/proc/self/status", &arena, &bytes, wrong));
    CHECK(bytes.size > 100 && bytes.text[bytes.size] == '\0');
    CHECK(!file_read("/dev/zero", &arena, &bytes, wrong));
    CHECK(strstr(wrong, "larger than 64 MiB") != NULL);
}

int main(void)
{
    char command[100];
    bell__arena_open(&arena, &bell__memory_default, 0);
    CHECK(mkdtemp(folder) != NULL);
    write_only_changes();
    refuse();
    list_sorted();
    read_without_size();
    bell__arena_close(&arena);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    CHECK_INT(0, system(command));
    return check_report();
}
