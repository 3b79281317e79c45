/* rest.c: HTTP as a kind of link: each call is a request with its own answer.
 * The one file of the client that names this protocol; rest_line.c names its
 * transport. */
#include <string.h>

#include "base/error.h"
#include "client/client.h"
#include "client/login.h"
#include "client/rest_line.h"
#include "client/tokens.h"
#include "protocol/rest.h"
#include "protocol/rest_answer.h"
#include "record/route.h"
#include "seam/head.h"
#include "json/read.h"

/* What a call shows: what its login brought, or what is there for its roles. */
static void choose(void *context, uint32_t id, const bell_route *route,
                   struct bell__bearer *bearer)
{
    const struct bell__link *link = context;
    const struct bell__tokens *tokens = link->client->tokens;
    const struct bell__token *token = bell__login_token(tokens, id);
    if (token == NULL) {
        token = bell__tokens_choose(tokens, route);
    }
    if (token != NULL) {
        bearer->line = token->line;
        bearer->size = token->line_size;
        bearer->serial = token->serial;
    }
}

static void refused(void *context, uint32_t serial)
{
    struct bell__link *link = context;
    struct bell__tokens *tokens = link->client->tokens;
    if (serial != 0 && link->asks) { /* there is a way to others */
        bell__logins_refused(tokens, serial);
        bell__tokens_refused(tokens, serial);
    }
}

static bell_status make_protocol(struct bell__link *link,
                                 const struct bell__link_texts *texts,
                                 bell_error *error)
{
    bell_status status = bell__tokens_open(link, texts->token, error);
    if (status != BELL_OK) {
        return status;
    }
    struct bell__rest_options rest = {
        .memory = &link->client->memory,
        .now = bell__tokens_now,
        .choose = choose,
        .refused = refused,
        .context = link,
    };
    status = bell__rest_make(&rest, &link->protocol);
    return status == BELL_OK ? status
                             : bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                                               "no memory for a client");
}

static bell_status encode(struct bell__link *link, struct bell__buf *out,
                          const bell_method *method, const void *params,
                          bell_error *error)
{
    const struct bell__codec_limits *limits = &link->client->limits;
    const bell_route *route = method->route;
    size_t from = out->size;
    bell_status status = bell__route_head(out, route, params, limits, error);
    if (status != BELL_OK) {
        return status;
    }
    if (route->fingerprint != NULL) {
        status = bell__fingerprint_line(link->client->tokens, route, out, from);
    }
    if (status == BELL_OK) {
        status = bell__session_body(link->session, out);
    }
    if (status != BELL_OK) {
        return bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                               "no memory for the request");
    }
    return route->body != NULL
               ? bell__route_body(out, route, params, limits, error)
               : BELL_OK;
}

/* ---- Tokens ----------------------------------------------------------------
 */

static bell_string result_text(const void *result, uint32_t offset)
{
    bell_string text;
    memcpy(&text, (const char *)result + offset, sizeof text);
    return text;
}

/* Success forgets tokens, and the result brings others. Text of a reply ends
 * with a NUL. */
static void took(struct bell__link *link, const bell_method *method,
                 const void *result)
{
    struct bell__tokens *tokens = link->client->tokens;
    const bell_route *route = method->route;
    if (route->clears != 0) {
        bell__tokens_clear(tokens, route->clears);
        bell__log_link(link, BELL_LEVEL_INFO, "token", "%s forgot tokens",
                       method->name);
    }
    tokens->brought = 0;
    for (uint32_t i = 0; result != NULL && i < route->set_count; i++) {
        uint32_t role = route->sets[i].role;
        bell_string text = result_text(result, route->sets[i].offset);
        if (text.size == 0) {
            continue;
        }
        bool fits = strlen(text.text) == text.size &&
                    bell__held_set(&tokens->held, role, text.text) == BELL_OK;
        if (fits) {
            tokens->brought |= UINT32_C(1) << role;
            bell__tokens_answered(tokens, role);
        }
        bell__log_link(link, fits ? BELL_LEVEL_INFO : BELL_LEVEL_WARN, "token",
                       fits ? "%s gave a token"
                            : "%s gave no token that can be sent",
                       method->name);
    }
    if (tokens->brought != 0 || route->clears != 0) {
        bell__tokens_news(link->client);
    }
}

