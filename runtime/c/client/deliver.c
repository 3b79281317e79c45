/* deliver.c: calls that ended reach those who made them: decoded, handed to
 * the caller that waits or to the callback. It knows no line. */
#include "client/deliver.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "client/client.h"
#include "client/pump.h"

/* Calls the user's function, outside of any state change. */
static void call_back(bell_client *client,
                      const struct bell__completion *completion,
                      bell_status status, const void *value,
                      const bell_error *error)
{
    bell__log_end(client, completion, status, error);
    bell__loop_hurry(client->loop);
    const bell_link_kind *kind =
        client->links[completion->method->link].table->kind;
    if (kind->lend != NULL && !client->closed) { /* by the log: it is gone */
        kind->lend(client, completion, status == BELL_OK);
    }
    bell__loop_hold(client->loop);
    completion->method->deliver(completion->done, completion->context, status,
                                value, error);
    if (kind->lend != NULL) {
        kind->lend(client, NULL, false);
    }
    bell__loop_let_go(client->loop);
}

static void name_error(const struct bell__completion *completion,
                       bell_error *error)
{
    error->call = completion->call;
    bell__error_method(error, completion->method->name,
                       completion->method->name_size);
}

/* The body itself, in a record with one string. */
static bell_status take_text(bell_string body, void *value,
                             struct bell__arena *arena, bell_error *error)
{
    size_t good = bell__utf8_good(body.text, body.size);
    bell_string text = {"", 0};
    if (good != body.size) {
        bell__error_set(error, BELL_BAD_REPLY, BELL_ORIGIN_CODEC,
                        "result: string is not UTF-8 (byte %zu)", good);
        error->offset = good;
        memcpy(error->path, "result", sizeof "result");
        return BELL_BAD_REPLY;
    }
    if (body.size != 0) {
        text = bell__arena_copy(arena, body);
    }
    if (text.text == NULL) {
        return bell__error_set(
            error, arena->limited ? BELL_LIMIT : BELL_NO_MEMORY,
            BELL_ORIGIN_LOCAL,
            arena->limited ? "the reply is larger than reply_bytes_max"
                           : "no memory for the reply");
    }
    memcpy(value, &text, sizeof text);
    return BELL_OK;
}

static bool is_text(const bell_method *method)
{
    return method->route != NULL &&
           (method->route->flags & BELL_ROUTE_TEXT) != 0;
}

/* The payload as the method's result in *reply. A method without a result has
 * nothing to decode: *value is NULL. */
static bell_status read_result(struct bell__link *link,
                               struct bell__reply **reply,
                               const struct bell__completion *completion,
                               void **value, bell_error *error)
{
    static const bell_string null = {"null", 4};
    bell_client *client = link->client;
    const bell_type *type = completion->method->result;
    bool limited = false;
    bell_string payload =
        completion->payload.size == 0 ? null : completion->payload;
    size_t limit = client->options.reply_bytes_max;
    *value = bell__reply_open(reply, &client->memory, limit, type->size,
                              payload.size, &limited);
    bell_status status = BELL_OK;
    if (*value == NULL) {
        status = bell__error_set(
            error, limited ? BELL_LIMIT : BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
            limited ? "the reply is larger than reply_bytes_max"
                    : "no memory for the reply");
    } else if (is_text(completion->method)) {
        status = take_text(completion->payload, *value,
                           bell__reply_arena(*reply), error);
    } else {
        status = bell__decode(payload, type, *value, bell__reply_arena(*reply),
                              &client->limits, "result", error);
    }
    if (client->pattern_work != 0) {
        bell__session_spend(link->session, client->pattern_work);
        client->pattern_work = 0;
    }
    const struct bell__protocol_ops *ops = link->protocol->ops;
    if (status == BELL_BAD_REPLY && completion->guessed &&
        ops->reread != NULL && ops->reread(link->protocol, &payload)) {
        status = bell__decode(payload, type, *value, bell__reply_arena(*reply),
                              &client->limits, "result", error);
    }
    if (status != BELL_OK) {
        *value = NULL;
        name_error(completion, error);
    }
    return status;
}

static bell_status decode(struct bell__link *link, struct bell__reply **reply,
                          const struct bell__completion *completion,
                          void **value, bell_error *error)
{
    bell_status status = BELL_OK;
    *value = NULL;
    if (completion->method->result != NULL) {
        status = read_result(link, reply, completion, value, error);
    }
    if (status == BELL_OK && link->table->kind->took != NULL) {
        link->table->kind->took(link, completion->method, *value);
    }
    return status;
}

