/* exchange.c: one connection of HTTP: requests come, each is answered before
 * the next is read, and an answer may go wrong on its way. What is answered is
 * not known here. */
#include "serve/exchange.h"

#include <string.h>

#include "base/memory.h"
#include "peer/outlet.h"

enum {
    BODY_BYTES_MAX = 16 * 1024 * 1024,
    REQUEST_MS = 30000,             /* so long may a request take */
    WAITING_BYTES_MAX = 1024 * 1024 /* with more nothing is read */
};

/* One connection. */
struct caller {
    struct bell__outlet outlet;
    exchange_answer answer;
    uint64_t number;           /* of the connection, where it has one */
    int64_t frozen_until;      /* 0: it is not frozen */
    int64_t request_until;     /* NET_NEVER: none has begun */
    struct http_chunks chunks; /* of this request's body */
    bool told_to_go_on;        /* the body of this request was asked for */
    bool busy;                 /* an answer is on its way */
    bool keep;                 /* the line stays behind it */
};

static void exchange_one(struct net_line *line, const struct http_head *head,
                         bell_string body)
{
    struct caller *caller = line->owner;
    struct exchange exchange = {.server = line->net->owner,
                                .number = caller->number,
                                .head = head,
                                .body = body,
                                .status = 200};
    struct bell__buf whole;
    bell__buf_open(&exchange.out, &bell__memory_default, 0);
    bell__buf_open(&exchange.lines, &bell__memory_default, 0);
    bell__buf_open(&whole, &bell__memory_default, 0);
    bool good = caller->answer(&exchange);
    struct http_reply reply = {
        .status = exchange.status,
        .type = exchange.type,
        .lines = {exchange.lines.bytes, exchange.lines.size},
        .body = {exchange.out.bytes, exchange.out.size}};
    http_answer(&whole, &reply, head);
    if (bell__buf_settle(&whole) != BELL_OK || !good ||
        bell__outlet_put(&caller->outlet, line->net->now,
                         (bell_string){whole.bytes, whole.size},
                         exchange.mishap) != BELL_OK) {
        net_cut(line, NULL);
    }
    caller->busy = true;
    caller->keep = head->keep;
    bell__buf_close(&exchange.out);
    bell__buf_close(&exchange.lines);
    bell__buf_close(&whole);
}

/* Nothing is said or heard for a while. */
static void freeze(struct net_line *line, int64_t ms)
{
    struct caller *caller = line->owner;
    net_flush(line);
    line->mute = true;
    line->deaf = true;
    caller->frozen_until =
        ms == BELL__MISHAP_FOREVER ? NET_NEVER : line->net->now + ms;
}

static void post(struct net_line *line, const struct bell__parcel *parcel)
{
    struct caller *caller = line->owner;
    size_t size = parcel->size;
    switch (parcel->kind) {
    case BELL__PARCEL_CLOSE: /* HTTP has no word for it */
    case BELL__PARCEL_DROP:
        net_cut(line, NULL);
        return;
    case BELL__PARCEL_FREEZE:
        freeze(line, parcel->ms);
        return;
    case BELL__PARCEL_CUT:
        size = parcel->count != 0 && parcel->count < size ? parcel->count
                                                          : size / 2;
        caller->keep = false;
        break;
    case BELL__PARCEL_MESSAGE:
        break;
    }
    bell__buf_add(&line->out, parcel->text, size);
    caller->busy = false;
    if (bell__buf_settle(&line->out) != BELL_OK) {
        net_cut(line, NULL);
    } else if (!caller->keep) {
        net_end(line);
    }
}

static void post_due(struct net_line *line)
{
    struct caller *caller = line->owner;
    const struct bell__parcel *parcel;
    while (!line->gone && !line->ending && caller->frozen_until == 0) {
        parcel = bell__outlet_next(&caller->outlet, line->net->now);
        if (parcel == NULL) {
            return;
        }
        post(line, parcel);
    }
}

/* ---- The line ------------------------------------------------------------ */

void exchange_refuse(struct net_line *line, const struct http_head *head,
                     int status, const char *words)
{
    struct http_head last = {.bare = head != NULL && head->bare};
    http_answer(&line->out,
                &(struct http_reply){.status = status, .body = bell_str(words)},
                &last);
    bell__buf_settle(&line->out);
    net_end(line);
}

bool exchange_take_head(struct net_line *line, struct http_head *head)
{
    bell_string bytes = {line->in.bytes, line->in.size};
    switch (http_read_request(bytes, head)) {
    case HTTP_PART:
        return false;
    case HTTP_WRONG:
        exchange_refuse(line, NULL, 400, "Bad Request\n");
        return false;
    case HTTP_LONG:
        exchange_refuse(line, NULL, 431, "Request Header Fields Too Large\n");
        return false;
    case HTTP_WHOLE:
        break;
    }
    return true;
}