static void free_tokens(struct bell__link *link)
{
    if (link->client->tokens != NULL) {
        bell__logins_close(link->client->tokens);
    }
    bell__tokens_close(link);
}

static bell_status submit(struct bell__link *link, struct bell__order *order,
                          const void *params, bell_call *call,
                          bell_error *error)
{
    const bell_route *route = order->method->route;
    const void *login = NULL;
    if (route->login != 0 && params != NULL) {
        memcpy(&login, (const char *)params + route->login_offset,
               sizeof login);
    }
    if (login != NULL) {
        return bell__login_submit(link, order, params, login, call, error);
    }
    order->parked = bell__asking_parks(link, order->method);
    return bell__call_submit(link, order, params, call, error);
}

/* ---- What came with a refusal ----------------------------------------------
 */

/* A block with everything: what is small in front. */
struct details {
    bell_http_error error;
    bell_http_header *headers;
    char *texts; /* the next text goes here */
};

static bell_string keep(struct details *details, bell_string text)
{
    bell_string kept = {details->texts, text.size};
    if (text.size != 0) {
        memcpy(details->texts, text.text, text.size);
    }
    details->texts += text.size;
    return kept;
}

/* What stood between quotes; it is never longer than that. */
static bell_string unescape(struct details *details, bell_string raw)
{
    bell_string kept = {details->texts, 0};
    if (raw.size != 0) {
        kept.size = bell__json_unescape(raw, details->texts);
    }
    details->texts += raw.size + 1;
    *(char *)(details->texts - raw.size - 1 + kept.size) = '\0';
    return kept;
}

static void keep_headers(struct details *details, bell_string head)
{
    bell_http_error *error = &details->error;
    bell_http_header *row = details->headers;
    size_t at = 0;
    while (bell__head_next(head, &at, &row->name, &row->value)) {
        row->name = keep(details, row->name);
        row->value = keep(details, row->value);
        if (error->request_id.size == 0 &&
            bell__head_is(row->name, "X-Request-ID")) {
            error->request_id = row->value;
        }
        row++;
    }
    error->headers = details->headers;
    error->header_count = (size_t)(row - details->headers);
}

static void keep_details(bell_client *client, struct bell__failure *failure,
                         const struct bell__completion *completion)
{
    enum { TEXTS = 4 };
    bell_string head = completion->head;
    bell_string body = completion->payload;
    size_t headers = bell__head_count(head) * sizeof(bell_http_header);
    size_t size = sizeof(struct details) + headers + sizeof(bell_http_header) +
                  head.size + 2 * body.size + TEXTS;
    struct details *details =
        bell__reply_open(&failure->details, &client->memory, 0, size, 0, NULL);
    if (details == NULL) {
        return;
    }
    memset(details, 0, sizeof *details);
    details->headers = (bell_http_header *)(void *)(details + 1);
    details->texts = (char *)(details + 1) + headers + sizeof(bell_http_header);
    bell_http_error *error = &details->error;
    struct bell__problem problem;
    bell__rest_problem(body, &problem);
    error->status = completion->code;
    error->type = unescape(details, problem.type);
    error->title = unescape(details, problem.title);
    error->detail = unescape(details, problem.detail);
    error->instance = unescape(details, problem.instance);
    error->retry_after_ms = bell__rest_after(head, bell__tokens_now());
    error->body = keep(details, body);
    keep_headers(details, head);
    failure->http = error;
    failure->call = completion->call;
}

static const struct bell__link_ways ways = {
    .submit = submit,
    .ended = bell__login_ended,
    .due = bell__asking_due,
    .news = bell__asking_news,
    .shut = bell__asking_shut,
    .free = free_tokens,
};

const bell_link_kind bell_link_rest = {
    .name = "rest",
    .not_found = "",
    .request_bytes_max = 64 * 1024 * 1024,
    .lineless = true,
    .protocol = make_protocol,
    .transport = bell__rest_line,
    .encode = encode,
    .took = took,
    .keep = bell__heard_keep,
    .lend = bell__heard_lend,
    .details = keep_details,
    .ways = &ways,
};
