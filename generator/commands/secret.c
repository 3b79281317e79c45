/* secret.c: see secret.h. */
#include "commands/secret.h"

#include <stdio.h>

#include "base/file.h"

bool secret_read(const char *path, struct bell__arena *arena,
                 bell_string *secret)
{
    char wrong[FILE_WRONG_MAX];
    bell_string bytes = {NULL, 0};
    if (!file_read(path, arena, &bytes, wrong)) {
        fprintf(stderr, "bellpull: %s\n", wrong);
        return false;
    }
    size_t size = bytes.size;
    while (size > 0 &&
           (bytes.text[size - 1] == '\n' || bytes.text[size - 1] == '\r')) {
        size--;
    }
    char *text = bell__arena_take(arena, size + 1);
    if (text == NULL) {
        fprintf(stderr, "bellpull: out of memory\n");
        return false;
    }
    if (size != 0) {
        memcpy(text, bytes.text, size);
    }
    text[size] = '\0';
    *secret = (bell_string){text, size};
    return true;
}
