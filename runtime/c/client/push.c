/* push.c: what comes unasked reaches those who listen: decoded, handed to their
 * functions, or taken by a call that waits for it. It knows no line and no
 * bytes of a protocol. */
#include "client/push.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "client/client.h"
#include "client/pump.h"

/* The one inbox of a link: see protocol/message.h. */
enum { CHANNEL = 1 };

/* Of an inbox that keeps all: their bytes have a limit of their own. */
enum { ITEMS_MAX = 1024 * 1024 };

/* What a turn hands over; the rest has the next one. */
enum { ITEMS_A_TURN = 1024 };

/* ---- Items -----------------------------------------------------------------
 */

/* An item as a value in *reply, whose memory may be used again. */
static void *decode(struct bell__link *link, bell_string raw,
                    struct bell__reply **reply, bell_error *error)
{
    bell_client *client = link->client;
    const bell_type *type = link->listener->stream->item;
    bool limited = false;
    void *value = bell__reply_open(reply, &client->memory,
                                   client->options.reply_bytes_max, type->size,
                                   raw.size, &limited);
    if (value == NULL) {
        bell__error_set(error, limited ? BELL_LIMIT : BELL_NO_MEMORY,
                        BELL_ORIGIN_LOCAL,
                        limited ? "the item is larger than reply_bytes_max"
                                : "no memory for the item");
        return NULL;
    }
    bell_status status =
        bell__decode(raw, type, value, bell__reply_arena(*reply),
                     &client->limits, "item", error);
    if (client->pattern_work != 0) {
        bell__session_spend(link->session, client->pattern_work);
        client->pattern_work = 0;
    }
    if (status == BELL_OK) {
        return value;
    }
    bell__error_method(error, link->table->name, strlen(link->table->name));
    return NULL;
}

static void tell_bad(struct bell__link *link, bell_string raw,
                     const bell_error *error)
{
    struct bell__listener *listener = link->listener;
    bell_handlers common;
    memcpy(&common, listener->handlers, sizeof common);
    listener->bad++;
    if (common.on_bad != NULL) {
        common.on_bad(link->client, raw, error, listener->context);
    }
}

/* A union whose tag the schema does not know. */
static void tell_unknown(struct bell__link *link, const void *item)
{
    struct bell__listener *listener = link->listener;
    const bell_union *head = item;
    bell_handlers common;
    memcpy(&common, listener->handlers, sizeof common);
    listener->unknown++;
    if (common.on_unknown != NULL) {
        common.on_unknown(link->client, head->tag_text, head->raw,
                          listener->context);
    }
}

/* Runs the program's function, outside of any state change. */
static void hand_over(struct bell__link *link, bell_string raw)
{
    bell_client *client = link->client;
    const struct bell__listener *listener = link->listener;
    struct bell__reply *reply = client->spare;
    bell_error error;
    client->spare = NULL;
    bell__error_clear(&error);
    const void *value = decode(link, raw, &reply, &error);
    const void *lent = value != NULL ? bell__reply_lend(reply) : NULL;
    bell__loop_hurry(client->loop);
    bell__loop_hold(client->loop);
    if (lent == NULL) {
        tell_bad(link, raw, &error);
    } else if (!listener->stream->deliver(client, listener->handlers, lent,
                                          listener->context)) {
        tell_unknown(link, lent);
    }
    bell__loop_let_go(client->loop);
    if (lent != NULL) {
        bell__reply_take_back(&reply);
    }
    bell__reply_close(&client->spare);
    client->spare = reply;
}

/* ---- Who listens -----------------------------------------------------------
 */

static void forget_handlers(struct bell__link *link)
{
    struct bell__listener *listener = link->listener;
    bell__memory_free(&link->client->memory, listener->handlers,
                      listener->handlers_size);
    listener->handlers = NULL;
    listener->handlers_size = 0;
}

static void listener_free(struct bell__link *link)
{
    forget_handlers(link);
    bell__memory_free(&link->client->memory, link->listener,
                      sizeof *link->listener);
    link->listener = NULL;
}

/* Calls on messages go on; a stream without a listener is of no use. */
static void stop(struct bell__link *link)
{
    bool alone = link->table->kind->only_items;
    bell__session_unlisten(link->session, CHANNEL);
    listener_free(link);
    if (alone) {
        bell__link_idle(link);
    }
    bell__loop_due(link->client->loop, &link->client->guest);
}

