/* depfile.c: what a plan's files were made of, for build systems. It knows no
 * schema. The escapes are those that gcc -MD writes, and that both make and
 * ninja read. */
#include "output/depfile.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/memory.h"

struct writer {
    struct bell__buf out;
    bell_status status;
    const char *unspeakable; /* a path that no depfile can hold */
};

static void put(struct writer *writer, const char *text, size_t size)
{
    if (writer->status == BELL_OK) {
        writer->status = bell__buf_append(&writer->out, text, size);
    }
}

/* Backslashes stand for themselves but before a space and at the end, where
 * they are said twice. */
static void put_backslashes(struct writer *writer, const char *path, size_t at)
{
    while (at > 0 && path[at - 1] == '\\') {
        put(writer, "\\", 1);
        at--;
    }
}

static void put_path(struct writer *writer, const char *path)
{
    size_t i = 0;
    for (; path[i] != '\0'; i++) {
        char byte = path[i];
        if (byte == '\n' || byte == '\r') {
            writer->unspeakable = path;
            return;
        }
        if (byte == ' ' || byte == '\t') {
            put_backslashes(writer, path, i);
        }
        if (byte == ' ' || byte == '\t' || byte == '#' || byte == ':') {
            put(writer, "\\", 1);
        } else if (byte == '$') {
            put(writer, "$", 1);
        }
        put(writer, &byte, 1);
    }
    put_backslashes(writer, path, i);
}

static void put_all(struct writer *writer, const struct plan *plan,
                    const char *folder)
{
    const char *before = "";
    for (const struct planned_file *at = plan->first; at != NULL;
         at = at->next) {
        const char *path = output_path(plan->arena, folder, at->path);
        if (path == NULL) {
            writer->status = BELL_NO_MEMORY;
            return;
        }
        put(writer, before, strlen(before));
        put_path(writer, path);
        before = " \\\n ";
    }
    put(writer, ":", plan->first != NULL ? 1 : 0);
    for (const struct plan_source *at = plan->sources;
         at != NULL && plan->first != NULL; at = at->next) {
        put(writer, " \\\n ", 4);
        put_path(writer, at->path);
    }
    put(writer, "\n", 1);
}

bool depfile_write(const struct plan *plan, const char *folder,
                   const char *path, char wrong[FILE_WRONG_MAX])
{
    struct writer writer = {.status = BELL_OK};
    bell__buf_open(&writer.out, &bell__memory_default, 0);
    put_all(&writer, plan, folder);
    bell_string text = {writer.out.bytes, writer.out.size};
    bool good = writer.status == BELL_OK && writer.unspeakable == NULL;
    if (good) {
        good = file_write(path, text, plan->arena, wrong) != FILE_FAILED;
    } else if (writer.unspeakable != NULL) {
        file_say(wrong, "name in a depfile", writer.unspeakable,
                 "it contains a line break");
    } else {
        snprintf(wrong, FILE_WRONG_MAX, "out of memory");
    }
    bell__buf_close(&writer.out);
    return good;
}
