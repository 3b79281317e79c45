/* report.h: prints collected messages for people. It knows no schema. */
#ifndef GENERATOR_BASE_REPORT_H
#define GENERATOR_BASE_REPORT_H

#include <stdio.h>

#include "base/diag.h"

/* Prints the first DIAG_SHOWN_MAX in the order of their places, each with its
 * line and a caret, then how many there are. Nothing where there are none.
 *
 *   tasks.yaml:12:7: error[E031]: types.Task.fields.id: there is no type ... */
void report_diags(const struct diags *diags, FILE *out);

#endif
