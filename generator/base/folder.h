/* folder.h: an open folder, and the folders below it. It knows no files. A
 * descriptor is the caller's to close; -1 where there is none. */
#ifndef GENERATOR_BASE_FOLDER_H
#define GENERATOR_BASE_FOLDER_H

#include <bell/bell.h>

#include "base/say.h"

enum folder_need {
    FOLDER_LOOK, /* one that is not there is no failure: -1, `wrong` empty */
    FOLDER_MAKE  /* makes it, and those above */
};

/* The folder of that path, as a user names it: links are followed. */
int folder_open(const char *path, enum folder_need need,
                char wrong[FILE_WRONG_MAX]);

/* The folder `inside` below one that is open, parts between '/', "" for
 * itself. No link is followed, so nothing gets out. `shown` is the path of
 * `folder` in messages. */
int folder_enter(int folder, const char *shown, bell_string inside,
                 enum folder_need need, char wrong[FILE_WRONG_MAX]);

#endif
