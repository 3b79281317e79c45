/* command.h: what a command of the driver's says. It knows no client. */
#ifndef TESTS_CONFORMANCE_COMMAND_H
#define TESTS_CONFORMANCE_COMMAND_H

#include <bell/bell.h>
#include <cjson/cJSON.h>

enum { HEADERS_MAX = 8 };

/* NULL, 0 or false where it is not said. */
const char *text_of(const cJSON *from, const char *name);
int64_t number_of(const cJSON *from, const char *name);
bool is_true(const cJSON *from, const char *name);

/* The options that are texts and numbers; the texts are the command's, which
 * is cut up, and the headers live in `headers`. */
bell_options read_options(const cJSON *open, bell_header headers[HEADERS_MAX]);

#endif
