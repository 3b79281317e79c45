/* exchange.h: exchanges of HTTP and the server at their other end, in one
 * thread: it hears requests and says exactly the bytes that a test wants said.
 */
#ifndef TESTS_UNIT_EXCHANGE_H
#define TESTS_UNIT_EXCHANGE_H

#include "transport/http.h"
#include "unit/counter.h"
#include "unit/peer.h"

enum { ROUNDS_MAX = 400, REQUEST_MAX = 4096 };

struct rig {
    struct bell__guest guest; /* first: the loop hands it back */
    bell_loop *loop;
    struct bell__transport *transport;
    struct counter counter;
    bell_allocator memory;
    struct bell__outbox outbox;
    struct peer peer; /* `fd` is the connection that was accepted last */
    struct bell__frame frame;
};

static inline void rig_turn(struct bell__guest *guest)
{
    (void)guest;
}

static inline void rig_wire(struct rig *rig)
{
    bell_error error;
    memset(rig, 0, sizeof *rig);
    rig->guest.turn = rig_turn;
    rig->guest.free = rig_turn;
    rig->memory = counter_allocator(&rig->counter);
    peer_listen(&rig->peer);
    CHECK(bell_loop_open(&rig->memory, &rig->loop, &error) == BELL_OK);
    bell__loop_join(rig->loop, &rig->guest);
    bell__outbox_open(&rig->outbox, &rig->memory, 0);
}

/* To the peer, and what the options say besides. `path` is the url's. */
static inline bell_status rig_make(struct rig *rig, const char *path,
                                   const struct bell__http_options *asked)
{
    char url[128];
    bell_error error;
    struct bell__http_options options = *asked;
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", (unsigned)rig->peer.port,
             path);
    options.memory = &rig->memory;
    options.loop = rig->loop;
    options.guest = &rig->guest;
    options.url = options.url == NULL ? url : options.url;
    if (options.message_bytes_max == 0) {
        options.message_bytes_max = 200000;
    }
    bell_status status = bell__http_make(&options, &rig->transport, &error);
    return status == BELL_OK ? rig->transport->ops->open(rig->transport)
                             : status;
}

static inline void rig_open(struct rig *rig)
{
    static const struct bell__http_options none;
    rig_wire(rig);
    CHECK_INT(BELL_OK, rig_make(rig, "", &none));
}

static inline void rig_close(struct rig *rig)
{
    if (rig->transport != NULL) {
        rig->transport->ops->free(rig->transport);
    }
    bell__outbox_close(&rig->outbox);
    bell__loop_leave(rig->loop, &rig->guest);
    bell_loop_close(rig->loop);
    CHECK_INT(0, rig->counter.bytes);
    peer_end(&rig->peer);
}

/* Puts a request into the outbox. */
static inline void put(struct rig *rig, uint64_t tag, const char *head,
                       const char *body, size_t body_size)
{
    CHECK_INT(BELL_OK, bell__outbox_begin(&rig->outbox));
    CHECK_INT(BELL_OK,
              bell__buf_append(&rig->outbox.bytes, head, strlen(head)));
    CHECK_INT(BELL_OK, bell__buf_append(&rig->outbox.bytes, body, body_size));
    bell__outbox_end(&rig->outbox);
    struct bell__span *span = &rig->outbox.spans[rig->outbox.count - 1];
    span->tag = tag;
    span->head_size = strlen(head);
}

static inline void flush(struct rig *rig)
{
    rig->transport->ops->send(rig->transport, &rig->outbox);
}

/* As a client does in a turn: what has ended is taken first. */
static inline void ask(struct rig *rig, uint64_t tag, const char *head,
                       const char *body)
{
    CHECK(!rig->transport->ops->receive(rig->transport, &rig->frame));
    put(rig, tag, head, body, strlen(body));
    flush(rig);
}

static inline void pump(struct rig *rig)
{
    bell__loop_pump(rig->loop, 5);
}

/* The next connection. */
static inline void take_call(struct rig *rig)
{
    struct pollfd wait = {rig->peer.listener, POLLIN, 0};
    for (int i = 0; i < ROUNDS_MAX && poll(&wait, 1, 0) != 1; i++) {
        pump(rig);
    }
    rig->peer.fd = accept(rig->peer.listener, NULL, NULL);
    CHECK(rig->peer.fd >= 0);
    pump(rig);
}

/* The request with its body, as it came. */
static inline void hear(struct rig *rig, char text[REQUEST_MAX])
{
    static const char length[] = "\r\nContent-Length: ";
    pump(rig);
    text[0] = '\0';
    CHECK(peer_request(&rig->peer, text, REQUEST_MAX));
    const char *at = strstr(text, length);
    size_t head = strlen(text);
    size_t body = at == NULL ? 0 : strtoul(at + strlen(length), NULL, 10);
    if (head + body < REQUEST_MAX) {
        CHECK(peer_hear(&rig->peer, text + head, body));
        text[head + body] = '\0';
    }
}

static inline void say(struct rig *rig, const char *text)
{
    CHECK(peer_say(&rig->peer, text, strlen(text)));
}

/* Whether one has ended, behind a look at what came. */
static inline bool next_now(struct rig *rig)
{
    pump(rig);
    return rig->transport->ops->receive(rig->transport, &rig->frame);
}

/* How the next exchange ended. */
static inline bool next(struct rig *rig)
{
    for (int i = 0; i < ROUNDS_MAX; i++) {
        if (rig->transport->ops->receive(rig->transport, &rig->frame)) {
            return true;
        }
        pump(rig);
    }
    return false;
}

static inline void check_reply(struct rig *rig, uint64_t tag, int status,
                               const char *body)
{
    CHECK(next(rig));
    CHECK_INT(BELL__EXCHANGE_REPLIED, rig->frame.exchange);
    CHECK_INT(tag, rig->frame.tag);
    CHECK_INT(status, rig->frame.code);
    if (rig->frame.exchange == BELL__EXCHANGE_REPLIED) {
        CHECK_BYTES(body, rig->frame.bytes, rig->frame.size);
    }
}

static inline void check_end(struct rig *rig, uint64_t tag,
                             enum bell__exchange end, const char *words)
{
    CHECK(next(rig));
    CHECK_INT(end, rig->frame.exchange);
    CHECK_INT(tag, rig->frame.tag);
    const char *said = rig->frame.trouble == NULL ? "" : rig->frame.trouble;
    bool told = strstr(said, words) != NULL;
    CHECK(told);
    if (!told) {
        fprintf(stderr, "  want: %s\n  got:  %s\n", words, said);
    }
}

#endif
