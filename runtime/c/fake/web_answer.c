/* web_answer.c: a request of HTTP as a call of an endpoint, and what the fake
 * says to it. It knows no time but that of an answer. */
#include "fake/fake.h"

#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "peer/asked.h"
#include "peer/path.h"
#include "seam/head.h"
#include "json/read.h"
#include "json/write.h"

enum {
    HELD_MS = 1000, /* what waits for others has none here */
    FINE = 200,
    NO_CONTENT = 204,
    CODE_MIN = 400,
    CODE_MAX = 599,
    FAILED = 500,
    UNAVAILABLE = 503
};

/* ---- What is asked ------------------------------------------------------- */

/* What stands before the mark, or all of it; both go. */
static bell_string cut(bell_string *text, char mark)
{
    const char *at = memchr(text->text, mark, text->size);
    size_t size = at != NULL ? (size_t)(at - text->text) : text->size;
    size_t behind = at != NULL ? size + 1 : size;
    bell_string before = {text->text, size};
    text->text += behind;
    text->size -= behind;
    return before;
}

/* Of the verb's routes that match the one that says most. */
static const bell_method *find(const bell_service *service, bell_string verb,
                               bell_string path)
{
    const bell_method *best = NULL;
    for (uint32_t i = 0; i < service->method_count; i++) {
        const bell_method *method = &service->methods[i];
        const bell_route *route = method->route;
        if (route != NULL && bell__str_is(verb, route->verb) &&
            bell__path_matches(route, path) &&
            (best == NULL ||
             bell__path_weight(route) > bell__path_weight(best->route))) {
            best = method;
        }
    }
    return best;
}

static bell_string header_of(const void *headers, const char *name)
{
    bell_string value = {NULL, 0};
    bell__head_find(*(const bell_string *)headers, name, &value);
    return value;
}

static void note_token(struct bell_fake *fake, bell_string lead)
{
    static const char scheme[] = "Bearer ";
    bell_string value = header_of(&lead, "Authorization");
    if (bell__str_starts(value, bell_str(scheme))) {
        snprintf(fake->token, sizeof fake->token, "%.*s",
                 (int)(value.size - (sizeof scheme - 1)),
                 value.text + sizeof scheme - 1);
    }
}

/* ---- What is said -------------------------------------------------------- */

/* A status, as `bellpull serve` has it, but for the fake's own code. */
static int32_t status_of(const struct bell__peer_error *error)
{
    bool fits = error->code >= CODE_MIN && error->code <= CODE_MAX;
    if (fits || error->code < 0) {
        return error->code;
    }
    return error->temporary ? UNAVAILABLE : FAILED;
}

static void write_error(struct bell__buf *out,
                        const struct bell__peer_error *error)
{
    if (error->data.size != 0) {
        bell__buf_add_string(out, error->data);
        return;
    }
    bell__buf_add_text(out, "{\"detail\":");
    bell__json_add_string(out, error->message);
    bell__buf_add_text(out, "}");
}

/* A text that is no JSON goes without its quotes. */
static void write_result(struct bell__buf *out, const bell_method *method,
                         bell_string data)
{
    bool text = (method->route->flags & BELL_ROUTE_TEXT) != 0;
    if (!text || data.size < 2 || data.text[0] != '"') {
        bell__buf_add_string(out, data);
        return;
    }
    bell_string raw = {data.text + 1, data.size - 2};
    if (bell__buf_reserve(out, raw.size + 1) == BELL_OK) {
        out->size += bell__json_unescape(raw, out->bytes + out->size);
    } else {
        out->failed = BELL_NO_MEMORY;
    }
}

/* When it comes; INT64_MAX: never. An exchange is answered once, and waits for
 * no other. */
static int64_t time_of(int64_t at, const struct bell__mishap *mishap)
{
    if (mishap == NULL) {
        return at;
    }
    switch (mishap->kind) {
    case BELL__MISHAP_SILENT:
        return INT64_MAX;
    case BELL__MISHAP_LATE:
    case BELL__MISHAP_FREEZE:
        return mishap->ms == BELL__MISHAP_FOREVER ? INT64_MAX : at + mishap->ms;
    case BELL__MISHAP_REORDER:
    case BELL__MISHAP_BURST:
        return at + HELD_MS;
    case BELL__MISHAP_ERROR:
    case BELL__MISHAP_CLOSE:
    case BELL__MISHAP_DROP:
    case BELL__MISHAP_DUPLICATE:
    case BELL__MISHAP_WRONG_TYPE:
    case BELL__MISHAP_UNKNOWN_VARIANT:
    case BELL__MISHAP_CUT_FRAME:
        break;
    }
    return at;
}

