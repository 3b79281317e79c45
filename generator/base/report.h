/* report.h: prints collected messages, for people and for programs. It knows
 * no schema. */
#ifndef GENERATOR_BASE_REPORT_H
#define GENERATOR_BASE_REPORT_H

#include <stdio.h>

#include "base/diag.h"

/* Prints the first DIAG_SHOWN_MAX in the order of their places, each with its
 * line and a caret, then how many there are. Nothing where there are none.
 *
 *   tasks.yaml:12:7: error[E031]: types.Task.fields.id: there is no type ... */
void report_diags(const struct diags *diags, FILE *out);

/* Those that were kept, by file, line and column. Gives how many. */
size_t report_sort(const struct diags *diags,
                   const struct diag *sorted[DIAG_KEPT_MAX]);

/* One document each, also where there is nothing to tell.
 *   {"count":1,"errors":[{"code","file","line","column","path","message",
 *                         "second":{"file","line","column","message"}}]}
 * `line` and `column` are left out where the file as a whole is meant. */
void report_json(const struct diags *diags, FILE *out);

/* SARIF 2.1.0, with all that were kept. */
void report_sarif(const struct diags *diags, FILE *out);

#endif
