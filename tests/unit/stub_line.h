/* stub_line.h: a transport whose other end is the test: what it took is noted,
 * what comes is put in. It may take nothing for a while. */
#ifndef TESTS_UNIT_STUB_LINE_H
#define TESTS_UNIT_STUB_LINE_H

#include "loop/loop.h"
#include "seam/transport.h"
#include "unit/check.h"
#include "unit/counter.h"

enum { STUB_MAX = 64, STUB_TEXT_MAX = 200 };

struct stub_taken {
    uint64_t tag;
    char text[STUB_TEXT_MAX];
};

struct stub {
    struct bell__transport head; /* first */
    bell_status opens;           /* what its opening gives */
    bool stays;                  /* no byte of what is cancelled has left */
    struct stub_taken taken[STUB_MAX];
    size_t taken_count;
    size_t sends; /* outboxes that it took */
    struct bell__frame frames[STUB_MAX];
    size_t frame_count;
    size_t frame_at;
    uint64_t cancelled;
    int rested;
    int freed;
};

static inline struct stub *stub_of(struct bell__transport *transport)
{
    return (struct stub *)(void *)transport;
}

static inline bell_status stub_open(struct bell__transport *transport)
{
    if (stub_of(transport)->opens != BELL_OK) {
        return stub_of(transport)->opens;
    }
    transport->line = BELL__LINE_UP;
    transport->idle = true;
    return BELL_OK;
}

static inline void stub_send(struct bell__transport *transport,
                             struct bell__outbox *outbox)
{
    struct stub *stub = stub_of(transport);
    if (!transport->idle) {
        return;
    }
    stub->sends++;
    for (size_t i = 0; i < outbox->count; i++) {
        const struct bell__span *span = &outbox->spans[i];
        if (span->size == 0) {
            continue;
        }
        struct stub_taken *taken = &stub->taken[stub->taken_count++ % STUB_MAX];
        taken->tag = span->tag;
        snprintf(taken->text, sizeof taken->text, "%.*s", (int)span->size,
                 outbox->bytes.bytes + span->offset);
    }
    bell__outbox_clear(outbox);
}

static inline bool stub_receive(struct bell__transport *transport,
                                struct bell__frame *frame)
{
    struct stub *stub = stub_of(transport);
    if (stub->frame_at == stub->frame_count) {
        return false;
    }
    *frame = stub->frames[stub->frame_at++ % STUB_MAX];
    return true;
}

static inline void stub_close(struct bell__transport *transport, uint16_t code)
{
    (void)code;
    transport->line = BELL__LINE_DOWN;
    transport->idle = false;
}

static inline bool stub_cancel(struct bell__transport *transport, uint64_t tag)
{
    stub_of(transport)->cancelled = tag;
    return stub_of(transport)->stays;
}

static inline void stub_rest(struct bell__transport *transport)
{
    stub_of(transport)->rested++;
}

static inline void stub_free(struct bell__transport *transport)
{
    stub_of(transport)->freed++;
}

static const struct bell__transport_ops stub_ops = {
    .name = "stub",
    .open = stub_open,
    .send = stub_send,
    .receive = stub_receive,
    .close = stub_close,
    .cancel = stub_cancel,
    .rest = stub_rest,
    .free = stub_free,
};

static inline void stub_make(struct stub *stub)
{
    memset(stub, 0, sizeof *stub);
    stub->head.ops = &stub_ops;
}

/* An exchange has ended; the texts outlive that. */
static inline void stub_say(struct stub *stub, uint64_t tag, int32_t code,
                            const char *head, const char *body)
{
    stub->frames[stub->frame_count++ % STUB_MAX] = (struct bell__frame){
        .tag = tag,
        .exchange = code == 0 ? BELL__EXCHANGE_UNKNOWN : BELL__EXCHANGE_REPLIED,
        .code = code,
        .head = head,
        .head_size = strlen(head),
        .bytes = body,
        .size = strlen(body),
        .trouble = code == 0 ? body : NULL};
}

/* ---- Where such a transport stands -----------------------------------------
 */

struct stage {
    struct bell__guest guest; /* first: the loop hands it back */
    struct counter counter;
    bell_allocator memory;
    bell_loop *loop;
    struct bell__outbox outbox;
};

static inline void stage_turn(struct bell__guest *guest)
{
    (void)guest;
}

static inline void stage_open(struct stage *stage)
{
    bell_error error;
    memset(stage, 0, sizeof *stage);
    stage->guest.turn = stage_turn;
    stage->guest.free = stage_turn;
    stage->memory = counter_allocator(&stage->counter);
    CHECK_INT(BELL_OK, bell_loop_open(&stage->memory, &stage->loop, &error));
    bell__loop_join(stage->loop, &stage->guest);
    bell__outbox_open(&stage->outbox, &stage->memory, 0);
}

static inline void stage_close(struct stage *stage)
{
    bell__outbox_close(&stage->outbox);
    bell__loop_leave(stage->loop, &stage->guest);
    bell_loop_close(stage->loop);
    CHECK_INT(0, stage->counter.bytes);
}

/* A request without a body; false where memory is short. */
static inline bool stage_put(struct stage *stage, uint64_t tag, uint8_t place,
                             const char *lead, const char *head)
{
    struct bell__outbox *outbox = &stage->outbox;
    size_t size = outbox->bytes.size;
    if (bell__outbox_begin(outbox) != BELL_OK) {
        return false;
    }
    if (bell__buf_append(&outbox->bytes, lead, strlen(lead)) != BELL_OK ||
        bell__buf_append(&outbox->bytes, head, strlen(head)) != BELL_OK) {
        outbox->bytes.size = size;
        outbox->count--;
        return false;
    }
    bell__outbox_end(outbox);
    struct bell__span *span = &outbox->spans[outbox->count - 1];
    span->tag = tag;
    span->place = place;
    span->lead_size = strlen(lead);
    span->head_size = span->size;
    return true;
}

#endif
