/* http.c: exchanges of HTTP/1.1 as a transport: from open to close, frames out
 * and in. It knows no connections: lines do. */
#include "transport/http.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "transport/http_line.h"

enum { TURN_BYTES_MAX = 4 * 1024 * 1024 };

static struct bell__http *self(struct bell__transport *transport)
{
    return (struct bell__http *)(void *)transport;
}

static bell_status http_open(struct bell__transport *transport)
{
    struct bell__http *http = self(transport);
    assert(transport->line == BELL__LINE_DOWN);
    transport->line = BELL__LINE_UP;
    transport->idle = true;
    transport->heard = false;
    memset(&transport->end, 0, sizeof transport->end);
    http->budget = TURN_BYTES_MAX;
    bell__loop_due(http->options.loop, http->options.guest);
    return BELL_OK;
}

/* ---- Out -------------------------------------------------------------------
 */

/* NULL: no memory; but then one is in use, and is spare when it has ended. */
static struct bell__http_batch *take_batch(struct bell__http *http)
{
    struct bell__http_batch *batch = http->spare;
    if (batch != NULL) {
        http->spare = batch->next_spare;
        return batch;
    }
    batch = bell__memory_take(http->options.memory, sizeof *batch);
    if (batch != NULL) {
        memset(batch, 0, sizeof *batch);
        bell__outbox_open(&batch->out, http->options.memory, 0);
    }
    return batch;
}

static void http_send(struct bell__transport *transport,
                      struct bell__outbox *outbox)
{
    struct bell__http *http = self(transport);
    if (transport->line != BELL__LINE_UP || !transport->idle) {
        return;
    }
    struct bell__http_batch *batch = take_batch(http);
    if (batch == NULL) {
        return;
    }
    struct bell__outbox empty = batch->out;
    batch->out = *outbox;
    *outbox = empty;
    batch->next = 0;
    http->waiting = batch;
    transport->idle = false;
    bell__http_start_waiting(http);
}

/* ---- In --------------------------------------------------------------------
 */

/* The answer as it is shown; what is wrong with a packed one, or NULL. */
static const char *unpack(struct bell__http_line *line,
                          struct bell__frame *frame)
{
    struct bell__http *http = line->http;
    bell_string packed = {frame->bytes, frame->size};
    if (!line->reply.coded || packed.size == 0) {
        return NULL;
    }
    switch (bell__inflate(&http->inflate, http->options.memory, packed,
                          http->options.inflated_bytes_max, &http->inflated)) {
    case BELL__INFLATE_WHOLE:
        frame->bytes = http->inflated.bytes;
        frame->size = http->inflated.size;
        return NULL;
    case BELL__INFLATE_LONG:
        snprintf(line->trouble, sizeof line->trouble,
                 "the server's answer is larger than inflated_bytes_max (%zu)",
                 http->options.inflated_bytes_max);
        return line->trouble;
    case BELL__INFLATE_NO_MEMORY:
        return "no memory for what the server sends";
    default:
        return "the server's answer is not gzip, as it says";
    }
}

static void show(struct bell__http_line *line, struct bell__frame *frame)
{
    memset(frame, 0, sizeof *frame);
    frame->tag = line->exchange.tag;
    frame->exchange = line->end;
    frame->os_error = line->os_error;
    if (line->end != BELL__EXCHANGE_REPLIED) {
        frame->trouble = line->trouble;
        return;
    }
    bell_string head = bell__http_head_lines(&line->answer, line->in.bytes);
    frame->code = line->answer.status;
    frame->head = head.text;
    frame->head_size = head.size;
    frame->bytes = line->in.bytes + line->answer.size;
    frame->size = line->body.size;
    frame->trouble = unpack(line, frame);
    if (frame->trouble != NULL) {
        frame->exchange = BELL__EXCHANGE_UNKNOWN;
    }
}

/* Reads until an exchange has ended. False: there is no more for now. */
static bool read_lines(struct bell__http *http)
{
    while (http->over.first == NULL) {
        if (http->budget == 0) { /* others first */
            http->budget = TURN_BYTES_MAX;
            bell__loop_due(http->options.loop, http->options.guest);
            return false;
        }
        struct bell__http_line *line = bell__http_queue_pop(&http->unread);
        if (line == NULL) {
            http->budget = TURN_BYTES_MAX;
            return false;
        }
        bell__http_hear(line);
    }
    return true;
}

