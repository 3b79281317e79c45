/* call.c: the two ways to call. One asynchronous core; a sync call is that
 * core, pumped until the one call is done. */
#include "client/client.h"

#include <string.h>

#include "base/error.h"
#include "client/pump.h"
#include "client/started.h"

/* A line that was quiet for longer is looked at before it is written to: the
 * server may have hung up while the program did something else. */
enum { LOOK_AFTER_MS = 5 };

/* As much of the caller's options as its struct has: it may be an older one, or
 * a newer one whose other members we do not know. */
static const bell_call_options *read_options(const bell_call_options *options,
                                             size_t size,
                                             bell_call_options *copy)
{
    if (options == NULL || size == sizeof *copy) {
        return options;
    }
    memset(copy, 0, sizeof *copy);
    memcpy(copy, options, size < sizeof *copy ? size : sizeof *copy);
    return copy;
}

static int64_t choose_deadline(const bell_client *client,
                               const bell_method *method,
                               const bell_call_options *options)
{
    int64_t ms = options != NULL ? options->deadline_ms : 0;
    if (ms == 0) {
        ms = client->options.deadline_ms;
    }
    if (ms == 0) {
        ms = method->deadline_ms;
    }
    if (ms == 0) {
        ms = client->environment.deadline_ms;
    }
    bool never = ms < 0 || ms > INT64_MAX - client->loop->now;
    return never ? INT64_MAX : client->loop->now + ms;
}

static bell_status encode(struct bell__link *link, struct bell__buf *out,
                          const bell_method *method, const void *params,
                          bell_error *error)
{
    const bell_link_kind *kind = link->table->kind;
    if (method->params != NULL && params == NULL) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "%s needs params", method->name);
    }
    if (kind->encode != NULL) {
        return kind->encode(link, out, method, params, error);
    }
    if (method->params == NULL) {
        bell_status status = bell__buf_append(out, "{}", 2);
        if (status != BELL_OK) {
            bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                            "no memory for the request");
        }
        return status;
    }
    return bell__encode(out, method->params, params, &link->client->limits,
                        error);
}

static uint32_t choose_retries(const struct bell__link *link,
                               const bell_call_options *options)
{
    const bell_options *standard = &link->client->options;
    int32_t said = options != NULL ? options->retries : 0;
    if (said == 0 && !link->table->kind->lineless) {
        return standard->retries;
    }
    said = said == 0 ? standard->rest_retries : said;
    return said < 0 ? 0 : (uint32_t)said;
}

/* The method's way to the service, in use from now on. NULL and *error where
 * it has none: a method of another service, or no memory. */
static struct bell__link *
find_link(bell_client *client, const bell_method *method, bell_error *error)
{
    if (method->link >= client->link_count) {
        bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                        "%s is not a method of the client's service",
                        method->name);
        return NULL;
    }
    struct bell__link *link = &client->links[method->link];
    return bell__link_want(link, error) == BELL_OK ? link : NULL;
}

bell_status bell__call_submit(struct bell__link *link,
                              const struct bell__order *order,
                              const void *params, bell_call *call,
                              bell_error *error)
{
    bell_client *client = link->client;
    struct bell__buf *out =
        bell__session_begin(link->session, order, client->loop->now, error);
    if (out == NULL) {
        return error->status;
    }
    size_t before = out->size;
    bell_status status = encode(link, out, order->method, params, error);
    if (status != BELL_OK) {
        bell__session_abort(link->session);
        return status;
    }
    size_t bytes = out->size - before;
    status = bell__session_commit(link->session, call, error);
    if (status == BELL_OK) {
        bell__log_call(client, *call, order->method, bytes,
                       !bell__link_is_ready(link));
    }
    return status;
}

/* Begins, encodes, commits. *error is written where the status is not OK. */
static bell_status submit(bell_client *client, const bell_method *method,
                          const void *params, bell_function done, void *context,
                          const bell_call_options *options, bell_call *call,
                          bell_error *error)
{
    error->status = BELL_OK;
    struct bell__link *link = find_link(client, method, error);
    if (link == NULL) {
        return error->status;
    }
    struct bell__order order = {
        .method = method,
        .done = done,
        .context = context,
        .deadline = choose_deadline(client, method, options),
        .fail_fast = options != NULL && options->fail_fast,
        .fresh = options != NULL && options->no_cache,
        .retries = choose_retries(link, options),
    };
    const struct bell__link_ways *ways = link->table->kind->ways;
    return ways != NULL ? ways->submit(link, &order, params, call, error)
                        : bell__call_submit(link, &order, params, call, error);
}