static void listener_turn(struct bell__link *link)
{
    bell_client *client = link->client;
    struct bell__listener *listener = link->listener;
    uint32_t channel;
    bell_string raw;
    if (listener->handlers == NULL || listener->delivering) {
        return;
    }
    if (bell__pump_others(client)) {
        bell__pump_owe(client);
        return;
    }
    listener->delivering = true;
    int count = 0;
    while (count < ITEMS_A_TURN && !client->closed && !listener->stopped &&
           listener->handlers != NULL &&
           bell__session_push(link->session, &channel, &raw)) {
        hand_over(link, raw);
        count++;
    }
    listener->delivering = false;
    if (client->closed) {
        return;
    }
    if (listener->stopped) {
        stop(link);
    } else if (count == ITEMS_A_TURN) {
        bell__loop_due(client->loop, &client->guest);
    }
}

static const struct bell__listener_ops ops = {listener_turn, listener_free};

static struct bell__inbox_options keep(const bell_client *client,
                                       const bell_stream *stream)
{
    struct bell__inbox_options options = {
        .policy = BELL__INBOX_RING,
        .items_max = stream->keep,
        .bytes_max = client->options.inbox_bytes_max,
    };
    if (stream->keep == BELL_KEEP_ALL) {
        options.policy = BELL__INBOX_ALL;
        options.items_max = ITEMS_MAX;
    } else if (stream->keep == BELL_KEEP_LATEST) {
        options.policy = BELL__INBOX_LATEST;
    }
    return options;
}

static bell_status no_memory(bell_error *error)
{
    return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                           "no memory for a listener");
}

/* The listener that there is, or a new one. */
static bell_status take_listener(struct bell__link *link,
                                 const bell_stream *stream, bell_error *error)
{
    bell_client *client = link->client;
    struct bell__inbox_options options = keep(client, stream);
    if (link->listener != NULL) {
        return BELL_OK;
    }
    struct bell__listener *listener =
        bell__memory_take(&client->memory, sizeof *listener);
    if (listener == NULL ||
        bell__session_listen(link->session, CHANNEL, &options) != BELL_OK) {
        bell__memory_free(&client->memory, listener, sizeof *listener);
        return no_memory(error);
    }
    memset(listener, 0, sizeof *listener);
    listener->ops = &ops;
    listener->stream = stream;
    link->listener = listener;
    return BELL_OK;
}

static bell_status take_handlers(struct bell__link *link, const void *handlers,
                                 size_t size, void *context, bell_error *error)
{
    struct bell__listener *listener = link->listener;
    void *copy = NULL;
    if (handlers != NULL) {
        copy = bell__memory_take(&link->client->memory, size);
        if (copy == NULL) {
            return no_memory(error);
        }
        memcpy(copy, handlers, size);
    }
    forget_handlers(link);
    listener->handlers = copy;
    listener->handlers_size = copy != NULL ? size : 0;
    listener->context = context;
    listener->stopped = false;
    return BELL_OK;
}

static bell_status begin(bell_client *client, const bell_stream *stream,
                         const void *params, bell_error *error)
{
    if (client->closed) {
        return bell__error_set(error, BELL_CLOSED, BELL_ORIGIN_LOCAL,
                               "the client is closed");
    }
    struct bell__link *link = &client->links[stream->link];
    bell_status status = BELL_OK;
    if (bell__state_is_over(link)) { /* whoever listens again means it */
        bell__link_idle(link);
    }
    if (stream->route != NULL) {
        status = bell__stream_url(link, stream, params, error);
    }
    status = status == BELL_OK ? bell__link_want(link, error) : status;
    return status == BELL_OK ? take_listener(link, stream, error) : status;
}

static bell_status end(const bell_client *client, bell_error *to,
                       const bell_error *trouble, bell_status status)
{
    if (status != BELL_OK) {
        bell__client_tell(client, to, trouble);
    }
    return status;
}

bell_status bell_client_listen(bell_client *client, const bell_stream *stream,
                               const void *params, const void *handlers,
                               size_t handlers_size, void *context,
                               bell_error *error)
{
    bell_error trouble;
    if (client == NULL) {
        return bell__client_missing(error);
    }
    bell__client_clear(client, error);
    if (bell__loop_is_others(client->loop)) {
        return bell__client_refuse_thread(client, error);
    }
    if (!bell__loop_held(client->loop)) {
        bell__loop_clock(client->loop);
    }
    bell__error_clear(&trouble);
    bell_status status = begin(client, stream, params, &trouble);
    if (status == BELL_OK) {
        status = take_handlers(&client->links[stream->link], handlers,
                               handlers_size, context, &trouble);
    }
    if (status == BELL_OK) {
        bell__loop_due(client->loop, &client->guest);
    }
    return end(client, error, &trouble, status);
}

