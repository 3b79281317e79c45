/* proxy.c: the HTTP endpoint that a Centrifugo calls for each RPC, or for each
 * publication: https://centrifugal.dev/docs/server/proxy */
#include "serve/sockets.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "serve/publish.h"
#include "json/read.h"
#include "json/write.h"

enum { BODY_BYTES_MAX = 16 * 1024 * 1024, DEPTH_MAX = 64 };

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

static bool append(struct bell__buf *out, const char *text)
{
    return bell__buf_append(out, text, strlen(text)) == BELL_OK;
}

static bool write_answer(struct bell__buf *out, const struct answer *answer)
{
    if (!answer->refused && answer->data.size == 0) {
        return append(out, "{}");
    }
    if (!answer->refused) {
        return append(out, "{\"result\":{\"data\":") &&
               bell__buf_append(out, answer->data.text, answer->data.size) ==
                   BELL_OK &&
               append(out, "}}");
    }
    char head[64];
    snprintf(head, sizeof head,
             "{\"error\":{\"code\":%" PRId32 ",\"message\":", answer->code);
    return append(out, head) &&
           bell__json_write_string(out, answer->message) == BELL_OK &&
           append(out, answer->temporary ? ",\"temporary\":true}}" : "}}");
}

/* {"method":"...","data":...} and what else Centrifugo tells. */
static bool read_request(bell_string body, char *name, size_t size,
                         bell_string *method, bell_string *data)
{
    struct bell__json json;
    bell_string key;
    bell_string raw;
    bool escaped = false;
    bell__json_open(&json, body, DEPTH_MAX);
    if (!bell__json_enter_map(&json)) {
        return false;
    }
    while (bell__json_next_key(&json, &key, &escaped)) {
        bool good = true;
        if (bell__json_key_is(key, "method")) {
            good =
                bell__json_raw_string(&json, &raw, &escaped) && raw.size < size;
            if (good) {
                method->size = bell__json_unescape(raw, name);
            }
        } else {
            good = bell__json_skip(
                &json, bell__json_key_is(key, "data") ? data : NULL);
        }
        if (!good) {
            return false;
        }
    }
    return json.wrong == NULL && bell__json_done(&json);
}

/* Allowed or not is said here; the reply itself goes out by the server API. */
static bool write_verdict(struct bell__buf *out,
                          const struct publication *publication)
{
    char head[64];
    if (publication->code == 0) {
        return append(out, "{\"result\":{}}");
    }
    snprintf(head, sizeof head, "{\"error\":{\"code\":%" PRId32 ",\"message\":",
             publication->code);
    bool busy = publication->code == PUBLISH_BUSY;
    return append(out, head) &&
           bell__json_write_string(out, bell_str(publication->message)) ==
               BELL_OK &&
           append(out, busy ? ",\"temporary\":true}}" : "}}");
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
        good = append(&exchange->out, "the body is no publish proxy request\n");
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
    bell_string method = {name, 0};
    bell_string data = {NULL, 0};
    bell_string body = {exchange->in.bytes, exchange->in.size};
    struct answer answer;
    exchange->out.size = 0;
    exchange->written = 0;
    if (!read_request(body, name, sizeof name, &method, &data)) {
        exchange->status = HTTP_STATUS_BAD_REQUEST;
        append(&exchange->out, "the body is no RPC proxy request\n");
        lws_callback_on_writable(wsi);
        return 0;
    }
    answers_give(server->options->answers, method, data, &answer);
    if (server->options->verbose) {
        fprintf(stderr, "%.*s: %s\n", (int)method.size, method.text,
                answer.refused ? "error" : "ok");
    }
    exchange->status = HTTP_STATUS_OK;
    if (!write_answer(&exchange->out, &answer)) {
        return -1;
    }
    lws_callback_on_writable(wsi);
    return 0;
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
        append(&exchange->out, "this is a proxy endpoint: POST to it\n");
        lws_callback_on_writable(wsi);
        return 0;
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