static bell_status refuse(const bell_client *client, const bell_method *method,
                          bell_error *to, bell_error *error)
{
    if (error->method[0] == '\0') {
        bell__error_method(error, method->name, method->name_size);
    }
    error->sent = BELL_SENT_NO;
    bell__client_tell(client, to, error);
    return error->status;
}

bell_status bell_client_start(bell_client *client, const bell_method *method,
                              const void *params, bell_function done,
                              void *context, const bell_call_options *options,
                              size_t options_size, bell_call *call,
                              bell_error *error)
{
    if (client == NULL) {
        return bell__client_missing(error);
    }
    bell_call_options copy;
    bell_error trouble;
    bell_call number = 0;
    struct bell_loop *loop = client->loop;
    bell__client_clear(client, error);
    if (bell__loop_is_others(loop)) {
        return bell__client_refuse_thread(client, error);
    }
    if (!bell__loop_held(loop)) {
        bell__loop_clock(loop);
    }
    if (done == NULL) {
        bell__error_set(&trouble, BELL_INVALID, BELL_ORIGIN_LOCAL,
                        "%s: a callback is needed", method->name);
        return refuse(client, method, error, &trouble);
    }
    bell__loop_hold(loop); /* a log may close the client */
    bell_status status =
        submit(client, method, params, done, context,
               read_options(options, options_size, &copy), &number, &trouble);
    if (status != BELL_OK) {
        refuse(client, method, error, &trouble);
    }
    bell__loop_due(loop, &client->guest);
    bell__loop_leave_off(loop);
    if (status == BELL_OK && call != NULL) {
        *call = number;
    }
    return status;
}

/* A line that turns out to be dead is dialed again at once: this program calls
 * on a schedule of its own, so it is no part of a herd. */
static void look_at_line(bell_client *client, const bell_method *method)
{
    struct bell_loop *loop = client->loop;
    bell__loop_clock(loop);
    if (loop->now - loop->looked_at < LOOK_AFTER_MS) {
        return;
    }
    struct bell__link *link =
        method->link < client->link_count ? &client->links[method->link] : NULL;
    bool was_ready = link != NULL && bell__link_is_ready(link);
    bell__loop_pump(loop, 0);
    if (was_ready && !client->closed && !bell__link_is_ready(link)) {
        bell__session_kick(link->session, loop->now);
        bell__loop_due(loop, &client->guest);
    }
}

static bell_status closed_meanwhile(const bell_client *client,
                                    const bell_method *method,
                                    bell_error *error)
{
    bell_error trouble;
    bell__error_set(&trouble, BELL_CLOSED, BELL_ORIGIN_LOCAL,
                    "%s: a callback closed the client", method->name);
    return refuse(client, method, error, &trouble);
}

/* Pumps until the awaited call is done. */
static bell_status wait_for(bell_client *client, void **result)
{
    struct bell__awaited *awaited = &client->awaited;
    if (awaited->call != 0) { /* no log has closed the client */
        bell__link_flush(bell__started_link(client, awaited->call));
        bell__loop_remind(client->loop, &client->guest,
                          bell__client_deadline(client));
    }
    while (awaited->call != 0) {
        bell__loop_pump(client->loop, -1);
        if (awaited->call != 0 && bell__loop_stuck(client->loop)) {
            bell_cancel(client, awaited->call); /* a fake that is silent */
        }
    }
    if (result != NULL) {
        *result = awaited->value;
    } else {
        bell_free(awaited->value);
    }
    return awaited->status;
}

bell_status bell_client_call(bell_client *client, const bell_method *method,
                             const void *params,
                             const bell_call_options *options,
                             size_t options_size, void **result,
                             bell_error *error)
{
    if (result != NULL) {
        *result = NULL;
    }
    if (client == NULL) {
        return bell__client_missing(error);
    }
    bell_call_options copy;
    bell_error trouble;
    bell__client_clear(client, error);
    if (!bell__owner_take(&client->loop->owner)) {
        return bell__client_refuse_thread(client, error);
    }
    if (bell__loop_held(client->loop)) {
        return bell__client_refuse_inside(client, error);
    }
    bell__pump_enter(client);
    look_at_line(client, method);
    bell_status status = BELL_OK;
    if (client->closed) {
        status = closed_meanwhile(client, method, error);
    } else {
        client->awaited.value = NULL; /* a log may end it before it waits */
        client->awaited.error = error;
        status = submit(client, method, params, NULL, NULL,
                        read_options(options, options_size, &copy),
                        &client->awaited.call, &trouble);
        if (status != BELL_OK) {
            refuse(client, method, error, &trouble);
        }
    }
    if (status == BELL_OK) {
        status = wait_for(client, result);
    }
    bell__pump_leave(client);
    return status;
}
