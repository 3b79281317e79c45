/* call.c: the two ways to call. One asynchronous core; a sync call is that
 * core, pumped until the one call is done. */
#include "client/client.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "client/pump.h"

/* A line that was quiet for longer is looked at before it is written to: the
 * server may have hung up while the program did something else. */
enum { LOOK_AFTER_MS = 5 };

static int64_t choose_deadline(const bell_client *client,
                               const bell_method *method,
                               const bell_call_options *options)
{
    enum { DEADLINE_DEFAULT_MS = 30000 };
    int64_t ms = options != NULL ? options->deadline_ms : 0;
    if (ms == 0) {
        ms = client->options.deadline_ms;
    }
    if (ms == 0) {
        ms = method->deadline_ms;
    }
    if (ms == 0) {
        ms = DEADLINE_DEFAULT_MS;
    }
    bool never = ms < 0 || ms > INT64_MAX - client->loop->now;
    return never ? INT64_MAX : client->loop->now + ms;
}

static bell_status encode(bell_client *client, struct bell__buf *out,
                          const bell_method *method, const void *params,
                          bell_error *error)
{
    if (method->params == NULL) {
        bell_status status = bell__buf_append(out, "{}", 2);
        if (status != BELL_OK) {
            bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                            "no memory for the request");
        }
        return status;
    }
    if (params == NULL) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "%s needs params", method->name);
    }
    return bell__encode(out, method->params, params, &client->limits, error);
}

static uint32_t choose_retries(const bell_client *client,
                               const bell_call_options *options)
{
    int32_t said = options != NULL ? options->retries : 0;
    if (said == 0) {
        return client->options.retries;
    }
    return said < 0 ? 0 : (uint32_t)said;
}

/* Begins, encodes, commits. *error is written where the status is not OK. */
static bell_status submit(bell_client *client, const bell_method *method,
                          const void *params, bell_function done, void *context,
                          const bell_call_options *options, bell_call *call,
                          bell_error *error)
{
    struct bell__order order = {
        .method = method,
        .done = done,
        .context = context,
        .deadline = choose_deadline(client, method, options),
        .fail_fast = options != NULL && options->fail_fast,
        .retries = choose_retries(client, options),
    };
    error->status = BELL_OK;
    struct bell__buf *out =
        bell__session_begin(client->session, &order, client->loop->now, error);
    if (out == NULL) {
        return error->status;
    }
    size_t before = out->size;
    bell_status status = encode(client, out, method, params, error);
    if (status != BELL_OK) {
        bell__session_abort(client->session);
        return status;
    }
    size_t bytes = out->size - before;
    status = bell__session_commit(client->session, call, error);
    if (status == BELL_OK) {
        bell__log_call(client, *call, method, bytes);
    }
    return status;
}

static bell_status refuse(const bell_client *client, const bell_method *method,
                          bell_error *to, bell_error *error)
{
    if (error->method[0] == '\0') {
        size_t size = method->name_size;
        if (size >= sizeof error->method) {
            size = sizeof error->method - 1;
        }
        memcpy(error->method, method->name, size);
        error->method[size] = '\0';
    }
    error->sent = BELL_SENT_NO;
    bell__client_tell(client, to, error);
    return error->status;
}

static void clear(const bell_client *client, bell_error *error)
{
    if (error != NULL) {
        memset(error, 0, client->error_size);
    }
}

bell_status bell_client_start(bell_client *client, const bell_method *method,
                              const void *params, bell_function done,
                              void *context, const bell_call_options *options,
                              bell_call *call, bell_error *error)
{
    bell_error trouble;
    bell_call number = 0;
    clear(client, error);
    if (!bell__loop_held(client->loop)) {
        bell__loop_clock(client->loop);
    }
    if (done == NULL) {
        bell__error_set(&trouble, BELL_INVALID, BELL_ORIGIN_LOCAL,
                        "%s: a callback is needed", method->name);
        return refuse(client, method, error, &trouble);
    }
    bell_status status = submit(client, method, params, done, context, options,
                                &number, &trouble);
    if (status != BELL_OK) {
        return refuse(client, method, error, &trouble);
    }
    bell__loop_due(client->loop, &client->guest);
    if (call != NULL) {
        *call = number;
    }
    return BELL_OK;
}

static bell_status refuse_inside(const bell_client *client, bell_error *error)
{
    bell_error trouble;
    bell__error_set(&trouble, BELL_REENTRANT, BELL_ORIGIN_LOCAL,
                    "a sync call inside a callback would never end: start an "
                    "async one");
    trouble.sent = BELL_SENT_NO;
    bell__client_tell(client, error, &trouble);
    return BELL_REENTRANT;
}

