/* tell.c: errors, as large as the program's header has them. */
#include "websocket/websocket.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static size_t size_of(const struct bell_ws *ws)
{
    return ws->error_size < sizeof(bell_error) ? ws->error_size
                                               : sizeof(bell_error);
}

void bell__websocket_clear(const struct bell_ws *ws, bell_error *error)
{
    if (error != NULL) {
        memset(error, 0, size_of(ws));
    }
}

bell_status bell__websocket_tell(const struct bell_ws *ws, bell_error *error,
                                 const bell_error *from)
{
    if (error != NULL) {
        memcpy(error, from, size_of(ws));
    }
    return from->status;
}

bell_status bell__websocket_fail(const struct bell_ws *ws, bell_error *error,
                                 bell_status status, bell_origin origin,
                                 const char *format, ...)
{
    bell_error whole;
    memset(&whole, 0, sizeof whole);
    whole.status = status;
    whole.origin = origin;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(whole.message, sizeof whole.message, format, arguments);
    va_end(arguments);
    return bell__websocket_tell(ws, error, &whole);
}
