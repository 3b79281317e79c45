/* draft.h: the new text of a file, under a name of its own until it is whole.
 * It knows no paths: only an open folder and a name in it. */
#ifndef GENERATOR_BASE_DRAFT_H
#define GENERATOR_BASE_DRAFT_H

#include <bell/bell.h>

#include <sys/types.h>

/* Makes `name` in the folder hold these bytes: writes a draft beside it and
 * renames that, so that everybody always finds the old text or the new one.
 * What was there, a link too, is replaced and not written through. `mode`
 * NULL: as the umask says. False: errno, and nothing changed. */
bool draft_replace(int folder, const char *name, bell_string bytes,
                   const mode_t *mode);

/* Whether a name is one that drafts have: ".bellpull-<16 hex digits>.new". */
bool draft_is(const char *name);

/* Removes the drafts in the folder whose writer is gone, as after kill -9.
 * One that is being written right now stays. */
void draft_sweep(int folder);

#endif