bell_status bell__deliver_unheard(struct bell__link *link,
                                  struct bell__completion *completion)
{
    struct bell__reply *reply = NULL;
    void *value = NULL;
    bell_status status = completion->status;
    if (status == BELL_OK) {
        status = decode(link, &reply, completion, &value, &completion->error);
    }
    bell__log_end(link->client, completion, status, &completion->error);
    bell__reply_close(&reply);
    return status;
}

/* What a call was refused with. That of a call for which another one was is
 * there already. */
static void read_failure(bell_client *client, struct bell__failure *failure,
                         const struct bell__completion *completion)
{
    if (completion->status != BELL_REFUSED) {
        return;
    }
    if (client->failure.call != completion->call) {
        bell__failure_read(client, failure, completion);
    } else if (failure != &client->failure) {
        bell__failure_move(failure, &client->failure);
    }
}

static void end_awaited(struct bell__link *link,
                        struct bell__completion *completion)
{
    bell_client *client = link->client;
    struct bell__awaited *awaited = &client->awaited;
    struct bell__reply *reply = NULL;
    void *value = NULL;
    bell_status status = completion->status;
    if (status == BELL_OK) {
        status = decode(link, &reply, completion, &value, &completion->error);
    }
    read_failure(client, &client->failure, completion);
    if (link->table->kind->keep != NULL) {
        bool good = status == BELL_OK && !client->closed;
        link->table->kind->keep(client, good ? completion : NULL);
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

static void deliver_now(struct bell__link *link,
                        struct bell__completion *completion)
{
    bell_client *client = link->client;
    void *value = NULL;
    bell_status status = completion->status;
    struct bell__reply *reply = client->spare;
    client->spare = NULL;
    if (status == BELL_OK) {
        status = decode(link, &reply, completion, &value, &completion->error);
    }
    read_failure(client, &client->failure, completion);
    static bell_error none; /* nothing to write for each good reply, and
                               nothing to keep in the program's file */
    const bell_error *error = status == BELL_OK ? &none : &completion->error;
    const void *lent = value == NULL ? NULL : bell__reply_lend(reply);
    call_back(client, completion, status, lent, error);
    if (lent != NULL) {
        bell__reply_take_back(&reply);
    }
    bell__reply_close(&client->spare);
    client->spare = reply;
}

/* Another client's sync call is being pumped: its caller must not see our
 * callbacks run. Where memory is short for waiting, that is what is told. */
static void deliver_later(struct bell__link *link,
                          struct bell__completion *completion)
{
    bell_client *client = link->client;
    struct bell__later *later =
        bell__memory_take(&client->memory, sizeof *later);
    if (later == NULL) {
        bell__error_set(&completion->error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                        "no memory for the reply");
        name_error(completion, &completion->error);
        completion->status = BELL_NO_MEMORY;
        deliver_now(link, completion);
        return;
    }
    void *value = NULL;
    memset(later, 0, sizeof *later);
    if (completion->status == BELL_OK) {
        completion->status =
            decode(link, &later->reply, completion, &value, &completion->error);
    }
    if (completion->status == BELL_OK) {
        bell__error_clear(&completion->error);
    }
    read_failure(client, &later->failure, completion);
    later->completion = *completion;
    later->completion.payload.text = NULL;
    later->completion.code = 0; /* its head goes with the frame */
    later->value = value;
    *client->later_end = later;
    client->later_end = &later->next;
    bell__pump_owe(client);
}

void bell__deliver_waiting(bell_client *client)
{
    bool others = bell__pump_others(client) && !client->closed;
    if (client->later != NULL && others) {
        bell__pump_owe(client); /* this turn was spent in vain */
        return;
    }
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
        call_back(client, completion, completion->status, lent,
                  &completion->error);
        if (lent != NULL) {
            bell__reply_take_back(&later->reply);
        }
        bell__reply_close(&later->reply);
        bell__memory_free(&client->memory, later, sizeof *later);
    }
}

/* A callback may begin calls and cancel them without end: what is over the
 * bound has the next turn. */
void bell__deliver(struct bell__link *link)
{
    enum { DELIVERIES_MAX = 16 * 1024 };
    bell_client *client = link->client;
    const struct bell__link_ways *ways = link->table->kind->ways;
    struct bell__completion completion;
    int count = 0;
    bell__link_give_up(link);
    while (count++ < DELIVERIES_MAX &&
           bell__session_next(link->session, &completion)) {
        if (ways != NULL && ways->ended(link, &completion)) {
            /* nobody waits for it */
        } else if (completion.call == client->awaited.call) {
            end_awaited(link, &completion);
        } else if (bell__pump_others(client) && !client->closed) {
            deliver_later(link, &completion);
        } else {
            deliver_now(link, &completion);
        }
        bell__link_give_up(link);
    }
}