/* Why no answer comes, though the connection ends; NULL: one comes. */
static const char *loss_of(const struct bell__expected *expected,
                           const struct bell__mishap *mishap)
{
    if (expected != NULL && expected->disconnect) {
        return expected->message;
    }
    if (mishap == NULL) {
        return NULL;
    }
    switch (mishap->kind) {
    case BELL__MISHAP_CLOSE:
        return "the fake closed the connection";
    case BELL__MISHAP_DROP:
        return "the fake dropped the connection";
    case BELL__MISHAP_CUT_FRAME:
        return "the fake cut an answer";
    default:
        return NULL;
    }
}

static void lose(struct bell__fake_web *web, uint64_t tag, int64_t at,
                 enum bell__exchange end, const char *reason)
{
    struct bell__fake_exchange *exchange =
        bell__fake_web_add(web, tag, bell_str(reason));
    if (exchange != NULL) {
        exchange->at = at;
        exchange->end = end;
    }
}

static void answer(struct bell__fake_web *web, uint64_t tag, int64_t at,
                   const bell_method *method,
                   const struct bell__expected *expected,
                   const struct bell__mishap *mishap)
{
    struct bell__buf *out = &web->fake->scratch;
    struct bell__peer_error error;
    bool refused = bell__fake_refuses(expected, mishap, &error);
    int32_t code = method->result != NULL ? FINE : NO_CONTENT;
    out->size = 0;
    if (refused) {
        code = status_of(&error);
        write_error(out, &error);
    } else if (method->result != NULL) {
        write_result(out, method,
                     bell__fake_result(web->fake, expected, mishap));
    }
    if (bell__buf_settle(out) != BELL_OK) {
        return;
    }
    struct bell__fake_exchange *exchange =
        bell__fake_web_add(web, tag, (bell_string){out->bytes, out->size});
    if (exchange != NULL) {
        exchange->at = at;
        exchange->end = BELL__EXCHANGE_REPLIED;
        exchange->code = code;
        exchange->head = "Content-Type: application/json\r\n";
    }
}

static void take_call(struct bell__fake_web *web, uint64_t tag,
                      const bell_method *method, bell_string params)
{
    bell_loop *loop = web->fake->maker.loop;
    const struct bell__mishap *mishap;
    bell_string name = {method->name, method->name_size};
    struct bell__expected *expected =
        bell__fake_meet(web->fake, name, params, &mishap);
    int64_t delay_ms = expected != NULL ? expected->delay_ms : 0;
    const char *loss = loss_of(expected, mishap);
    int64_t at = time_of(loop->now + delay_ms, mishap);
    if (expected != NULL && expected->never) {
        lose(web, tag, INT64_MAX, BELL__EXCHANGE_UNKNOWN, "");
    } else if (loss != NULL) {
        lose(web, tag, at, BELL__EXCHANGE_UNKNOWN, loss);
    } else {
        answer(web, tag, at, method, expected, mishap);
    }
}

void bell__fake_web_take(struct bell__fake_web *web,
                         const struct bell__fake_request *request)
{
    struct bell__buf *out = &web->fake->scratch;
    bell_loop *loop = web->fake->maker.loop;
    bell_string headers = request->head;
    bell_string line = cut(&headers, '\n');
    bell_string verb = cut(&line, ' ');
    bell_string query = cut(&line, ' ');
    struct bell__asked asked = {
        .path = cut(&query, '?'),
        .query = query,
        .body = request->body,
        .header = header_of,
        .headers = &headers,
        .brief = true,
    };
    const bell_method *method = find(web->service, verb, asked.path);
    bell__loop_clock(loop);
    if (web->fake->offline) {
        lose(web, request->tag, loop->now, BELL__EXCHANGE_NOT_SENT,
             "the fake is offline");
        return;
    }
    note_token(web->fake, request->lead);
    out->size = 0;
    bell__asked_params(out, method->route, &asked);
    if (bell__buf_settle(out) == BELL_OK) {
        take_call(web, request->tag, method,
                  (bell_string){out->bytes, out->size});
    }
}