/* True where the whole request has come; *taken is its size. */
static bool read_body(struct net_line *line, const struct http_head *head,
                      bell_string *body, size_t *taken)
{
    struct caller *caller = line->owner;
    char *bytes = line->in.bytes + head->size;
    size_t size = line->in.size - head->size;
    enum http_read read = HTTP_WHOLE;
    size_t length = head->body;
    *taken = head->size + head->body;
    if (head->chunked) {
        struct http_chunks *chunks = &caller->chunks;
        read = http_read_chunks(chunks, bytes, size);
        length = chunks->body;
        *taken = head->size + chunks->at;
    } else if (size < head->body) {
        read = HTTP_PART;
    }
    *body = (bell_string){bytes, length};
    if (head->body > BODY_BYTES_MAX ||
        (read == HTTP_PART && size > BODY_BYTES_MAX)) {
        exchange_refuse(line, head, 413, "the body is too long\n");
        return false;
    }
    if (read == HTTP_WRONG) {
        exchange_refuse(line, head, 400, "the body's chunks are wrong\n");
    }
    return read == HTTP_WHOLE;
}

/* Some send no body before they are told to. */
static void ask_for_body(struct net_line *line, const struct http_head *head)
{
    struct caller *caller = line->owner;
    if (!head->expects || caller->told_to_go_on || line->ending ||
        line->in.size != head->size) {
        return;
    }
    caller->told_to_go_on = true;
    bell__buf_add_text(&line->out, "HTTP/1.1 100 Continue\r\n\r\n");
    if (bell__buf_settle(&line->out) != BELL_OK) {
        net_cut(line, NULL);
    }
}

/* One request; false where more has to come first. */
static bool take_request(struct net_line *line)
{
    struct caller *caller = line->owner;
    struct http_head head;
    bell_string body;
    size_t taken;
    if (!exchange_take_head(line, &head)) {
        return false;
    }
    if (!read_body(line, &head, &body, &taken)) {
        ask_for_body(line, &head);
        return false;
    }
    caller->told_to_go_on = false;
    caller->request_until = NET_NEVER;
    caller->chunks = (struct http_chunks){0};
    exchange_one(line, &head, body);
    net_take(line, taken);
    return !line->gone && !line->ending;
}

/* A request's time starts with its first byte, and no other sets it anew; what
 * we do not read ourselves is not late. */
static void set_due(struct net_line *line)
{
    struct caller *caller = line->owner;
    if (caller->frozen_until != 0) {
        line->due = caller->frozen_until;
    } else if (caller->busy) {
        line->due = bell__outlet_due(&caller->outlet);
    } else if (line->in.size == 0) {
        caller->request_until = NET_NEVER;
        line->due = NET_NEVER;
    } else {
        if (caller->request_until == NET_NEVER || line->deaf) {
            caller->request_until = line->net->now + REQUEST_MS;
        }
        line->due = caller->request_until;
    }
}

/* Several may have come in one piece: each is answered, in order; a client that
 * does not read is not read either. */
static void heard(struct net_line *line)
{
    struct caller *caller = line->owner;
    while (!line->gone && !line->ending && line->in.size != 0 &&
           !caller->busy && caller->frozen_until == 0 &&
           net_flush(line) <= WAITING_BYTES_MAX) {
        if (!take_request(line)) {
            break;
        }
        post_due(line);
    }
    if (line->ending) {
        net_take(line, line->in.size);
    }
    if (line->gone || line->ending) {
        return;
    }
    if (caller->frozen_until == 0) {
        line->deaf =
            caller->busy || line->out.size - line->sent > WAITING_BYTES_MAX;
    }
    set_due(line);
}

static void due(struct net_line *line)
{
    struct caller *caller = line->owner;
    if (caller->frozen_until != 0) {
        caller->frozen_until = 0;
        line->mute = false;
    } else if (!caller->busy) {
        net_cut(line, NULL); /* a request that does not come to its end */
        return;
    }
    post_due(line);
    heard(line);
}

static void gone(struct net_line *line, const char *why)
{
    struct caller *caller = line->owner;
    (void)why;
    bell__outlet_close(&caller->outlet);
    bell__memory_free(&bell__memory_default, caller, sizeof *caller);
}

static const struct net_role role = {
    .heard = heard, .due = due, .sent = heard, .gone = gone};

void exchange_accept(struct net_line *line, exchange_answer answer,
                     uint64_t number)
{
    struct caller *caller =
        bell__memory_take(&bell__memory_default, sizeof *caller);
    if (caller == NULL) {
        net_cut(line, NULL);
        return;
    }
    memset(caller, 0, sizeof *caller);
    bell__outlet_open(&caller->outlet, &bell__memory_default);
    line->role = &role;
    line->owner = caller;
    caller->answer = answer;
    caller->number = number;
    caller->request_until = NET_NEVER;
    line->due = line->net->now + REQUEST_MS;
}
