/* file.h: whole files in and out. It knows no formats. Every function that
 * fails gives false and writes a sentence into `wrong`, without a newline. */
#ifndef GENERATOR_BASE_FILE_H
#define GENERATOR_BASE_FILE_H

#include <bell/bell.h>

#include "base/arena.h"
#include "base/say.h"

enum { FILE_BYTES_MAX = 64 * 1024 * 1024 };

enum file_result {
    FILE_FAILED,
    FILE_SAME, /* the bytes stood there already: nothing was touched */
    FILE_CREATED,
    FILE_CHANGED
};

/* The whole file, NUL-terminated, in the arena; "-" is standard input. At
 * most FILE_BYTES_MAX. */
bool file_read(const char *path, struct bell__arena *arena, bell_string *bytes,
               char wrong[FILE_WRONG_MAX]);

/* The same, but nothing that is no plain file: no pipe that would wait, no
 * device without end. */
bool file_read_plain(const char *path, struct bell__arena *arena,
                     bell_string *bytes, char wrong[FILE_WRONG_MAX]);

/* Whether a path lies in a folder, at any depth; both as realpath() gives them.
 */
bool file_is_below(const char *folder, const char *path);

/* As file_read, but a file that is not there is no failure: *there is false.
 */
bool file_read_if(const char *path, struct bell__arena *arena,
                  bell_string *bytes, bool *there, char wrong[FILE_WRONG_MAX]);

/* The same of `name` in an open folder, and only of plain files: nothing that
 * would wait. `shown` is its path in messages. */
bool file_read_in(int folder, const char *name, const char *shown,
                  struct bell__arena *arena, bell_string *bytes, bool *there,
                  char wrong[FILE_WRONG_MAX]);

/* Makes the file hold these bytes: by a draft beside it that is renamed, so
 * that nobody ever sees half of it; only where the bytes differ. A file keeps
 * its mode; a link is replaced and not written through. */
enum file_result file_write_in(int folder, const char *name, const char *shown,
                               bell_string bytes, struct bell__arena *arena,
                               char wrong[FILE_WRONG_MAX]);

/* The same by a path. Makes the folders on the way, and removes drafts beside
 * it whose writer is gone. */
enum file_result file_write(const char *path, bell_string bytes,
                            struct bell__arena *arena,
                            char wrong[FILE_WRONG_MAX]);

/* The paths that match, sorted by bytes: `folder`/ *`ending`. A folder that
 * is not there is empty. */
bool file_list(const char *folder, const char *ending,
               struct bell__arena *arena, const char *const **paths,
               size_t *count, char wrong[FILE_WRONG_MAX]);

/* The names of the folders in a folder, sorted by bytes, without those that
 * start with a dot. A folder that is not there is an error. */
bool file_folders(const char *folder, struct bell__arena *arena,
                  const char *const **names, size_t *count,
                  char wrong[FILE_WRONG_MAX]);

/* Whether there is anything by that name. */
bool file_is_there(const char *path);

#endif
