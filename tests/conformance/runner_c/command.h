/* command.h: what a command of the driver's says. It knows no client. */
#ifndef TESTS_CONFORMANCE_COMMAND_H
#define TESTS_CONFORMANCE_COMMAND_H

#include <bell/bell.h>
#include <cjson/cJSON.h>

enum { HEADERS_MAX = 8, URLS_MAX = 80 };

/* NULL, 0 or false where it is not said. */
const char *text_of(const cJSON *from, const char *name);
int64_t number_of(const cJSON *from, const char *name);
bool is_true(const cJSON *from, const char *name);

/* Where lists of options live. */
struct lists {
    bell_header headers[HEADERS_MAX];
    const char *urls[URLS_MAX];
};

/* The options that are texts and numbers; the texts are the command's, which
 * is cut up. */
bell_options read_options(const cJSON *open, struct lists *lists);

/* "ROLE=TOKEN" is for that role alone: gives what is behind it, or NULL. */
const char *for_role(const char *token, const char *role);

#endif
