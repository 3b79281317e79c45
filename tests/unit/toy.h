/* toy.h: a protocol and a transport of the test's own, that have nothing in
 * common with Centrifugo's: no greeting, binary frames, exchanges with answers
 * by tag, pushes beside them. What the peer does, the test says. */
#ifndef TESTS_UNIT_TOY_H
#define TESTS_UNIT_TOY_H

#include "base/memory.h"
#include "client/client.h"
#include "client/link.h"
#include "unit/check.h"

/* ---- The protocol: a command is `method params`, an answer its payload ----
 */

static inline bell_status toy_begin(struct bell__protocol *protocol,
                                    struct bell__buf *out, uint32_t id,
                                    const bell_method *method)
{
    (void)protocol;
    (void)id;
    bell_status status = bell__buf_append(out, method->name, method->name_size);
    return status == BELL_OK ? bell__buf_append(out, " ", 1) : status;
}

static inline bell_status toy_end(struct bell__protocol *protocol,
                                  struct bell__buf *out)
{
    (void)protocol;
    return bell__buf_append(out, ".", 1);
}

static inline bell_status toy_body(struct bell__protocol *protocol,
                                   struct bell__buf *out,
                                   const bell_method *method)
{
    (void)protocol;
    (void)method;
    return bell__buf_append(out, "|", 1);
}

/* `!text` is an error, `?` no answer at all, anything else a result. A frame
 * of no exchange is a push. */
static inline bool toy_decode(struct bell__protocol *protocol,
                              const struct bell__frame *frame, size_t *at,
                              struct bell__event *event)
{
    (void)protocol;
    if (*at != 0 || frame->size == 0 || frame->bytes[0] == '?') {
        return false;
    }
    *at = frame->size;
    if (frame->exchange == BELL__EXCHANGE_NONE) {
        bell__event_begin(event, BELL__EVENT_PUSH);
        event->channel = (uint32_t)(frame->bytes[0] - '0');
        event->payload = (bell_string){frame->bytes + 1, frame->size - 1};
        return true;
    }
    bool failed = frame->bytes[0] == '!';
    bell__event_begin(event, failed ? BELL__EVENT_ERROR : BELL__EVENT_REPLY);
    event->payload = (bell_string){frame->bytes, frame->size};
    event->code = failed ? 400 : 0;
    snprintf(event->text, sizeof event->text, "%s", failed ? "refused" : "");
    return true;
}

static inline void toy_closed(struct bell__protocol *protocol, int32_t code,
                              bell_string reason, struct bell__event *event)
{
    (void)protocol;
    bell__event_begin(event, BELL__EVENT_BYE);
    event->code = code;
    event->may_reconnect = true;
    snprintf(event->text, sizeof event->text, "%s", reason.text);
}

static inline void toy_free(struct bell__protocol *protocol)
{
    (void)protocol; /* it is a constant */
}

static const struct bell__protocol_ops toy_ops = {
    .name = "toy",
    .exchanges = true,
    .binary = true,
    .begin = toy_begin,
    .body = toy_body,
    .end = toy_end,
    .decode = toy_decode,
    .closed = toy_closed,
    .free = toy_free,
};

static struct bell__protocol toy_protocol = {.ops = &toy_ops};

/* ---- The transport: what was sent is kept, what comes is put in -----------
 */

enum { TOY_SENT_MAX = 64, TOY_TEXT_MAX = 64 };

struct toy_sent {
    uint64_t tag;
    bool binary;
    size_t head_size;
    char text[TOY_TEXT_MAX];
};

struct toy_line {
    struct bell__transport head; /* first */
    struct bell_loop *loop;
    struct bell__guest *guest;
    char url[128];
    int opened;
    struct toy_sent sent[TOY_SENT_MAX];
    size_t sent_count;
    uint64_t cancelled[TOY_SENT_MAX];
    size_t cancelled_count;
    bool keeps_back; /* what was sent has not left yet */
    struct bell__frame heard[TOY_SENT_MAX];
    size_t heard_count;
    size_t heard_at;
};

