/* rest.c: HTTP as a kind of link: each call is a request with its own answer.
 * The one file of the client that names this protocol; rest_line.c names its
 * transport. */
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "client/client.h"
#include "client/rest_line.h"
#include "protocol/rest.h"
#include "protocol/rest_answer.h"
#include "record/route.h"
#include "seam/head.h"
#include "json/read.h"

/* Seconds since 1970: for dates that a server names, and nothing else. */
static int64_t now(void)
{
    return (int64_t)time(NULL);
}

static bell_status make_protocol(struct bell__link *link,
                                 const struct bell__link_texts *texts,
                                 bell_error *error)
{
    struct bell__rest_options rest = {
        .memory = &link->client->memory, .token = texts->token, .now = now};
    bell_status status = bell__rest_make(&rest, &link->protocol);
    if (status == BELL_INVALID) {
        bell__error_set(error, status, BELL_ORIGIN_LOCAL, "options: %s",
                        bell__token_unprintable);
    } else if (status != BELL_OK) {
        bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                        "no memory for a client");
    }
    return status;
}

static bell_status encode(struct bell__link *link, struct bell__buf *out,
                          const bell_method *method, const void *params,
                          bell_error *error)
{
    const struct bell__codec_limits *limits = &link->client->limits;
    const bell_route *route = method->route;
    bell_status status = bell__route_head(out, route, params, limits, error);
    if (status != BELL_OK) {
        return status;
    }
    status = bell__session_body(link->session, out);
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

/* What `sets_token` names is the token of later requests. */
static void took(struct bell__link *link, const bell_method *method,
                 const void *result)
{
    const bell_route *route = method->route;
    bell_string token = {NULL, 0};
    for (uint32_t i = 0; i < route->set_count; i++) {
        memcpy(&token, (const char *)result + route->sets[i].offset,
               sizeof token);
    }
    if (token.size == 0) {
        return;
    }
    /* Text of a reply ends with a NUL. */
    bool fits =
        link->protocol->ops->token(link->protocol, token.text) == BELL_OK;
    bell__transport_forget(link->transport);
    if (fits && link->asks) {
        bell__renewal_done(link);
    }
    bell__log_link(link, fits ? BELL_LEVEL_INFO : BELL_LEVEL_WARN, "token",
                   fits ? "%s gave a token"
                        : "%s gave no token that can be sent",
                   method->name);
}

/* The program is asked for another one, for the calls behind this. */
static void refuse_token(bell_client *client,
                         const struct bell__completion *completion)
{
    struct bell__link *link = &client->links[completion->method->link];
    bool shown = (completion->method->route->flags & BELL_ROUTE_BEARER) != 0;
    if (completion->code == 401 && shown && link->asks) {
        bell__renewal_spent(link);
        bell__session_renew_at(link->session, client->loop->now);
    }
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

static size_t count_headers(bell_string head)
{
    bell_string name;
    bell_string value;
    size_t at = 0;
    size_t count = 0;
    while (bell__head_next(head, &at, &name, &value)) {
        count++;
    }
    return count;
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
    size_t headers = count_headers(head) * sizeof(bell_http_header);
    size_t size = sizeof(struct details) + headers + sizeof(bell_http_header) +
                  head.size + 2 * body.size + TEXTS;
    refuse_token(client, completion);
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
    error->retry_after_ms = bell__rest_after(head, now());
    error->body = keep(details, body);
    keep_headers(details, head);
    failure->http = error;
    failure->call = completion->call;
}

const bell_link_kind bell_link_rest = {
    .name = "rest",
    .not_found = "",
    .request_bytes_max = 64 * 1024 * 1024,
    .lineless = true,
    .protocol = make_protocol,
    .transport = bell__rest_line,
    .encode = encode,
    .took = took,
    .details = keep_details,
};
