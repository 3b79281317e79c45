/* text.h: what all readers refuse before they look, and the work on maps that
 * they share. It knows no format. */
#ifndef GENERATOR_READ_TEXT_H
#define GENERATOR_READ_TEXT_H

#include "read/read.h"

/* False where the text is not UTF-8 or is empty; `diags` says so. */
bool read_text(const struct source *source, struct diags *diags);

/* Complains of every key of a map that was there before. */
void read_check_keys(const struct node *map, struct bell__arena *arena,
                     struct diags *diags);

#endif
