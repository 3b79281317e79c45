/* http_line.c: a line in the lists that it is in, from its making to its end.
 * It does not know what goes on on it. */
#include "transport/http_line.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"

enum { KEPT_BYTES_MAX = 64 * 1024 /* of an empty batch */ };

void bell__http_queue_push(struct bell__http_queue *queue,
                           struct bell__http_line *line)
{
    assert(line->queue == NULL);
    line->queue = queue;
    line->next_queued = NULL;
    *queue->end = line;
    queue->end = &line->next_queued;
}

void bell__http_queue_push_first(struct bell__http_queue *queue,
                                 struct bell__http_line *line)
{
    assert(line->queue == NULL);
    line->queue = queue;
    line->next_queued = queue->first;
    if (queue->first == NULL) {
        queue->end = &line->next_queued;
    }
    queue->first = line;
}

void bell__http_queue_remove(struct bell__http_queue *queue,
                             struct bell__http_line *line)
{
    struct bell__http_line **link = &queue->first;
    assert(line->queue == queue);
    while (*link != line) {
        link = &(*link)->next_queued;
    }
    *link = line->next_queued;
    if (queue->end == &line->next_queued) {
        queue->end = link;
    }
    line->queue = NULL;
}

struct bell__http_line *bell__http_queue_pop(struct bell__http_queue *queue)
{
    struct bell__http_line *line = queue->first;
    if (line != NULL) {
        bell__http_queue_remove(queue, line);
    }
    return line;
}

void bell__http_tell(struct bell__http *http)
{
    if (!http->receiving) {
        bell__loop_due(http->options.loop, http->options.guest);
    }
}

void bell__http_unread(struct bell__http_line *line)
{
    if (line->queue == NULL) {
        bell__http_queue_push(&line->http->unread, line);
    }
    bell__http_tell(line->http);
}

void bell__http_forget_answer(struct bell__http_line *line)
{
    line->in.size = 0;
    if (line->http->options.loop->reader != &line->in) {
        bell__buf_close(&line->in);
    }
    memset(&line->answer, 0, sizeof line->answer);
    line->head_max = line->http->options.head_bytes_max;
    line->interims = 0;
    line->in_body = false;
    line->broken = 0;
    line->written = 0;
}

void bell__http_forget_redirect(struct bell__http_line *line)
{
    struct bell__http_redirect *redirect = line->redirect;
    line->redirects = 0;
    line->redirect = NULL;
    if (redirect != NULL) {
        bell__tls_close(redirect->tls);
        bell__memory_free(line->http->options.memory, redirect, redirect->size);
    }
}

void bell__http_end_batch(struct bell__http *http,
                          struct bell__http_batch *batch)
{
    if (batch->users != 0 || batch == http->waiting) {
        return;
    }
    bell__outbox_clear(&batch->out);
    if (batch->out.bytes.capacity > KEPT_BYTES_MAX) {
        bell__outbox_close(&batch->out);
    }
    batch->next_spare = http->spare;
    http->spare = batch;
}

void bell__http_let_go(struct bell__http_line *line)
{
    struct bell__http_batch *batch = line->exchange.batch;
    if (batch != NULL) {
        line->exchange.batch = NULL;
        batch->users--;
        bell__http_end_batch(line->http, batch);
    }
}

struct bell__http_line *bell__http_make_line(struct bell__http *http)
{
    struct bell__http_line *line = http->scarce;
    if (http->line_count == http->options.connections_max) {
        return NULL;
    }
    if (line == NULL) {
        line = bell__memory_take(http->options.memory, sizeof *line);
    }
    if (line == NULL) {
        return NULL; /* another one ends, and makes room */
    }
    http->scarce = NULL;
    memset(line, 0, sizeof *line);
    line->http = http;
    bell__buf_open(&line->in, &http->options.loop->memory, 0);
    bell__buf_open(&line->head, http->options.memory, 0);
    line->next = http->lines;
    line->link = &http->lines;
    if (line->next != NULL) {
        line->next->link = &line->next;
    }
    http->lines = line;
    http->line_count++;
    return line;
}

void bell__http_drop(struct bell__http_line *line)
{
    struct bell__http *http = line->http;
    if (line->queue == &http->idle) {
        http->idle_count--;
    }
    if (line->queue != NULL) {
        bell__http_queue_remove(line->queue, line);
    }
    bell__loop_unset(&line->patience);
    bell__connection_stop(&line->connection);
    bell__http_let_go(line);
    bell__http_forget_redirect(line);
    bell__loop_take_back(http->options.loop, &line->in);
    if (line->head.size != 0) {
        bell__memory_wipe(line->head.bytes, line->head.size);
    }
    bell__buf_close(&line->head);
    *line->link = line->next;
    if (line->next != NULL) {
        line->next->link = line->link;
    }
    http->line_count--;
    if (http->scarce == NULL) {
        http->scarce = line;
    } else {
        bell__memory_free(http->options.memory, line, sizeof *line);
    }
}