void bell_client_stop(bell_client *client, const bell_stream *stream)
{
    if (client == NULL || bell__loop_is_others(client->loop) ||
        client->closed) {
        return;
    }
    struct bell__link *link = &client->links[stream->link];
    if (link->listener == NULL) {
        return;
    }
    if (link->listener->delivering) {
        link->listener->stopped = true;
        return;
    }
    stop(link);
}

bell_counts bell_client_counts(const bell_client *client,
                               const bell_stream *stream)
{
    bell_counts counts = {0};
    if (client == NULL || bell__loop_is_others(client->loop)) {
        return counts;
    }
    const struct bell__link *link = &client->links[stream->link];
    if (link->listener == NULL) {
        return counts;
    }
    struct bell__inbox_counts inbox =
        bell__session_inbox(link->session, CHANNEL);
    counts.came = inbox.came;
    counts.dropped = inbox.dropped;
    counts.waiting = inbox.waiting;
    counts.waiting_bytes = inbox.waiting_bytes;
    counts.unknown = link->listener->unknown;
    counts.bad = link->listener->bad;
    return counts;
}

/* ---- Who takes -------------------------------------------------------------
 */

/* The next item as the caller's own. */
static bell_status take(struct bell__link *link, bell_string raw, void **item,
                        bell_error *error)
{
    struct bell__reply *reply = NULL;
    if (decode(link, raw, &reply, error) == NULL) {
        bell__reply_close(&reply);
        link->listener->bad++;
        return error->status;
    }
    *item = bell__reply_give(&reply);
    if (link->listener->stream->item->kind == BELL_KIND_UNION) {
        link->listener->unknown += ((const bell_union *)*item)->tag == 0;
    }
    return BELL_OK;
}

static bell_status over(const struct bell__link *link, bell_error *error)
{
    *error = *bell__session_reason(link->session);
    error->status = BELL_TERMINAL;
    return BELL_TERMINAL;
}

/* Pumps until there is one. */
static bell_status wait_for(bell_client *client, const bell_stream *stream,
                            void **item, int64_t timeout_ms, bell_error *error)
{
    struct bell_loop *loop = client->loop;
    const struct bell__link *link = &client->links[stream->link];
    bool never = timeout_ms < 0 || timeout_ms > INT64_MAX / 4;
    int64_t deadline = never ? INT64_MAX : loop->now + timeout_ms;
    bool looked = false;
    for (;;) {
        uint32_t channel;
        bell_string raw;
        if (client->closed) {
            return bell__error_set(error, BELL_CLOSED, BELL_ORIGIN_LOCAL,
                                   "the client was closed");
        }
        if (link->listener == NULL) {
            return bell__error_set(error, BELL_CANCELLED, BELL_ORIGIN_LOCAL,
                                   "%s was stopped", stream->name);
        }
        if (bell__session_push(link->session, &channel, &raw)) {
            return take(&client->links[stream->link], raw, item, error);
        }
        if (bell__state_is_over(link)) {
            return over(link, error);
        }
        if (looked && (loop->now >= deadline || bell__loop_stuck(loop))) {
            const char *why = bell__session_trouble(link->session);
            bool down = !bell__link_is_ready(link) && why[0] != '\0';
            return bell__error_set(error, BELL_DEADLINE, BELL_ORIGIN_LOCAL,
                                   "no item within %" PRId64 " ms%s%s",
                                   timeout_ms, down ? ": " : "",
                                   down ? why : "");
        }
        bell__loop_pump(loop, never ? -1 : deadline - loop->now);
        looked = true;
    }
}

bell_status bell_client_next(bell_client *client, const bell_stream *stream,
                             void **item, int64_t timeout_ms, bell_error *error)
{
    bell_error trouble;
    *item = NULL;
    if (client == NULL) {
        return bell__client_missing(error);
    }
    bell__client_clear(client, error);
    if (!bell__owner_take(&client->loop->owner)) {
        return bell__client_refuse_thread(client, error);
    }
    if (bell__loop_held(client->loop)) {
        return bell__client_refuse_inside(client, error);
    }
    bell__error_clear(&trouble);
    bell__pump_enter(client);
    bell__loop_clock(client->loop);
    const struct bell__link *link = &client->links[stream->link];
    bell_status status = BELL_OK;
    if (link->listener == NULL) {
        status = begin(client, stream, NULL, &trouble);
    } else if (link->listener->handlers != NULL) {
        status = bell__error_set(&trouble, BELL_INVALID, BELL_ORIGIN_LOCAL,
                                 "%s has handlers: they get the items",
                                 stream->name);
    }
    if (status == BELL_OK) {
        bell__loop_due(client->loop, &client->guest);
        status = wait_for(client, stream, item, timeout_ms, &trouble);
    }
    end(client, error, &trouble, status);
    bell__pump_leave(client);
    return status;
}
