/* environment.h: what the variables of the environment say of a client. */
#ifndef BELL__CLIENT_ENVIRONMENT_H
#define BELL__CLIENT_ENVIRONMENT_H

#include "bell/bell.h"

/* What is not said has the built-in values. */
struct bell__environment {
    int64_t deadline_ms;   /* of calls for which nobody else says one: 30,000 */
    bell_level level_max;  /* more than this is not handed to the log: DEBUG */
    bell_level call_level; /* of calls and good replies: DEBUG */
};

/* The built-in values. */
void bell__environment_open(struct bell__environment *environment);

/* Reads PREFIX_ACK_TIMEOUT, _LOG_LEVEL and _LOG_ALL_CALLS; an empty variable
 * says nothing. BELL_INVALID and *error, with the variable's name and never its
 * value, where one cannot be. */
bell_status bell__environment_read(struct bell__environment *environment,
                                   const char *prefix, bell_error *error);

/* The url, from PREFIX_URL; NULL: none. It is the environment's. */
const char *bell__environment_url(const char *prefix);

#endif