static inline struct toy_line *toy_line(const bell_client *client,
                                        uint32_t link)
{
    return (struct toy_line *)(void *)client->links[link].transport;
}

static inline bell_status toy_open(struct bell__transport *transport)
{
    struct toy_line *line = (struct toy_line *)(void *)transport;
    line->opened++;
    line->head.line = BELL__LINE_UP;
    line->head.idle = true;
    return BELL_OK;
}

static inline void toy_send(struct bell__transport *transport,
                            struct bell__outbox *outbox)
{
    struct toy_line *line = (struct toy_line *)(void *)transport;
    for (size_t i = 0; i < outbox->count; i++) {
        const struct bell__span *span = &outbox->spans[i];
        struct toy_sent *sent = &line->sent[line->sent_count++];
        sent->tag = span->tag;
        sent->binary = span->binary;
        sent->head_size = span->head_size;
        snprintf(sent->text, sizeof sent->text, "%.*s", (int)span->size,
                 outbox->bytes.bytes + span->offset);
    }
    line->head.written += outbox->count;
    bell__outbox_clear(outbox);
}

static inline bool toy_receive(struct bell__transport *transport,
                               struct bell__frame *frame)
{
    struct toy_line *line = (struct toy_line *)(void *)transport;
    if (line->heard_at == line->heard_count) {
        return false;
    }
    *frame = line->heard[line->heard_at++];
    return true;
}

static inline void toy_close(struct bell__transport *transport, uint16_t code)
{
    (void)code;
    transport->line = BELL__LINE_DOWN;
}

static inline bool toy_cancel(struct bell__transport *transport, uint64_t tag)
{
    struct toy_line *line = (struct toy_line *)(void *)transport;
    line->cancelled[line->cancelled_count++] = tag;
    return line->keeps_back;
}

static inline void toy_free_line(struct bell__transport *transport)
{
    bell__memory_free(&bell__memory_default, transport,
                      sizeof(struct toy_line));
}

static const struct bell__transport_ops toy_line_ops = {
    .name = "toy",
    .open = toy_open,
    .send = toy_send,
    .receive = toy_receive,
    .close = toy_close,
    .cancel = toy_cancel,
    .free = toy_free_line,
};

/* The peer's word for the exchange; `text` outlives its delivery. */
static inline void toy_say(struct toy_line *line, uint64_t tag,
                           enum bell__exchange exchange, const char *text)
{
    line->heard[line->heard_count++] = (struct bell__frame){
        .tag = tag,
        .bytes = text,
        .size = strlen(text),
        .binary = true,
        .exchange = exchange,
        .code = exchange == BELL__EXCHANGE_REPLIED ? 200 : 0,
        .trouble = text,
    };
    bell__loop_due(line->loop, line->guest);
}

/* ---- The kind of link ------------------------------------------------------
 */

static inline bell_status
toy_make_protocol(struct bell__link *link, const struct bell__link_texts *texts,
                  bell_error *error)
{
    (void)texts;
    (void)error;
    link->protocol = &toy_protocol;
    return BELL_OK;
}

static inline bell_status toy_make_line(struct bell__link *link,
                                        const struct bell__link_texts *texts,
                                        bell_error *error)
{
    (void)error;
    struct toy_line *line =
        bell__memory_take(&bell__memory_default, sizeof *line);
    CHECK(line != NULL);
    memset(line, 0, sizeof *line);
    line->head.ops = &toy_line_ops;
    line->loop = link->client->loop;
    line->guest = &link->client->guest;
    snprintf(line->url, sizeof line->url, "%s %s", texts->url,
             texts->token != NULL ? texts->token : "-");
    link->transport = &line->head;
    return BELL_OK;
}

static const bell_link_kind toy_kind = {
    .name = "toy",
    .request_bytes_max = 1024,
    .protocol = toy_make_protocol,
    .transport = toy_make_line,
};

#endif