static bool http_receive(struct bell__transport *transport,
                         struct bell__frame *frame)
{
    struct bell__http *http = self(transport);
    http->receiving = true;
    if (http->lent != NULL) {
        bell__http_settle(http->lent);
        http->lent = NULL;
        if (http->waiting != NULL) {
            bell__http_start_waiting(http);
        }
    }
    bool found = read_lines(http);
    http->receiving = false;
    if (!found) {
        return false;
    }
    http->lent = bell__http_queue_pop(&http->over);
    show(http->lent, frame);
    return true;
}

/* ---- Its end ---------------------------------------------------------------
 */

/* Of those that wait for a line. */
static bool cancel_waiting(struct bell__http_batch *batch, uint64_t tag)
{
    for (size_t i = batch == NULL ? 0 : batch->next;
         batch != NULL && i < batch->out.count; i++) {
        struct bell__span *span = &batch->out.spans[i];
        if (span->tag == tag && span->size != 0) {
            span->size = 0;
            return true;
        }
    }
    return false;
}

static bool http_cancel(struct bell__transport *transport, uint64_t tag)
{
    struct bell__http *http = self(transport);
    struct bell__http_line *line = http->lines;
    while (line != NULL &&
           (line == http->lent || line->stand == BELL__HTTP_IDLE ||
            line->exchange.tag != tag)) {
        line = line->next;
    }
    if (line == NULL) {
        return cancel_waiting(http->waiting, tag);
    }
    bool stayed = !line->exchange.left;
    bell__http_drop(line);
    bell__http_start_waiting(http);
    return stayed;
}

/* A server that waits for more hears that none comes. */
static void say_goodbye(struct bell__http *http)
{
    struct bell__http_line *line = http->idle.first;
    for (; line != NULL; line = line->next_queued) {
        struct bell__socket *socket = &line->connection.socket;
        socket->ops->finish(socket);
    }
}

static void http_close(struct bell__transport *transport, uint16_t code)
{
    struct bell__http *http = self(transport);
    (void)code;
    if (transport->line == BELL__LINE_DOWN) {
        return;
    }
    transport->line = BELL__LINE_DOWN;
    transport->idle = false;
    snprintf(transport->end.text, sizeof transport->end.text,
             "closed by this client");
    http->lent = NULL;
    if (http->waiting != NULL) {
        http->waiting->next = http->waiting->out.count;
        bell__http_start_waiting(http);
    }
    say_goodbye(http);
    while (http->lines != NULL) {
        bell__http_drop(http->lines);
    }
    bell__loop_unset(&http->expiry);
    bell__loop_due(http->options.loop, http->options.guest);
}

/* The first batch stays, without its memory. Nothing is lent. */
static void free_spares(struct bell__http *http)
{
    struct bell__http_batch *batch = http->spare;
    http->spare = NULL;
    while (batch != NULL) {
        struct bell__http_batch *next = batch->next_spare;
        bell__outbox_close(&batch->out);
        if (batch == &http->first) {
            batch->next_spare = NULL;
            http->spare = batch;
        } else {
            bell__memory_free(http->options.memory, batch, sizeof *batch);
        }
        batch = next;
    }
    bell__inflate_free(http->inflate);
    http->inflate = NULL;
    bell__buf_close(&http->inflated);
    if (http->spare_head.capacity != 0) {
        bell__memory_wipe(http->spare_head.bytes, http->spare_head.capacity);
    }
    bell__buf_close(&http->spare_head);
}

static void http_rest(struct bell__transport *transport)
{
    struct bell__http *http = self(transport);
    if (http->lent == NULL) {
        free_spares(http);
    }
}

static void http_free(struct bell__transport *transport)
{
    struct bell__http *http = self(transport);
    const bell_allocator *memory = http->options.memory;
    http_close(transport, 0);
    free_spares(http);
    bell__memory_free(memory, http->scarce, sizeof *http->scarce);
    bell__tls_close(http->tls);
    bell__proxy_free(http->proxy);
    bell__buf_close(&http->texts);
    bell__memory_free(memory, http, sizeof *http);
}

const struct bell__transport_ops bell__http_ops = {
    .name = "http",
    .open = http_open,
    .send = http_send,
    .receive = http_receive,
    .close = http_close,
    .cancel = http_cancel,
    .rest = http_rest,
    .free = http_free,
};
