/* turn.c: what a client does when something happened: bytes in, time passed,
 * calls ended. State is settled first, then the user's functions run. */
#include "client/client.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "client/pump.h"

static bool lines_up(const bell_client *client)
{
    return client->transport->line == BELL__LINE_UP;
}

void bell__client_note(bell_client *client)
{
    bell__session_written(client->session, client->transport->written);
}

void bell__client_flush(bell_client *client)
{
    struct bell__outbox *outbox = bell__session_outbox(client->session);
    if (outbox->count == 0 || !lines_up(client)) {
        return;
    }
    client->transport->ops->send(client->transport, outbox);
    bell__client_note(client);
    if (bell__session_ended(client->session)) {
        bell__loop_due(client->loop, &client->guest);
    }
}

/* ---- Delivery --------------------------------------------------------------
 */

void bell__client_call_back(bell_client *client,
                            const struct bell__completion *completion,
                            bell_status status, const void *value,
                            const bell_error *error)
{
    bell__log_end(client, completion, status, error);
    bell__loop_hurry(client->loop);
    bell__loop_hold(client->loop);
    completion->method->deliver(completion->done, completion->context, status,
                                value, error);
    bell__loop_let_go(client->loop);
}

static void name_error(const struct bell__completion *completion,
                       bell_error *error)
{
    size_t size = completion->method->name_size;
    if (size >= sizeof error->method) {
        size = sizeof error->method - 1;
    }
    error->call = completion->call;
    memcpy(error->method, completion->method->name, size);
    error->method[size] = '\0';
}

/* The payload as the method's result in *reply. A method without a result has
 * nothing to decode: *value is NULL. */
static bell_status decode(bell_client *client, struct bell__reply **reply,
                          const struct bell__completion *completion,
                          void **value, bell_error *error)
{
    static const bell_string null = {"null", 4};
    const bell_type *type = completion->method->result;
    bool limited = false;
    *value = NULL;
    if (type == NULL) {
        return BELL_OK;
    }
    bell_string payload =
        completion->payload.size == 0 ? null : completion->payload;
    size_t limit = client->options.reply_bytes_max;
    *value = bell__reply_open(reply, &client->memory, limit, type->size,
                              payload.size, &limited);
    bell_status status = BELL_OK;
    if (*value == NULL) {
        status = bell__error_set(
            error, limited ? BELL_LIMIT : BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
            limited ? "reply_bytes_max is met" : "no memory for the reply");
    } else {
        status = bell__decode(payload, type, *value, bell__reply_arena(*reply),
                              &client->limits, "result", error);
    }
    const struct bell__protocol_ops *ops = client->protocol->ops;
    if (status == BELL_BAD_REPLY && completion->guessed &&
        ops->reread(client->protocol, &payload)) {
        status = bell__decode(payload, type, *value, bell__reply_arena(*reply),
                              &client->limits, "result", error);
    }
    if (status != BELL_OK) {
        *value = NULL;
        name_error(completion, error);
    }
    return status;
}

static void end_awaited(bell_client *client,
                        struct bell__completion *completion)
{
    struct bell__awaited *awaited = &client->awaited;
    struct bell__reply *reply = NULL;
    void *value = NULL;
    bell_status status = completion->status;
    if (status == BELL_OK) {
        status = decode(client, &reply, completion, &value, &completion->error);
    }
    if (completion->status == BELL_REFUSED) {
        bell__failure_read(client, &client->failure, completion);
    }
    bell__log_end(client, completion, status, &completion->error);
    if (status != BELL_OK) {
        bell__client_tell(client, awaited->error, &completion->error);
    }
    if (value != NULL) {
        awaited->value = bell__reply_give(&reply);
    }
    bell__reply_close(&reply);
    awaited->status = status;
    awaited->call = 0;
    bell__loop_hurry(client->loop);
}

static void deliver_now(bell_client *client,
                        struct bell__completion *completion)
{
    void *value = NULL;
    bell_status status = completion->status;
    struct bell__reply *reply = client->spare;
    client->spare = NULL;
    if (status == BELL_OK) {
        status = decode(client, &reply, completion, &value, &completion->error);
    }
    if (completion->status == BELL_REFUSED) {
        bell__failure_read(client, &client->failure, completion);
    }
    static const bell_error none; /* nothing to write for each good reply */
    const bell_error *error = status == BELL_OK ? &none : &completion->error;
    const void *lent = value == NULL ? NULL : bell__reply_lend(reply);
    bell__client_call_back(client, completion, status, lent, error);
    if (lent != NULL) {
        bell__reply_take_back(&reply);
    }
    bell__reply_close(&client->spare);
    client->spare = reply;
}

/* Another client's sync call is being pumped: its caller must not see our
 * callbacks run. Where memory is short for waiting, that is what is told. */
static void deliver_later(bell_client *client,
                          struct bell__completion *completion)
{
    struct bell__later *later =
        bell__memory_take(&client->memory, sizeof *later);
    if (later == NULL) {
        bell__error_set(&completion->error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                        "no memory for the reply");
        name_error(completion, &completion->error);
        completion->status = BELL_NO_MEMORY;
        deliver_now(client, completion);
        return;
    }
    void *value = NULL;
    memset(later, 0, sizeof *later);
    if (completion->status == BELL_OK) {
        completion->status = decode(client, &later->reply, completion, &value,
                                    &completion->error);
    }
    if (completion->status == BELL_OK) {
        bell__error_clear(&completion->error);
    }
    if (completion->status == BELL_REFUSED) {
        bell__failure_read(client, &later->failure, completion);
    }
    later->completion = *completion;
    later->completion.payload.text = NULL;
    later->value = value;
    *client->later_end = later;
    client->later_end = &later->next;
    bell__pump_owe(client);
}

