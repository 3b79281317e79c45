/* web.c: exchanges without a socket: a request is read at once, its answer
 * waits for its time. It knows no request line and no call. */
#include "fake/fake.h"

#include <string.h>

#include "base/memory.h"

static struct bell__fake_web *self(struct bell__transport *transport)
{
    return (struct bell__fake_web *)(void *)transport;
}

static bell_status open_web(struct bell__transport *transport)
{
    transport->line = BELL__LINE_UP;
    transport->idle = true;
    return BELL_OK;
}

static void send_all(struct bell__transport *transport,
                     struct bell__outbox *outbox)
{
    struct bell__fake_web *web = self(transport);
    for (size_t i = 0; i < outbox->count; i++) {
        const struct bell__span *span = &outbox->spans[i];
        const char *frame = outbox->bytes.bytes + span->offset;
        struct bell__fake_request request = {
            .tag = span->tag,
            .lead = {frame, span->lead_size},
            .head = {frame + span->lead_size,
                     span->head_size - span->lead_size},
            .body = {frame + span->head_size, span->size - span->head_size},
        };
        bell__fake_web_take(web, &request);
    }
    bell__outbox_clear(outbox);
}

static bool receive(struct bell__transport *transport,
                    struct bell__frame *frame)
{
    struct bell__fake_web *web = self(transport);
    bell_loop *loop = web->fake->maker.loop;
    int64_t due = bell__fake_web_due(web);
    struct bell__fake_exchange **at = &web->open;
    bell__fake_exchange_free(web, web->lent);
    web->lent = NULL;
    if (due > loop->now) {
        if (due != INT64_MAX) {
            bell__loop_due(loop, &web->fake->guest);
        }
        return false;
    }
    while ((*at)->at != due) {
        at = &(*at)->next;
    }
    struct bell__fake_exchange *exchange = *at;
    bool replied = exchange->end == BELL__EXCHANGE_REPLIED;
    *at = exchange->next;
    web->lent = exchange;
    transport->heard = true;
    *frame = (struct bell__frame){
        .tag = exchange->tag,
        .exchange = exchange->end,
        .code = exchange->code,
        .head = exchange->head,
        .head_size = strlen(exchange->head),
        .bytes = exchange->text,
        .size = replied ? exchange->size : 0,
        .trouble = replied ? NULL : exchange->text,
    };
    return true;
}

static bool cancel(struct bell__transport *transport, uint64_t tag)
{
    struct bell__fake_web *web = self(transport);
    struct bell__fake_exchange **at = &web->open;
    while (*at != NULL && (*at)->tag != tag) {
        at = &(*at)->next;
    }
    if (*at != NULL) {
        struct bell__fake_exchange *exchange = *at;
        *at = exchange->next;
        bell__fake_exchange_free(web, exchange);
    }
    return false; /* the fake has read it */
}

static void close_web(struct bell__transport *transport, uint16_t code)
{
    (void)code;
    bell__fake_web_forget(self(transport));
    transport->line = BELL__LINE_DOWN;
    transport->idle = false;
}

static void free_web(struct bell__transport *transport)
{
    struct bell__fake_web *web = self(transport);
    bell__fake_web_forget(web);
    *web->link = web->next;
    if (web->next != NULL) {
        web->next->link = web->link;
    }
    bell__memory_free(&web->fake->memory, web, sizeof *web);
}

static const struct bell__transport_ops ops = {
    .name = "fake",
    .open = open_web,
    .send = send_all,
    .receive = receive,
    .close = close_web,
    .cancel = cancel,
    .free = free_web,
};

bell_status bell__fake_web_make(struct bell__line_maker *maker,
                                struct bell__guest *guest,
                                const bell_service *service,
                                struct bell__transport **made)
{
    struct bell_fake *fake = (struct bell_fake *)(void *)maker;
    struct bell__fake_web *web = bell__memory_take(&fake->memory, sizeof *web);
    if (web == NULL) {
        return BELL_NO_MEMORY;
    }
    memset(web, 0, sizeof *web);
    web->head.ops = &ops;
    web->head.line = BELL__LINE_DOWN;
    web->fake = fake;
    web->client = guest;
    web->service = service;
    web->next = fake->webs;
    web->link = &fake->webs;
    if (web->next != NULL) {
        web->next->link = &web->next;
    }
    fake->webs = web;
    *made = &web->head;
    return BELL_OK;
}
