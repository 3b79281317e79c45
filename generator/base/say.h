/* say.h: why a file or folder cannot be used, as one sentence. It knows no
 * disk. */
#ifndef GENERATOR_BASE_SAY_H
#define GENERATOR_BASE_SAY_H

#include <bell/bell.h>

enum { FILE_WRONG_MAX = 320 };

/* "cannot <verb> <path>: <reason>"; of a long path its end. */
void file_say(char wrong[FILE_WRONG_MAX], const char *verb, const char *path,
              const char *reason);

#endif
