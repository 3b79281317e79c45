/* path.c: where in a value something is wrong. */
#include "record/path.h"

#include "base/tame.h"
#include "json/write.h"

enum { DOTS = 3 };

void bell__path_open(struct bell__path *path)
{
    path->start = BELL__PATH_BYTES - 1; /* leaves a place for the NUL */
    path->cut = false;
}

/* As much of the text's end as fits, and no half of a code point. */
static void put(struct bell__path *path, const char *text, size_t size)
{
    if (path->cut) {
        return;
    }
    size_t room = path->start - DOTS;
    size_t left_out = size > room ? size - room : 0;
    path->cut = left_out != 0;
    while (path->cut && left_out < size && (text[left_out] & 0xC0) == 0x80) {
        left_out++;
    }
    path->start -= size - left_out;
    memcpy(path->text + path->start, text + left_out, size - left_out);
}

void bell__path_field(struct bell__path *path, bell_string name)
{
    put(path, name.text, name.size);
    put(path, ".", 1);
}

void bell__path_index(struct bell__path *path, size_t index)
{
    char text[BELL__JSON_INT_MAX];
    char *end = bell__json_put_uint64(text, index);
    put(path, "]", 1);
    put(path, text, (size_t)(end - text));
    put(path, "[", 1);
}

void bell__path_key(struct bell__path *path, bell_string key)
{
    put(path, "\"]", 2);
    if (key.size != 0) {
        put(path, key.text, key.size);
    }
    put(path, "[\"", 2);
}

void bell__path_close(struct bell__path *path, const char *root, char *out)
{
    put(path, root, strlen(root));
    if (path->start < BELL__PATH_BYTES - 1 && root[0] == '\0' &&
        path->text[path->start] == '.') {
        path->start++;
    }
    size_t dots = path->cut ? DOTS : 0;
    size_t size = BELL__PATH_BYTES - 1 - path->start;
    memcpy(out, "...", dots);
    memcpy(out + dots, path->text + path->start, size);
    out[dots + size] = '\0';
    bell__tame(out);
}