static void deliver_waiting(bell_client *client)
{
    while (client->later != NULL) {
        struct bell__later *later = client->later;
        client->later = later->next;
        if (client->later == NULL) {
            client->later_end = &client->later;
        }
        const struct bell__completion *completion = &later->completion;
        const void *lent =
            later->value == NULL ? NULL : bell__reply_lend(later->reply);
        if (later->failure.call != 0) {
            bell__failure_move(&client->failure, &later->failure);
        }
        bell__client_call_back(client, completion, completion->status, lent,
                               &completion->error);
        if (lent != NULL) {
            bell__reply_take_back(&later->reply);
        }
        bell__reply_close(&later->reply);
        bell__memory_free(&client->memory, later, sizeof *later);
    }
}

void bell__client_deliver(bell_client *client)
{
    struct bell__completion completion;
    if (!bell__pump_others(client)) {
        deliver_waiting(client);
    } else if (client->later != NULL) {
        bell__pump_owe(client); /* this turn was spent in vain */
    }
    while (bell__session_next(client->session, &completion)) {
        if (completion.call == client->awaited.call) {
            end_awaited(client, &completion);
        } else if (bell__pump_others(client) && !client->closed) {
            deliver_later(client, &completion);
        } else {
            deliver_now(client, &completion);
        }
    }
}

/* ---- The line --------------------------------------------------------------
 */

static void read_line(bell_client *client)
{
    struct bell__frame frame;
    while (!client->closed &&
           client->transport->ops->receive(client->transport, &frame)) {
        bell__client_note(client);
        bell__session_feed(client->session, &frame, client->loop->now);
        bell__client_deliver(client);
    }
}

/* The session drops a line that it no longer trusts. */
static void follow_news(bell_client *client)
{
    struct bell__session_news news;
    if (!bell__session_news(client->session, &news)) {
        return;
    }
    if (news.spent_token) {
        bell__renewal_spent(client);
    }
    if (news.ready || news.lost) {
        bell__loop_hurry(client->loop);
    }
    if (news.drop_line) {
        client->transport->ops->close(client->transport, news.drop_code);
        client->line_told = false;
    }
    if (news.lost) {
        bell__log_line(client, BELL_METRIC_LOST, news.reason.code);
    }
    if (news.ready) {
        bell__log_line(client, BELL_METRIC_CONNECTED, 0);
    }
    if (news.lost && news.retry_at == INT64_MAX) {
        bell__log(client, BELL_LEVEL_ERROR, "terminal", "ended for good: %s",
                  news.reason.message);
    } else if (news.lost) {
        bell__log(client, BELL_LEVEL_WARN, "lost",
                  "not connected: %s; next try in %" PRId64 " ms",
                  news.reason.message, news.retry_at - client->loop->now);
    }
    if (news.warning[0] != '\0') {
        bell__log(client, BELL_LEVEL_WARN, "refused", "%s", news.warning);
    }
    if (news.ready) {
        bell__log(client, BELL_LEVEL_INFO, "connected", "connected");
    }
    if (news.token_due) {
        bell__renewal_due(client);
    }
}

static void check_line(bell_client *client)
{
    enum bell__session_state state = bell__session_state(client->session);
    bool wants = state == BELL__SESSION_OPENING ||
                 state == BELL__SESSION_GREETING ||
                 state == BELL__SESSION_READY;
    if (wants && client->transport->line == BELL__LINE_DOWN) {
        bell__client_note(client);
        client->line_told = false;
        bell__session_lost(client->session, &client->transport->end,
                           client->loop->now);
    } else if (lines_up(client) && !client->line_told) {
        client->line_told = true;
        bell__session_opened(client->session, client->loop->now);
    }
}

static void dial(bell_client *client)
{
    int64_t now = client->loop->now;
    if (!bell__session_wants_line(client->session, now) ||
        !bell__renewal_ready(client) || client->closed) {
        return;
    }
    if (client->transport->line != BELL__LINE_DOWN) {
        client->transport->ops->close(client->transport, 0);
    }
    bell__log(client, BELL_LEVEL_INFO, "connecting", "connecting");
    bell__session_opening(client->session, now);
    client->line_told = false;
    bell_status status = client->transport->ops->open(client->transport);
    if (status != BELL_OK) {
        struct bell__line_end end = {0, 0, "no memory for a connection"};
        bell__session_lost(client->session, &end, now);
    }
}

void bell__client_turn(struct bell__guest *guest)
{
    bell_client *client = (bell_client *)(void *)guest;
    if (client->closed) {
        return;
    }
    bell__client_note(client);
    check_line(client);
    read_line(client);
    if (client->closed) {
        return;
    }
    check_line(client);
    bell__session_tick(client->session, client->loop->now);
    bell__client_deliver(client);
    if (client->closed) {
        return;
    }
    follow_news(client);
    if (client->closed) {
        return;
    }
    dial(client);
    if (client->closed) {
        return;
    }
    check_line(client);
    bell__client_flush(client);
    bell__loop_remind(client->loop, guest,
                      bell__session_deadline(client->session));
}
