/* environment.c: variables that replace what is built in. Options and schemas
 * come before them. It knows no client. */
#include "client/environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"

enum { NAME_BYTES_MAX = 64, SECONDS_MOST = 1000000000 };

struct word {
    const char *text;
    int value;
};

static const struct word levels[] = {
    {"DEBUG", BELL_LEVEL_DEBUG},  {"INFO", BELL_LEVEL_INFO},
    {"WARNING", BELL_LEVEL_WARN}, {"WARN", BELL_LEVEL_WARN},
    {"ERROR", BELL_LEVEL_ERROR},  {NULL, 0},
};

static const struct word switches[] = {
    {"true", BELL_LEVEL_INFO},
    {"1", BELL_LEVEL_INFO},
    {"false", BELL_LEVEL_DEBUG},
    {"0", BELL_LEVEL_DEBUG},
    {NULL, 0},
};

/* PREFIX_NAME's value; NULL where it is not set, or empty. */
static const char *variable(const char *prefix, const char *name)
{
    char whole[NAME_BYTES_MAX];
    snprintf(whole, sizeof whole, "%s_%s", prefix, name);
    const char *value = getenv(whole);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

static bell_status refuse(const char *prefix, const char *name,
                          const char *wanted, bell_error *error)
{
    return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                           "options: $%s_%s is not %s", prefix, name, wanted);
}

/* False where it is none of the words. */
static bool find(const struct word *words, const char *text, bell_level *value)
{
    while (words->text != NULL && strcasecmp(words->text, text) != 0) {
        words++;
    }
    if (words->text != NULL) {
        *value = (bell_level)words->value;
    }
    return words->text != NULL;
}

/* Digits alone, from 1 on. */
static bool read_seconds(const char *text, int64_t *ms)
{
    int64_t seconds = 0;
    for (; *text >= '0' && *text <= '9' && seconds <= SECONDS_MOST; text++) {
        seconds = seconds * 10 + (*text - '0');
    }
    *ms = seconds * 1000;
    return *text == '\0' && seconds >= 1 && seconds <= SECONDS_MOST;
}

void bell__environment_open(struct bell__environment *environment)
{
    environment->deadline_ms = 30000;
    environment->level_max = BELL_LEVEL_DEBUG;
    environment->call_level = BELL_LEVEL_DEBUG;
}

bell_status bell__environment_read(struct bell__environment *environment,
                                   const char *prefix, bell_error *error)
{
    const char *value = variable(prefix, "ACK_TIMEOUT");
    if (value != NULL && !read_seconds(value, &environment->deadline_ms)) {
        return refuse(prefix, "ACK_TIMEOUT",
                      "a number of seconds from 1 to 1000000000", error);
    }
    value = variable(prefix, "LOG_LEVEL");
    if (value != NULL && !find(levels, value, &environment->level_max)) {
        return refuse(prefix, "LOG_LEVEL", "one of DEBUG, INFO, WARNING, ERROR",
                      error);
    }
    value = variable(prefix, "LOG_ALL_CALLS");
    if (value != NULL && !find(switches, value, &environment->call_level)) {
        return refuse(prefix, "LOG_ALL_CALLS", "true or false", error);
    }
    return BELL_OK;
}

const char *bell__environment_url(const char *prefix)
{
    return variable(prefix, "URL");
}
