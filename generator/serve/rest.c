/* rest.c: endpoints of `rest`: the route of a request is found, its parts are
 * checked as params, and what a backend would say becomes an answer of HTTP. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/str.h"
#include "peer/asked.h"
#include "peer/path.h"
#include "serve/sockets.h"
#include "serve/ticket.h"
#include "json/read.h"
#include "json/write.h"

enum {
    NO_CONTENT = 204,
    BAD_REQUEST = 400,
    UNAUTHORIZED = 401,
    FORBIDDEN = 403,
    NOT_FOUND = 404,
    NOT_ALLOWED = 405,
    UNPROCESSABLE = 422,
    FAILED = 500,
    UNAVAILABLE = 503,
    STATUS_MAX = 599,
    PATH_BYTES_MAX = 128
};

static const struct server_options *options_of(const struct exchange *exchange)
{
    return exchange->server->options;
}

/* ---- Answers ------------------------------------------------------------- */

static void add_line(struct exchange *exchange, const char *name,
                     bell_string value)
{
    bell__buf_add_text(&exchange->lines, name);
    bell__buf_add_text(&exchange->lines, ": ");
    bell__buf_add_string(&exchange->lines, value);
    bell__buf_add_text(&exchange->lines, "\r\n");
}

/* RFC 9457; `path` is that of a value that is wrong, or NULL. */
static void refuse(struct exchange *exchange, int status, bell_string detail,
                   const char *path)
{
    struct bell__buf *out = &exchange->out;
    exchange->status = status;
    exchange->type = "application/problem+json";
    bell__buf_add_text(out, "{\"type\":\"about:blank\",\"title\":");
    bell__json_add_string(out, bell_str(http_reason(status)));
    bell__buf_add_text(out, ",\"status\":");
    bell__json_add_int64(out, status);
    bell__buf_add_text(out, ",\"detail\":");
    bell__json_add_string(out, detail);
    if (path != NULL) {
        bell__buf_add_text(out, ",\"path\":");
        bell__json_add_string(out, bell_str(path));
    }
    bell__buf_add_text(out, "}");
}

/* "params.query.size: 51 is more than its max 50 (byte 20)": the place counts
 * in what nobody has sent. */
static void refuse_params(struct exchange *exchange, bell_string words)
{
    static const char place[] = " (byte ";
    char path[PATH_BYTES_MAX] = "params";
    const char *colon = memchr(words.text, ':', words.size);
    if (colon != NULL) {
        snprintf(path, sizeof path, "%.*s", (int)(colon - words.text),
                 words.text);
    }
    for (size_t i = 0; i + sizeof place < words.size; i++) {
        if (memcmp(words.text + i, place, sizeof place - 1) == 0) {
            words.size = i;
        }
    }
    refuse(exchange, UNPROCESSABLE, words, path);
}

/* An error as the schema's examples, a script or a fault have it. */
static void answer_error(struct exchange *exchange,
                         const struct bell__outcome *outcome)
{
    int status = (int)outcome->code;
    if (status < BAD_REQUEST || status > STATUS_MAX) {
        status = outcome->temporary ? UNAVAILABLE : FAILED;
    }
    if (outcome->data.size != 0) {
        exchange->status = status;
        exchange->type = "application/json";
        bell__buf_add_string(&exchange->out, outcome->data);
        return;
    }
    refuse(exchange, status, outcome->message, NULL);
}

/* A result in JSON as what is sent: a text without its quotes. */
static void answer_result(struct exchange *exchange, const bell_method *method,
                          bell_string data)
{
    struct bell__buf *out = &exchange->out;
    if (method->result == NULL || data.size == 0) {
        exchange->status = NO_CONTENT;
        return;
    }
    exchange->type = "application/json";
    if ((method->route->flags & BELL_ROUTE_TEXT) == 0 || data.text[0] != '"') {
        bell__buf_add_string(out, data);
        return;
    }
    exchange->type = NULL;
    bell_string raw = {data.text + 1, data.size - 2};
    if (bell__buf_reserve(out, raw.size + 1) == BELL_OK) {
        out->size += bell__json_unescape(raw, out->bytes + out->size);
    } else {
        out->failed = BELL_NO_MEMORY;
    }
}

/* ---- Who asks ------------------------------------------------------------ */

/* What stands behind "Bearer". */
static bell_string token_of(const struct http_head *head)
{
    static const char scheme[] = "bearer ";
    bell_string value = http_header(head, "authorization");
    bell_string word = {value.text, sizeof scheme - 1};
    if (value.size < sizeof scheme || !http_same(word, scheme)) {
        return (bell_string){NULL, 0};
    }
    return (bell_string){value.text + sizeof scheme - 1,
                         value.size - (sizeof scheme - 1)};
}

/* False where the answer is clear already. */
static bool check_token(struct exchange *exchange)
{
    bell_string secret = options_of(exchange)->secret;
    bell_string token = token_of(exchange->head);
    const char *wrong = token.size == 0 ? "a token is wanted" : NULL;
    if (wrong == NULL && secret.size != 0) {
        struct ticket ticket;
        ticket_open(&ticket);
        ticket_check(&ticket, token, secret, (int64_t)time(NULL));
        wrong = ticket.verdict == TICKET_WRONG     ? "the token is wrong"
                : ticket.verdict == TICKET_EXPIRED ? "the token has expired"
                                                   : NULL;
        ticket_close(&ticket);
    }
    if (wrong == NULL) {
        return true;
    }
    add_line(exchange, "WWW-Authenticate", BELL_STR("Bearer"));
    refuse(exchange, UNAUTHORIZED, bell_str(wrong), NULL);
    return false;
}

