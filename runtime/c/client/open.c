/* open.c: a client's beginning and end. */
#include "client/client.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "fake/fake.h"
#include "transport/ws.h"

void bell__client_tell(const bell_client *client, bell_error *to,
                       const bell_error *from)
{
    if (to == NULL) {
        return;
    }
    size_t size = sizeof *from;
    memcpy(to, from, client->error_size < size ? client->error_size : size);
}

static uint64_t draw(void *context)
{
    bell_client *client = context;
    uint64_t bits = 0;
    if (!bell__random_take(&client->random, &bits, sizeof bits)) {
        bits = (uint64_t)client->loop->now_ns; /* only spreads reconnects */
    }
    return bits;
}

static void fill_time(int64_t *value, int64_t standard)
{
    if (*value == 0) {
        *value = standard;
    }
}

static void fill_size(size_t *value, size_t standard)
{
    if (*value == 0) {
        *value = standard;
    }
}

/* What the comments in bell.h promise. */
static void fill_defaults(bell_options *options)
{
    enum { MIB = 1024 * 1024 };
    if (options->url == NULL && options->fake == NULL) {
        options->url = getenv("CENTRIFUGO_URL");
    }
    if (options->name == NULL) {
        options->name = "bellpull";
    }
    fill_time(&options->connect_deadline_ms, 5000);
    fill_time(&options->reconnect_min_ms, 500);
    fill_time(&options->reconnect_max_ms, 20000);
    fill_time(&options->ping_grace_ms, 10000);
    fill_size(&options->request_bytes_max, 65536);
    fill_size(&options->queue_bytes_max, 16 * MIB);
    fill_size(&options->message_bytes_max, 64 * MIB);
    fill_size(&options->reply_bytes_max, 64 * MIB);
    if (options->calls_max == 0) {
        options->calls_max = MIB;
    }
    if (options->depth_max == 0) {
        options->depth_max = 64;
    }
    if (options->items_max == 0) {
        options->items_max = 16 * MIB;
    }
}

static const char *wrong_option(const bell_options *options)
{
    if (options->fake != NULL && options->loop != NULL &&
        options->loop !=
            ((struct bell__line_maker *)(void *)options->fake)->loop) {
        return "a client of a fake lives in the fake's loop: leave loop out";
    }
    if (options->fake == NULL &&
        (options->url == NULL || options->url[0] == '\0')) {
        return "url is missing (or set $CENTRIFUGO_URL)";
    }
    if (options->deadline_ms < -1) {
        return "deadline_ms is negative (-1 means none)";
    }
    if (options->connect_deadline_ms < 0) {
        return "connect_deadline_ms is negative";
    }
    if (options->reconnect_min_ms < 0 ||
        options->reconnect_max_ms < options->reconnect_min_ms) {
        return "reconnect_min_ms is negative or beyond reconnect_max_ms";
    }
    if (options->ping_grace_ms < 0) {
        return "ping_grace_ms is negative";
    }
    if (options->calls_max > UINT32_MAX / 8) {
        return "calls_max is beyond 536870911";
    }
    if ((unsigned)options->tls_version_min > BELL_TLS_1_3) {
        return "tls_version_min is no version";
    }
    if (options->token != NULL && options->token_get != NULL) {
        return "token and token_get: give one of them";
    }
    if (options->request_bytes_max > UINT32_MAX) {
        return "request_bytes_max is beyond 4294967295";
    }
    return NULL;
}

/* Frees whatever of a client exists. */
static void free_client(struct bell__guest *guest)
{
    bell_client *client = (bell_client *)(void *)guest;
    bell_allocator memory = client->memory;
    if (client->transport != NULL) {
        client->transport->ops->free(client->transport);
    }
    bell__session_free(client->session);
    bell__mode_close(client);
    bell__reply_close(&client->spare);
    bell__failure_close(&client->failure);
    while (client->later != NULL) {
        struct bell__later *later = client->later;
        client->later = later->next;
        bell__reply_close(&later->reply);
        bell__failure_close(&later->failure);
        bell__memory_free(&memory, later, sizeof *later);
    }
    bell__log_close(client);
    if (client->own_loop) {
        client->loop->orphan = true;
    }
    bell__memory_free(&memory, client, sizeof *client);
}

static bell_status make_line(bell_client *client, bell_error *error)
{
    const bell_options *options = &client->options;
    if (options->fake != NULL) {
        struct bell__line_maker *maker = (void *)options->fake;
        bell_status status =
            maker->make(maker, &client->guest, &client->transport);
        return status == BELL_OK
                   ? status
                   : bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                                     "no memory for a client");
    }
    struct bell__tls_options tls = {
        .ca_file = options->tls_ca_file,
        .ca_folder = options->tls_ca_folder,
        .certificate_file = options->tls_certificate_file,
        .key_file = options->tls_key_file,
        .version_min = options->tls_version_min == BELL_TLS_1_3 ? BELL_TLS_1_3
                                                                : BELL_TLS_1_2,
        .unverified = options->tls_insecure_accept_anybody,
    };
    struct bell__ws_options line = {
        .tls = &tls,
        .memory = &client->memory,
        .loop = client->loop,
        .guest = &client->guest,
        .random = &client->random,
        .url = options->url,
        .origin = options->origin,
        .message_bytes_max = options->message_bytes_max,
    };
    return bell__ws_make(&line, &client->transport, error);
}

