/* http.c: exchanges of HTTP/1.1 as a transport: from open to close, frames out
 * and in. It knows no connections: lines do. */
#include "transport/http.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/str.h"
#include "transport/headers.h"
#include "transport/http_line.h"

enum {
    TURN_BYTES_MAX = 4 * 1024 * 1024,
    CONNECTIONS_MAX = 100,
    CONNECT_MS = 5000,
    IDLE_MAX = 20,
    IDLE_MS = 4000,
    REDIRECTS_MAX = 5,
    HEAD_BYTES_MAX = 64 * 1024
};

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

static void show(const struct bell__http_line *line, struct bell__frame *frame)
{
    memset(frame, 0, sizeof *frame);
    frame->tag = line->exchange.tag;
    frame->exchange = line->end;
    if (line->end != BELL__EXCHANGE_REPLIED) {
        frame->os_error = line->os_error;
        frame->trouble = line->trouble;
        return;
    }
    bell_string head = bell__http_head_lines(&line->answer, line->in.bytes);
    frame->code = line->answer.status;
    frame->head = head.text;
    frame->head_size = head.size;
    frame->bytes = line->in.bytes + line->answer.size;
    frame->size = line->body.size;
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

/* The first stays, without its memory. */
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
    if (http->spare_head.capacity != 0) {
        bell__memory_wipe(http->spare_head.bytes, http->spare_head.capacity);
    }
    bell__buf_close(&http->spare_head);
}

static void http_rest(struct bell__transport *transport)
{
    free_spares(self(transport));
}

static void http_free(struct bell__transport *transport)
{
    struct bell__http *http = self(transport);
    const bell_allocator *memory = http->options.memory;
    http_close(transport, 0);
    free_spares(http);
    bell__memory_free(memory, http->scarce, sizeof *http->scarce);
    bell__tls_close(http->tls);
    bell__memory_free(memory, http->texts, http->texts_size);
    bell__memory_free(memory, http, sizeof *http);
}

static const struct bell__transport_ops ops = {
    .name = "http",
    .open = http_open,
    .send = http_send,
    .receive = http_receive,
    .close = http_close,
    .cancel = http_cancel,
    .rest = http_rest,
    .free = http_free,
};

/* ---- Its beginning ---------------------------------------------------------
 */

static const char standard_agent[] = "bellpull/" BELL_VERSION;

static char *put(char *at, bell_string text)
{
    if (text.size != 0) {
        memcpy(at, text.text, text.size);
    }
    return at + text.size;
}

/* The url, and behind it the lines of every request, of which the url must be
 * read first to write the Host. */
static bell_status copy_texts(struct bell__http *http, const char *url,
                              bell_error *error)
{
    const bell_header *headers = http->options.headers;
    size_t count = http->options.header_count;
    struct bell__url read;
    bell_status status = bell__url_read(url, &read, error);
    if (status != BELL_OK) {
        return status;
    }
    bell_string host[] = {bell_str("Host: "),
                          read.authority,
                          bell_str("\r\n"),
                          bell_str("User-Agent: "),
                          bell_str(http->options.user_agent),
                          bell_str("\r\n")};
    size_t lines = bell__headers_have(headers, count, "User-Agent") ? 3 : 6;
    size_t size = strlen(url) + 1;
    for (size_t i = 0; i < lines; i++) {
        size += host[i].size;
    }
    size += bell__headers_size(headers, count) + 2;
    http->texts = bell__memory_take(http->options.memory, size);
    if (http->texts == NULL) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for a connection");
    }
    http->texts_size = size;
    char *at = put(http->texts, (bell_string){url, strlen(url) + 1});
    http->standing.text = at;
    for (size_t i = 0; i < lines; i++) {
        http->agent.text = i == 3 ? at : http->agent.text;
        at = put(at, host[i]);
    }
    if (lines > 3) {
        http->agent.size = (size_t)(at - http->agent.text);
    }
    http->standing.size = (size_t)(at - http->standing.text);
    if (count != 0) { /* they begin with a line break: it ends the last */
        http->extra.text = at + 2;
        at = put(bell__headers_put(headers, count, at), bell_str("\r\n"));
        http->extra.size = (size_t)(at - http->extra.text);
    }
    return bell__url_read(http->texts, &http->url, error);
}

static bool is_text(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e) {
            return false;
        }
    }
    return true;
}

static bell_status prepare(struct bell__http *http, const char *url,
                           bell_error *error)
{
    static const struct bell__tls_options standard;
    const struct bell__tls_options *tls = http->options.tls;
    if (!is_text(http->options.user_agent)) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "user_agent is not printable ASCII");
    }
    bell_status status = copy_texts(http, url, error);
    if (status != BELL_OK) {
        return status;
    }
    if (http->url.query.size != 0) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "the url has a query, and paths are to be put "
                               "behind it");
    }
    http->base = http->url.path;
    while (bell__str_ends(http->base, BELL_STR("/"))) {
        http->base.size--;
    }
    if (http->url.secure) {
        status =
            bell__tls_open(http->options.loop, tls != NULL ? tls : &standard,
                           &http->tls, error);
    }
    if (status == BELL_OK) {
        http->scarce =
            bell__memory_take(http->options.memory, sizeof *http->scarce);
        if (http->scarce == NULL) {
            return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                                   "no memory for a connection");
        }
    }
    return status;
}

static void fill_in(struct bell__http_options *options)
{
    if (options->user_agent == NULL) {
        options->user_agent = standard_agent;
    }
    if (options->connections_max == 0) {
        options->connections_max = CONNECTIONS_MAX;
    }
    if (options->connect_ms == 0) {
        options->connect_ms = CONNECT_MS;
    }
    if (options->idle_max == 0) {
        options->idle_max = IDLE_MAX;
    }
    if (options->idle_ms == 0) {
        options->idle_ms = IDLE_MS;
    }
    if (options->redirects_max == 0) {
        options->redirects_max = REDIRECTS_MAX;
    }
    if (options->head_bytes_max == 0) {
        options->head_bytes_max = HEAD_BYTES_MAX;
    }
}

static void open_queue(struct bell__http_queue *queue)
{
    queue->first = NULL;
    queue->end = &queue->first;
}

bell_status bell__http_make(const struct bell__http_options *options,
                            struct bell__transport **transport,
                            bell_error *error)
{
    struct bell__http *made = bell__memory_take(options->memory, sizeof *made);
    *transport = NULL;
    if (made == NULL) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for a connection");
    }
    memset(made, 0, sizeof *made);
    made->head.ops = &ops;
    made->options = *options;
    fill_in(&made->options);
    open_queue(&made->idle);
    open_queue(&made->unread);
    open_queue(&made->over);
    made->expiry.rings = bell__http_expire;
    made->spare = &made->first;
    bell__outbox_open(&made->first.out, options->memory, 0);
    bell__buf_open(&made->spare_head, options->memory, 0);
    bell_status status = prepare(made, options->url, error);
    /* Nothing of the caller's is kept. */
    made->options.url = NULL;
    made->options.user_agent = NULL;
    made->options.headers = NULL;
    made->options.tls = NULL;
    if (status != BELL_OK) {
        http_free(&made->head);
        return status;
    }
    *transport = &made->head;
    return BELL_OK;
}