/* Pages of other origins are refused, but where they are welcome. */
static bool check_origin(struct exchange *exchange)
{
    bell_string origin = http_header(exchange->head, "origin");
    if (origin.size == 0) {
        return true;
    }
    if (!http_is_welcome(exchange->head, options_of(exchange)->allow_origin)) {
        refuse(exchange, FORBIDDEN,
               BELL_STR("pages of this origin are not welcome"), NULL);
        return false;
    }
    add_line(exchange, "Access-Control-Allow-Origin", origin);
    add_line(exchange, "Vary", BELL_STR("Origin"));
    return true;
}

/* ---- Which endpoint ------------------------------------------------------ */

static bool takes(const bell_route *route, const struct http_head *head,
                  const char *verb)
{
    return strcmp(route->verb, verb) == 0 &&
           bell__path_matches(route, head->path);
}

/* Of the verb's routes that match the one that says most; NULL: there is none.
 */
static const bell_method *find(const struct answers *answers,
                               const struct http_head *head, const char *verb)
{
    const bell_method *best = NULL;
    for (const struct answers_endpoint *at = answers_endpoints(answers);
         at != NULL; at = at->next) {
        const bell_route *route = at->method->route;
        if (takes(route, head, verb) &&
            (best == NULL ||
             bell__path_weight(route) > bell__path_weight(best->route))) {
            best = at->method;
        }
    }
    return best;
}

static const char *const verbs[] = {"GET",   "HEAD",   "POST", "PUT",
                                    "PATCH", "DELETE", NULL};

/* HEAD asks for what GET answers, where nothing else is said. */
static const bell_method *find_asked(const struct answers *answers,
                                     const struct http_head *head)
{
    const bell_method *method = NULL;
    for (size_t i = 0; verbs[i] != NULL && method == NULL; i++) {
        if (bell__str_is(head->method, verbs[i])) {
            method = find(answers, head, verbs[i]);
        }
    }
    return method == NULL && head->bare ? find(answers, head, "GET") : method;
}

/* "GET, POST": the verbs that there are for the path. */
static void list_verbs(const struct answers *answers,
                       const struct http_head *head, char list[64])
{
    list[0] = '\0';
    for (size_t i = 0; verbs[i] != NULL; i++) {
        if (find(answers, head, verbs[i]) != NULL) {
            size_t size = strlen(list);
            snprintf(list + size, 64 - size, "%s%s", size != 0 ? ", " : "",
                     verbs[i]);
        }
    }
}

/* What a browser asks before it lets a page ask. */
static bool is_question(const struct http_head *head)
{
    return bell__str_is(head->method, "OPTIONS") &&
           http_header(head, "access-control-request-method").size != 0;
}

static void answer_no_endpoint(struct exchange *exchange)
{
    const struct http_head *head = exchange->head;
    char list[64];
    list_verbs(options_of(exchange)->backend->answers, head, list);
    if (list[0] == '\0') {
        refuse(exchange, NOT_FOUND, BELL_STR("there is no such endpoint"),
               NULL);
        return;
    }
    if (is_question(head) && http_header(head, "origin").size != 0) {
        exchange->status = NO_CONTENT;
        add_line(exchange, "Access-Control-Allow-Methods", bell_str(list));
        add_line(exchange, "Access-Control-Allow-Headers",
                 http_header(head, "access-control-request-headers"));
        return;
    }
    add_line(exchange, "Allow", bell_str(list));
    refuse(exchange, NOT_ALLOWED, BELL_STR("the endpoint has another method"),
           NULL);
}

/* ---- The call ------------------------------------------------------------ */

static bell_string header_of(const void *headers, const char *name)
{
    return http_header(headers, name);
}

static bool call(struct exchange *exchange, const bell_method *method)
{
    struct bell__outcome outcome;
    struct bell__buf params;
    struct asker asker = {.number = exchange->number, .rest = true};
    bell_string name = {method->name, method->name_size};
    bell__buf_open(&params, &bell__memory_default, 0);
    struct bell__asked asked = {
        .path = exchange->head->path,
        .query = exchange->head->query,
        .body = exchange->body,
        .header = header_of,
        .headers = exchange->head,
    };
    bell__asked_params(&params, method->route, &asked);
    bool good = bell__buf_settle(&params) == BELL_OK;
    if (good) {
        exchange->mishap =
            backend_call(options_of(exchange)->backend, &asker, name,
                         (bell_string){params.bytes, params.size}, &outcome);
        if (outcome.misfit) {
            refuse_params(exchange, outcome.message);
        } else if (outcome.refused) {
            answer_error(exchange, &outcome);
        } else {
            answer_result(exchange, method, outcome.data);
        }
    }
    bell__buf_close(&params);
    return good;
}

static bool answer(struct exchange *exchange)
{
    bool good = true;
    if (!check_origin(exchange)) {
        return bell__buf_settle(&exchange->out) == BELL_OK;
    }
    const bell_method *method =
        find_asked(options_of(exchange)->backend->answers, exchange->head);
    if (method == NULL) {
        answer_no_endpoint(exchange);
    } else if ((method->route->flags & BELL_ROUTE_BEARER) != 0 &&
               !check_token(exchange)) {
        good = true; /* it is answered */
    } else if (method->route->body != NULL && exchange->body.size != 0 &&
               !bell__asked_is_json(exchange->body)) {
        refuse(exchange, BAD_REQUEST, BELL_STR("the body is no JSON"), NULL);
    } else {
        good = call(exchange, method);
    }
    return bell__buf_settle(&exchange->out) == BELL_OK &&
           bell__buf_settle(&exchange->lines) == BELL_OK && good;
}

void sockets_accept_rest(struct net_line *line, uint64_t number)
{
    exchange_accept(line, answer, number);
}
