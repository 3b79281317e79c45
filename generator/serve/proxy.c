/* proxy.c: the HTTP endpoint that a Centrifugo calls for each RPC, or for each
 * publication: https://centrifugal.dev/docs/server/proxy */
#include "serve/sockets.h"

#include <stdio.h>

#include "base/memory.h"
#include "base/tame.h"
#include "peer/centrifugo_peer.h"
#include "serve/publish.h"

enum { TOLD_BYTES_MAX = 512 };

static bool write_error(struct bell__buf *out,
                        const struct bell__peer_error *error)
{
    bell__buf_add_text(out, "{\"error\":");
    bell__peer_add_error(out, error);
    bell__buf_add_text(out, "}");
    return bell__buf_settle(out) == BELL_OK;
}

static bool write_answer(struct bell__buf *out,
                         const struct bell__outcome *outcome)
{
    if (outcome->refused) {
        struct bell__peer_error error = answers_error(outcome);
        return write_error(out, &error);
    }
    if (outcome->data.size == 0) {
        bell__buf_add_text(out, "{}");
    } else {
        bell__buf_add_text(out, "{\"result\":{\"data\":");
        bell__buf_add_string(out, outcome->data);
        bell__buf_add_text(out, "}}");
    }
    return bell__buf_settle(out) == BELL_OK;
}

/* Allowed or not is said here; the reply itself goes out by the server API. */
static bool write_verdict(struct bell__buf *out,
                          const struct publication *publication)
{
    struct bell__peer_error error = {.code = publication->code,
                                     .message = bell_str(publication->message),
                                     .temporary =
                                         publication->code == PUBLISH_BUSY};
    if (publication->code != 0) {
        return write_error(out, &error);
    }
    bell__buf_add_text(out, "{\"result\":{}}");
    return bell__buf_settle(out) == BELL_OK;
}

/* What else is said is text for people. */
static bool write_words(struct exchange *exchange, int status,
                        const char *words)
{
    exchange->status = status;
    exchange->type = NULL;
    bell__buf_add_text(&exchange->out, words);
    return bell__buf_settle(&exchange->out) == BELL_OK;
}

static void judge(struct server *server, struct publication *publication)
{
    if (publication->code == 0 && !publication->quiet) {
        bell_string reply = {publication->reply.bytes, publication->reply.size};
        if (!api_has_room(&server->api) ||
            !api_publish(&server->api, bell_str(publication->reply_to), reply,
                         publication->mishap)) {
            publication->code = PUBLISH_BUSY;
            publication->message = "too many replies wait";
        }
    }
    if (server->options->backend->verbose && publication->code != 0) {
        char name[TOLD_BYTES_MAX];
        snprintf(
            name, sizeof name, "%.*s",
            (int)bell__cut(bell_str(publication->method), TOLD_BYTES_MAX - 1),
            publication->method);
        bell__tame(name);
        fprintf(stderr, "%s: %s\n", name, publication->message);
    }
}

static bool answer_publication(struct exchange *exchange)
{
    struct server *server = exchange->server;
    struct publication publication;
    bool good;
    bell__buf_open(&publication.reply, &bell__memory_default, 0);
    if (publish_take(server->options->backend, exchange->body, &publication)) {
        judge(server, &publication);
        good = write_verdict(&exchange->out, &publication);
    } else {
        good = write_words(exchange, 400,
                           "the body is no publish proxy request\n");
    }
    bell__buf_close(&publication.reply);
    return good;
}

static bool answer_call(struct exchange *exchange)
{
    struct bell__peer_call call; /* the proxy's request has its members */
    struct bell__buf name;
    bell_string method = {"", 0};
    struct asker asker = {.number = 0};
    if (!bell__peer_read_rpc(exchange->body, &call)) {
        return write_words(exchange, 400, "the body is no RPC proxy request\n");
    }
    bell__buf_open(&name, &bell__memory_default, 0);
    bool good = bell__buf_reserve(&name, call.method.size + 1) == BELL_OK;
    if (good && call.method.size != 0) {
        bell__peer_text(call.method, name.bytes, call.method.size, &method);
    }
    if (good) {
        struct bell__outcome outcome;
        exchange->mishap = backend_call(exchange->server->options->backend,
                                        &asker, method, call.params, &outcome);
        good = write_answer(&exchange->out, &outcome);
    }
    bell__buf_close(&name);
    return good;
}

static bool answer(struct exchange *exchange)
{
    if (!http_same(exchange->head->method, "POST")) {
        return write_words(exchange, 405,
                           "this is a proxy endpoint: POST to it\n");
    }
    exchange->type = "application/json";
    return exchange->server->options->publish_proxy
               ? answer_publication(exchange)
               : answer_call(exchange);
}

void sockets_accept_proxy(struct net_line *line)
{
    exchange_accept(line, answer, 0);
}
