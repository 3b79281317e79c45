/* error.c: fills a bell_error. */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/tame.h"

static const char *const status_names[] = {
    "ok",       "invalid",   "no_memory",    "limit",   "reentrant", "closed",
    "deadline", "cancelled", "disconnected", "refused", "bad_reply", "terminal",
};

const char *bell_status_name(bell_status status)
{
    size_t count = sizeof status_names / sizeof status_names[0];
    if ((size_t)status >= count) {
        return "unknown status";
    }
    return status_names[status];
}

bell_status bell__error_set(bell_error *error, bell_status status,
                            bell_origin origin, const char *format, ...)
{
    if (error == NULL) {
        return status;
    }
    memset(error, 0, sizeof *error);
    error->status = status;
    error->origin = origin;
    va_list arguments;
    va_start(arguments, format);
    int size =
        vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    if (size < 0) {
        error->message[0] = '\0';
    } else if ((size_t)size >= sizeof error->message) {
        bell__tame(error->message); /* it may end within a character */
    }
    return status;
}

void bell__error_clear(bell_error *error)
{
    if (error != NULL) {
        memset(error, 0, sizeof *error);
    }
}

void bell__error_method(bell_error *error, const char *name, size_t size)
{
    size = bell__cut((bell_string){name, size}, sizeof error->method - 1);
    memcpy(error->method, name, size);
    error->method[size] = '\0';
}