static bell_status make_parts(bell_client *client, bell_error *error)
{
    const bell_options *options = &client->options;
    bell_status status = make_line(client, error);
    if (status != BELL_OK) {
        return status;
    }
    status = bell__mode_open(client, error);
    if (status == BELL_INVALID) {
        return status;
    }
    if (status == BELL_OK) {
        struct bell__session_options session = {
            .memory = &client->memory,
            .protocol = client->protocol,
            .random = draw,
            .random_context = client,
            .reconnect_min_ms = options->reconnect_min_ms,
            .reconnect_max_ms = options->reconnect_max_ms,
            .connect_deadline_ms = options->connect_deadline_ms,
            .ping_grace_ms = options->ping_grace_ms,
            .calls_max = options->calls_max,
            .request_bytes_max = options->request_bytes_max,
            .queue_bytes_max = options->queue_bytes_max,
            .fail_fast = options->fail_fast,
            .renews = options->token_get != NULL,
        };
        status =
            bell__session_make(&session, client->loop->now, &client->session);
    }
    if (status == BELL_OK) {
        status = bell__log_open(client);
    }
    if (status != BELL_OK) {
        bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                        "no memory for a client");
    }
    return status;
}

/* The caller's texts may go when bell_client_open() returns. */
static void forget_texts(bell_options *options)
{
    options->url = NULL;
    options->token = NULL;
    options->user_id = NULL;
    options->name = NULL;
    options->origin = NULL;
    options->request_channel = NULL;
    options->reply_channel = NULL;
    options->responder_user = NULL;
    options->tls_ca_file = NULL;
    options->tls_ca_folder = NULL;
    options->tls_certificate_file = NULL;
    options->tls_key_file = NULL;
    options->allocator = NULL;
}

static bell_status open_loop(const bell_options *options,
                             const bell_allocator *memory, bell_loop **loop,
                             bell_error *error)
{
    if (options->fake != NULL) {
        *loop = ((struct bell__line_maker *)(void *)options->fake)->loop;
        return BELL_OK;
    }
    if (options->loop != NULL) {
        *loop = options->loop;
        return BELL_OK;
    }
    return bell_loop_open(memory, loop, error);
}

static bell_status open_client(const bell_service *service,
                               const bell_options *options, size_t error_size,
                               bell_client **client, bell_error *error)
{
    const bell_allocator *memory =
        options->allocator != NULL ? options->allocator : &bell__memory_default;
    const char *wrong = wrong_option(options);
    if (wrong != NULL) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "options: %s", wrong);
    }
    bell_client *made = bell__memory_take(memory, sizeof *made);
    if (made == NULL) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for a client");
    }
    memset(made, 0, sizeof *made);
    made->memory = *memory;
    bell_status status = open_loop(options, &made->memory, &made->loop, error);
    if (status != BELL_OK) {
        bell__memory_free(memory, made, sizeof *made);
        return status;
    }
    made->own_loop = options->loop == NULL && options->fake == NULL;
    made->guest.turn = bell__client_turn;
    made->guest.free = free_client;
    made->later_end = &made->later;
    made->service = service;
    made->options = *options;
    made->error_size = error_size;
    made->limits.depth_max = options->depth_max;
    made->limits.items_max = options->items_max;
    if (!bell__loop_held(made->loop)) {
        bell__loop_clock(made->loop);
    }
    status = make_parts(made, error);
    if (status != BELL_OK) {
        struct bell_loop *loop = made->loop;
        free_client(&made->guest);
        bell__loop_end(loop);
        return status;
    }
    forget_texts(&made->options);
    bell__loop_join(made->loop, &made->guest);
    bell__loop_due(made->loop, &made->guest);
    *client = made;
    return BELL_OK;
}

bell_status bell_client_open(const bell_service *service,
                             const bell_options *options, size_t options_size,
                             bell_client **client, bell_error *error,
                             size_t error_size)
{
    bell_options filled;
    bell_error trouble;
    *client = NULL;
    memset(&filled, 0, sizeof filled);
    if (options != NULL) {
        memcpy(&filled, options,
               options_size < sizeof filled ? options_size : sizeof filled);
    }
    fill_defaults(&filled);
    memset(&trouble, 0, sizeof trouble);
    bell_status status =
        open_client(service, &filled, error_size, client, &trouble);
    if (error != NULL) {
        memset(error, 0, error_size);
        memcpy(error, &trouble,
               error_size < sizeof trouble ? error_size : sizeof trouble);
    }
    return status;
}

bell_loop *bell_client_loop(bell_client *client)
{
    return client->loop;
}

void bell_close(bell_client *client)
{
    if (client == NULL || client->closed) {
        return;
    }
    struct bell_loop *loop = client->loop;
    client->closed = true;
    bell__loop_hold(loop);
    uint64_t ignored = bell__session_ignored(client->session);
    if (ignored != 0) {
        bell__log(client, BELL_LEVEL_INFO, "closed",
                  "closed; %" PRIu64 " replies came for calls that were over",
                  ignored);
    } else {
        bell__log(client, BELL_LEVEL_INFO, "closed", "closed");
    }
    bell__client_note(client);
    bell__session_shut(client->session);
    bell__client_deliver(client);
    client->transport->ops->close(client->transport, 1000);
    bell__loop_let_go(loop);
    bell__loop_leave(loop, &client->guest);
    bell__loop_end(loop);
}
