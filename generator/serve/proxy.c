/* proxy.c: the HTTP endpoint that a Centrifugo calls for each RPC, or for each
 * publication: https://centrifugal.dev/docs/server/proxy */
#include "serve/sockets.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "peer/centrifugo_peer.h"
#include "serve/publish.h"

enum { BODY_BYTES_MAX = 16 * 1024 * 1024 };

struct exchange {
    struct bell__buf in;
    struct bell__buf out;
    size_t written;
    unsigned status; /* 0: not answered yet */
};

size_t sockets_proxy_size(void)
{
    return sizeof(struct exchange);
}

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
static bool write_words(struct bell__buf *out, const char *words)
{
    bell__buf_add_text(out, words);
    return bell__buf_settle(out) == BELL_OK;
}

static void judge(struct server *server, struct publication *publication)
{
    if (publication->code == 0 && !publication->quiet) {
        bell_string reply = {publication->reply.bytes, publication->reply.size};
        if (!api_has_room(&server->api) ||
            !api_publish(&server->api, bell_str(publication->reply_to),
                         reply)) {
            publication->code = PUBLISH_BUSY;
            publication->message = "too many replies wait for the server API";
        }
    }
    if (server->options->verbose) {
        fprintf(stderr, "%s: %s\n",
                publication->method[0] != '\0' ? publication->method
                                               : "a publication",
                publication->code == 0 ? "ok" : publication->message);
    }
}

static int answer_publication(struct lws *wsi, struct exchange *exchange)
{
    struct server *server = lws_context_user(lws_get_context(wsi));
    bell_string body = {exchange->in.bytes, exchange->in.size};
    struct publication publication;
    bell__buf_open(&publication.reply, &bell__memory_default, 0);
    exchange->out.size = 0;
    exchange->written = 0;
    exchange->status = HTTP_STATUS_OK;
    bool good = true;
    if (publish_take(server->options->answers, body, &publication)) {
        judge(server, &publication);
        good = write_verdict(&exchange->out, &publication);
    } else {
        exchange->status = HTTP_STATUS_BAD_REQUEST;
        good = write_words(&exchange->out,
                           "the body is no publish proxy request\n");
    }
    bell__buf_close(&publication.reply);
    lws_callback_on_writable(wsi);
    return good ? 0 : -1;
}

static int answer_body(struct lws *wsi, struct exchange *exchange)
{
    struct server *server = lws_context_user(lws_get_context(wsi));
    if (server->options->publish_proxy) {
        return answer_publication(wsi, exchange);
    }
    char name[1024];
    bell_string method = {"", 0};
    bell_string body = {exchange->in.bytes, exchange->in.size};
    struct bell__peer_call call; /* the proxy's request has its members */
    struct bell__outcome outcome;
    exchange->out.size = 0;
    exchange->written = 0;
    lws_callback_on_writable(wsi);
    if (!bell__peer_read_rpc(body, &call) ||
        (call.method.size != 0 &&
         !bell__peer_text(call.method, name, sizeof name, &method))) {
        exchange->status = HTTP_STATUS_BAD_REQUEST;
        return write_words(&exchange->out, "the body is no RPC proxy request\n")
                   ? 0
                   : -1;
    }
    answers_give(server->options->answers, method, call.params, &outcome);
    if (server->options->verbose) {
        fprintf(stderr, "%.*s: %s\n", (int)method.size, method.text,
                outcome.refused ? "error" : "ok");
    }
    exchange->status = HTTP_STATUS_OK;
    return write_answer(&exchange->out, &outcome) ? 0 : -1;
}

static int write_head(struct lws *wsi, const struct exchange *exchange)
{
    unsigned char head[LWS_PRE + 1024];
    unsigned char *start = head + LWS_PRE;
    unsigned char *at = start;
    unsigned char *end = head + sizeof head - 1;
    const char *type = exchange->status == HTTP_STATUS_OK
                           ? "application/json"
                           : "text/plain; charset=utf-8";
    if (lws_add_http_common_headers(wsi, exchange->status, type,
                                    exchange->out.size, &at, end) != 0 ||
        lws_finalize_write_http_header(wsi, start, &at, end) != 0) {
        return -1;
    }
    return 0;
}

static int write_out(struct lws *wsi, struct exchange *exchange)
{
    if (exchange->status == 0) {
        return 0;
    }
    if (write_head(wsi, exchange) != 0) {
        return -1;
    }
    struct bell__buf *out = &exchange->out;
    size_t size = out->size;
    if (bell__buf_reserve(out, LWS_PRE) != BELL_OK) {
        return -1;
    }
    memmove(out->bytes + LWS_PRE, out->bytes, size);
    exchange->status = 0;
    exchange->in.size = 0;
    out->size = 0;
    if (lws_write(wsi, (unsigned char *)out->bytes + LWS_PRE, size,
                  LWS_WRITE_HTTP_FINAL) < (int)size) {
        return -1;
    }
    return lws_http_transaction_completed(wsi) != 0 ? -1 : 0;
}

static int begin(struct lws *wsi, struct exchange *exchange)
{
    if (exchange->in.memory == NULL) {
        bell__buf_open(&exchange->in, &bell__memory_default, 0);
        bell__buf_open(&exchange->out, &bell__memory_default, 0);
    }
    exchange->in.size = 0;
    exchange->status = 0;
    if (lws_hdr_total_length(wsi, WSI_TOKEN_POST_URI) == 0) {
        exchange->status = HTTP_STATUS_METHOD_NOT_ALLOWED;
        exchange->out.size = 0;
        lws_callback_on_writable(wsi);
        return write_words(&exchange->out,
                           "this is a proxy endpoint: POST to it\n")
                   ? 0
                   : -1;
    }
    /* A POST with no body gets no BODY_COMPLETION. */
    char length[24];
    if (lws_hdr_copy(wsi, length, sizeof length,
                     WSI_TOKEN_HTTP_CONTENT_LENGTH) > 0 &&
        strcmp(length, "0") == 0) {
        return answer_body(wsi, exchange);
    }
    return 0;
}

static int take_body(struct exchange *exchange, const void *bytes, size_t size)
{
    if (exchange->in.size + size > BODY_BYTES_MAX) {
        return -1;
    }
    return bell__buf_append(&exchange->in, bytes, size) == BELL_OK ? 0 : -1;
}

int sockets_proxy(struct lws *wsi, enum lws_callback_reasons reason, void *user,
                  void *in, size_t size)
{
    struct exchange *exchange = user;
    switch (reason) {
    case LWS_CALLBACK_HTTP:
        return begin(wsi, exchange);
    case LWS_CALLBACK_HTTP_BODY:
        return take_body(exchange, in, size);
    case LWS_CALLBACK_HTTP_BODY_COMPLETION:
        return answer_body(wsi, exchange);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return write_out(wsi, exchange);
    case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
    case LWS_CALLBACK_CLOSED_HTTP:
        if (exchange != NULL && exchange->in.memory != NULL) {
            bell__buf_close(&exchange->in);
            bell__buf_close(&exchange->out);
        }
        return 0;
    default:
        return lws_callback_http_dummy(wsi, reason, user, in, size);
    }
}
