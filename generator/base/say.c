/* say.c: why a file or folder cannot be used, as one sentence. It knows no
 * disk. */
#include "base/say.h"

#include <stdio.h>

enum { SHOWN_MAX = 180 };

void file_say(char wrong[FILE_WRONG_MAX], const char *verb, const char *path,
              const char *reason)
{
    size_t size = strlen(path);
    bool cut = size > SHOWN_MAX;
    snprintf(wrong, FILE_WRONG_MAX, "cannot %s %s%s: %s", verb,
             cut ? "..." : "", cut ? path + size - SHOWN_MAX : path, reason);
}
