/* mistakes.h: how mistakes are told: what --format says of it. It knows not
 * whose mistakes they are. */
#ifndef GENERATOR_COMMANDS_MISTAKES_H
#define GENERATOR_COMMANDS_MISTAKES_H

#include <stdbool.h>

#include "base/diag.h"

/* A KIND of --format; NULL, also below: not said, so text. False where there
 * is no such: a sentence is on stderr. */
bool mistakes_know(const char *format);

/* True where a document for programs is all that is printed. */
bool mistakes_are_document(const char *format);

/* Text to stderr; a document to stdout, also where there is no mistake. */
void mistakes_tell(const struct diags *diags, const char *format);

#endif