/* A line that turns out to be dead is dialed again at once: this program calls
 * on a schedule of its own, so it is no part of a herd. */
static void look_at_line(bell_client *client)
{
    struct bell_loop *loop = client->loop;
    bell__loop_clock(loop);
    if (loop->now - loop->looked_at < LOOK_AFTER_MS) {
        return;
    }
    bool was_ready = bell_connected(client);
    bell__loop_pump(loop, 0);
    if (was_ready && !client->closed && !bell_connected(client)) {
        bell__session_kick(client->session, loop->now);
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
static bell_status wait_for(bell_client *client, void **result,
                            bell_error *error)
{
    struct bell__awaited *awaited = &client->awaited;
    awaited->value = NULL;
    awaited->error = error;
    bell__client_flush(client);
    bell__loop_remind(client->loop, &client->guest,
                      bell__session_deadline(client->session));
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
                             const bell_call_options *options, void **result,
                             bell_error *error)
{
    bell_error trouble;
    clear(client, error);
    if (result != NULL) {
        *result = NULL;
    }
    if (bell__loop_held(client->loop)) {
        return refuse_inside(client, error);
    }
    bell__pump_enter(client);
    look_at_line(client);
    bell_status status = BELL_OK;
    if (client->closed) {
        status = closed_meanwhile(client, method, error);
    } else {
        status = submit(client, method, params, NULL, NULL, options,
                        &client->awaited.call, &trouble);
        if (status != BELL_OK) {
            refuse(client, method, error, &trouble);
        }
    }
    if (status == BELL_OK) {
        status = wait_for(client, result, error);
    }
    bell__pump_leave(client);
    return status;
}

void bell_cancel(bell_client *client, bell_call call)
{
    bell__client_note(client);
    if (bell__session_cancel(client->session, call)) {
        bell__loop_due(client->loop, &client->guest);
    }
}

bool bell_connected(const bell_client *client)
{
    return bell__session_state(client->session) == BELL__SESSION_READY;
}

void bell_kick(bell_client *client)
{
    bell__loop_clock(client->loop);
    bell__session_kick(client->session, client->loop->now);
    bell__loop_due(client->loop, &client->guest);
}

static bell_status not_connected(const bell_client *client, int64_t deadline_ms,
                                 bell_error *error)
{
    bell_error trouble;
    enum bell__session_state state = bell__session_state(client->session);
    const char *why = bell__session_trouble(client->session);
    if (state == BELL__SESSION_CLOSED) {
        bell__error_set(&trouble, BELL_CLOSED, BELL_ORIGIN_LOCAL,
                        "the client was closed");
    } else if (state == BELL__SESSION_TERMINAL) {
        trouble = *bell__session_reason(client->session);
        trouble.status = BELL_TERMINAL;
    } else {
        bell__error_set(&trouble, BELL_DEADLINE, BELL_ORIGIN_LOCAL,
                        "not connected within %" PRId64 " ms%s%s", deadline_ms,
                        why[0] == '\0' ? "" : ": ", why);
    }
    bell__client_tell(client, error, &trouble);
    return trouble.status;
}

bell_status bell_connect(bell_client *client, int64_t deadline_ms,
                         bell_error *error)
{
    clear(client, error);
    if (bell__loop_held(client->loop)) {
        return refuse_inside(client, error);
    }
    if (deadline_ms == 0) {
        deadline_ms = client->options.connect_deadline_ms;
    }
    bell__pump_enter(client);
    bell__loop_clock(client->loop);
    int64_t deadline = INT64_MAX;
    if (deadline_ms > 0 && deadline_ms < INT64_MAX - client->loop->now) {
        deadline = client->loop->now + deadline_ms;
    }
    enum bell__session_state state = bell__session_state(client->session);
    while (state != BELL__SESSION_READY && state != BELL__SESSION_TERMINAL &&
           state != BELL__SESSION_CLOSED && client->loop->now < deadline) {
        int64_t left =
            deadline == INT64_MAX ? -1 : deadline - client->loop->now;
        bell__loop_pump(client->loop, left);
        if (left < 0 && bell__loop_stuck(client->loop)) {
            break;
        }
        state = bell__session_state(client->session);
    }
    bell_status status = BELL_OK;
    if (state != BELL__SESSION_READY) {
        status = not_connected(client, deadline_ms, error);
    }
    bell__pump_leave(client);
    return status;
}
