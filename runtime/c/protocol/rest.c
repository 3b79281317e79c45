/* rest.c: calls as exchanges of HTTP: what a request says beside its route, and
 * what an answer means. */
#include "protocol/rest.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "protocol/rest_answer.h"

struct rest {
    struct bell__protocol head; /* first */
    struct bell__rest_options options;
};

/* ---- Requests --------------------------------------------------------------
 */

static bell_status rest_begin(struct bell__protocol *protocol,
                              struct bell__buf *out, uint32_t id,
                              const bell_method *method)
{
    static const char json[] = "Accept: application/json\r\n";
    static const char any[] = "Accept: */*\r\n";
    const struct rest *rest = (const struct rest *)(const void *)protocol;
    const struct bell__rest_options *options = &rest->options;
    uint16_t flags = method->route->flags;
    bool wants = method->result != NULL && (flags & BELL_ROUTE_TEXT) == 0;
    struct bell__bearer bearer = {NULL, 0, 0};
    bell_status status = wants ? bell__buf_append(out, json, sizeof json - 1)
                               : bell__buf_append(out, any, sizeof any - 1);
    if ((flags & BELL_ROUTE_BEARER) != 0) {
        options->choose(options->context, id, method->route, &bearer);
    }
    if (status == BELL_OK && bearer.line != NULL) {
        status = bell__buf_append(out, bearer.line, bearer.size);
    }
    protocol->shown = bearer.serial;
    return status;
}

static bell_status rest_body(struct bell__protocol *protocol,
                             struct bell__buf *out, const bell_method *method)
{
    static const char type[] = "Content-Type: application/json\r\n";
    (void)protocol;
    return method->route->body != NULL
               ? bell__buf_append(out, type, sizeof type - 1)
               : BELL_OK;
}

static bell_status rest_end(struct bell__protocol *protocol,
                            struct bell__buf *out)
{
    (void)protocol;
    (void)out;
    return BELL_OK;
}

/* ---- Answers ---------------------------------------------------------------
 */

/* Another try may be answered otherwise. */
static bool is_tried_again(int32_t status)
{
    return status == 429 || status == 502 || status == 503 || status == 504;
}

static bool is_temporary(int32_t status)
{
    return is_tried_again(status) || status == 408 || status == 425;
}

static void say_error(const struct rest *rest, const struct bell__frame *frame,
                      struct bell__event *event)
{
    bell_string head = {frame->head, frame->head_size};
    bell__event_begin(event, BELL__EVENT_ERROR);
    event->payload = (bell_string){frame->bytes, frame->size};
    event->origin = BELL_ORIGIN_REPLY;
    event->code = frame->code;
    event->temporary = is_temporary(frame->code);
    event->again = is_tried_again(frame->code);
    event->elsewhere = event->again && frame->code != 429;
    event->spent_token = frame->code == 401;
    event->after_ms = bell__rest_after(head, rest->options.now());
    bell__rest_words(frame->code, head, event->payload, event->text,
                     sizeof event->text);
}

/* One event; an empty body is read too. */
static bool rest_decode(struct bell__protocol *protocol,
                        const struct bell__frame *frame, size_t *at,
                        struct bell__event *event)
{
    const struct rest *rest = (const struct rest *)(const void *)protocol;
    if (*at > frame->size) {
        return false;
    }
    *at = frame->size + 1;
    if (frame->code < 200 || frame->code > 299) {
        say_error(rest, frame, event);
        return true;
    }
    bell__event_begin(event, BELL__EVENT_REPLY);
    event->payload = (bell_string){frame->bytes, frame->size};
    return true;
}

static void rest_closed(struct bell__protocol *protocol, int32_t code,
                        bell_string reason, struct bell__event *event)
{
    (void)protocol;
    bell__event_begin(event, BELL__EVENT_BYE);
    event->code = code;
    event->origin = BELL_ORIGIN_CLOSE;
    event->may_reconnect = true;
    snprintf(event->text, sizeof event->text, "%.*s", (int)reason.size,
             reason.text);
}

static void rest_free(struct bell__protocol *protocol)
{
    struct rest *rest = (struct rest *)(void *)protocol;
    bell__memory_free(rest->options.memory, rest, sizeof *rest);
}

static void rest_refused(struct bell__protocol *protocol, uint32_t shown)
{
    const struct rest *rest = (const struct rest *)(const void *)protocol;
    rest->options.refused(rest->options.context, shown);
}

static const struct bell__protocol_ops rest_ops = {
    .name = "rest",
    .exchanges = true,
    .begin = rest_begin,
    .body = rest_body,
    .end = rest_end,
    .refused = rest_refused,
    .decode = rest_decode,
    .closed = rest_closed,
    .free = rest_free,
};

bell_status bell__rest_make(const struct bell__rest_options *options,
                            struct bell__protocol **protocol)
{
    struct rest *rest = bell__memory_take(options->memory, sizeof *rest);
    if (rest == NULL) {
        return BELL_NO_MEMORY;
    }
    memset(rest, 0, sizeof *rest);
    rest->head.ops = &rest_ops;
    rest->options = *options;
    *protocol = &rest->head;
    return BELL_OK;
}
