/* report.h: what a decoder's failure says to people. */
#ifndef BELL__RECORD_REPORT_H
#define BELL__RECORD_REPORT_H

#include "record/decode.h"

/* Fills *error (may be NULL); gives its status. */
bell_status bell__report_decode(struct bell__decoder *decoder, const char *root,
                                bell_error *error);

#endif
