/* http_pool.c: the connections to one server: how many there may be, which one
 * an exchange goes out on, and which ones stay. */
#include "transport/http_line.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"

enum {
    MARGIN_MS = 1000 /* before a server ends what is quiet for too long */
};

static void set_expiry(struct bell__http *http, int64_t at)
{
    if (http->expiry.link == NULL || at < http->expiry.at) {
        bell__loop_set(http->options.loop, &http->expiry, at);
    }
}

static void keep(struct bell__http_line *line)
{
    struct bell__http *http = line->http;
    int64_t quiet_ms = http->options.idle_ms;
    if (line->reply.quiet_ms >= 0 &&
        line->reply.quiet_ms - MARGIN_MS < quiet_ms) {
        quiet_ms = line->reply.quiet_ms - MARGIN_MS;
    }
    if (quiet_ms <= 0 || http->idle_count == http->options.idle_max) {
        bell__http_drop(line);
        return;
    }
    line->stand = BELL__HTTP_IDLE;
    line->idle_until = http->options.loop->now + quiet_ms;
    bell__http_queue_push_first(&http->idle, line);
    http->idle_count++;
    set_expiry(http, line->idle_until);
}

void bell__http_settle(struct bell__http_line *line)
{
    bool good = line->connection.stage == BELL__STAGE_OPEN;
    line->used++;
    bell__http_forget_answer(line);
    bell__http_forget_redirect(line);
    if (good) {
        keep(line);
    } else {
        bell__http_drop(line);
    }
}

void bell__http_expire(struct bell__timer *timer)
{
    struct bell__http *http =
        (struct bell__http *)(void *)((char *)timer -
                                      offsetof(struct bell__http, expiry));
    struct bell__http_line *line = http->idle.first;
    while (line != NULL) {
        struct bell__http_line *next = line->next_queued;
        if (line->idle_until <= http->options.loop->now) {
            bell__http_drop(line);
        } else {
            set_expiry(http, line->idle_until);
        }
        line = next;
    }
}

static struct bell__http_line *make_line(struct bell__http *http)
{
    struct bell__http_line *line = bell__http_make_line(http);
    if (line != NULL) {
        bell__http_prepare(line);
    }
    return line;
}

/* One that is open still: what an event has not told yet is looked for. */
static struct bell__http_line *take_idle(struct bell__http *http)
{
    while (http->idle.first != NULL) {
        struct bell__http_line *line = http->idle.first;
        struct bell__socket *socket = &line->connection.socket;
        if (line->idle_until > http->options.loop->now &&
            socket->ops->quiet(socket)) {
            bell__http_queue_remove(&http->idle, line);
            http->idle_count--;
            return line;
        }
        bell__http_drop(line);
    }
    return NULL;
}

/* ---- Exchanges -------------------------------------------------------------
 */

static void give(struct bell__http_line *line, struct bell__http_batch *batch,
                 const struct bell__span *span)
{
    static const char head[] = "HEAD ";
    const char *lead = batch->out.bytes.bytes + span->offset;
    const char *bytes = lead + span->lead_size;
    size_t size = span->head_size - span->lead_size;
    line->exchange = (struct bell__http_exchange){
        .batch = batch,
        .tag = span->tag,
        .lead = lead,
        .lead_size = span->lead_size,
        .head = bytes,
        .head_size = size,
        .body = bytes + size,
        .body_size = span->size - span->head_size,
        .bodyless = size >= sizeof head - 1 &&
                    memcmp(bytes, head, sizeof head - 1) == 0,
    };
    batch->users++;
}

void bell__http_start_waiting(struct bell__http *http)
{
    struct bell__http_batch *batch = http->waiting;
    while (batch != NULL && batch->next < batch->out.count) {
        const struct bell__span *span = &batch->out.spans[batch->next];
        if (span->size == 0) { /* cancelled */
            batch->next++;
            continue;
        }
        struct bell__http_line *line = take_idle(http);
        if (line == NULL) {
            line = make_line(http);
        }
        if (line == NULL) {
            return;
        }
        batch->next++;
        give(line, batch, span);
        bell__http_begin(line);
    }
    http->waiting = NULL;
    http->head.idle = http->head.line == BELL__LINE_UP;
    if (batch != NULL) {
        bell__http_end_batch(http, batch);
    }
}
