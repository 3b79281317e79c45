/* templates_folders.c: what the words behind `bellpull templates` share: the
 * folder that the user names, and how a mistake is told. */
#include "commands/templates.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

int templates_tell(int code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("bellpull: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    return code;
}

const char *const *templates_folders(const struct words *words,
                                     struct bell__arena *arena, int *code)
{
    char wrong[FILE_WRONG_MAX];
    const char *const *folders = NULL;
    size_t count = 0;
    if (words->count != 2) {
        *code = templates_tell(EXIT_USAGE,
                               "name one folder: bellpull templates "
                               "%s DIR",
                               words->at[0]);
        return NULL;
    }
    const char *folder = words->at[1];
    if (!file_folders(folder, arena, &folders, &count, wrong)) {
        *code = templates_tell(EXIT_FILES, "%s", wrong);
        return NULL;
    }
    const char **ended = bell__arena_take(arena, (count + 1) * sizeof *ended);
    if (ended == NULL || count == 0) {
        *code = ended == NULL
                    ? templates_tell(EXIT_FILES, "out of memory")
                    : templates_tell(
                          EXIT_SCHEMA,
                          "%s contains no folder of a language, such as %s/c",
                          folder, folder);
        return NULL;
    }
    memcpy(ended, folders, count * sizeof *ended);
    ended[count] = NULL;
    return ended;
}
