/* ws_line.c: what a WebSocket line forgets when it begins anew, and how it
 * ends. It knows no frames. */
#include "transport/ws_line.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void bell__ws_renew(struct bell__ws *ws)
{
    bell__loop_take_back(ws->loop, &ws->in);
    ws->in_at = 0;
    ws->readable = false;
    ws->broken = 0;
    ws->message.size = 0;
    ws->in_message = false;
    ws->checked = 0;
    ws->message_lent = false;
    bell__outbox_clear(&ws->out);
    ws->out_span = 0;
    ws->out_at = 0;
    ws->control.size = 0;
    ws->control_at = 0;
    ws->close_at = SIZE_MAX;
    ws->settled = 0;
    memset(&ws->answer, 0, sizeof ws->answer);
    ws->interims = 0;
    ws->chosen = (bell_string){NULL, 0};
    ws->head.written = 0;
    ws->head.idle = false;
    ws->head.heard = false;
    memset(&ws->head.end, 0, sizeof ws->head.end);
}

void bell__ws_down(struct bell__ws *ws, int32_t code, int os_error,
                   const char *format, ...)
{
    if (ws->phase == BELL__PHASE_DOWN) {
        return;
    }
    bell__connection_stop(&ws->connection);
    ws->phase = BELL__PHASE_DOWN;
    ws->readable = false;
    ws->head.line = BELL__LINE_DOWN;
    ws->head.idle = false;
    ws->head.end.code = code;
    ws->head.end.os_error = os_error;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(ws->head.end.text, sizeof ws->head.end.text, format, arguments);
    va_end(arguments);
    bell__loop_due(ws->loop, ws->guest);
}
