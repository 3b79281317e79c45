/* protocol.h: what the bytes say. A protocol writes commands and reads frames;
 * it knows no socket, no clock and no call. */
#ifndef BELL__SEAM_PROTOCOL_H
#define BELL__SEAM_PROTOCOL_H

#include <bell/bell.h>
#include <bell/schema.h>

#include <string.h>

#include "seam/frame.h"

enum bell__event_kind {
    BELL__EVENT_REPLY,  /* the answer to call `id`; `payload` */
    BELL__EVENT_ERROR,  /* an error for call `id`: code, temporary, text; what
                           it carries is `payload`. Where the wire has no ids
                           it is 0: core/match finds the call; if there is none
                           it is a push for `channel` */
    BELL__EVENT_ANSWER, /* an answer without an id: `answer`, `key`; `payload`.
                           With a code it is an error */
    /* From here on: for no call. */
    BELL__EVENT_PASSED,  /* for nobody; told where many stand in a row, so that
                            a decode has an end */
    BELL__EVENT_HELLO,   /* the greeting may go out; with `silent` nothing
                            answers it, and the session is up behind it */
    BELL__EVENT_READY,   /* the session is up: commands may go out */
    BELL__EVENT_PUSH,    /* something for nobody's call: `channel`, `payload`;
                            with a text: it was refused, and why */
    BELL__EVENT_ALIVE,   /* the server asks whether we live: pong if `pong` */
    BELL__EVENT_RENEWED, /* the session lives for ttl_ms from now; `id` of the
                            command that this answers, 0: unasked. With a
                            code: the new token was not taken, but another
                            one may be: text */
    BELL__EVENT_BYE      /* the session is over: code, text, may_reconnect */
};

struct bell__event {
    enum bell__event_kind kind;
    uint32_t id;
    bell_string payload; /* as on the wire, lent by the frame; empty: none */
    bell_string answer;  /* ANSWER: what it is, as on the wire */
    bell_string key;     /* ANSWER: the value that the request has as well, as
                            JSON; empty: none */
    uint32_t channel;    /* PUSH: whose inbox, counts from 1; 0: nobody's */
    bool guessed;        /* REPLY: where the payload ends was not looked at; see
                            reread */
    int32_t code;
    bool temporary;
    bool elsewhere;     /* ERROR of an exchange: the server is in trouble, and
                           another one may not be */
    bool again;         /* ERROR of an exchange: where it may be repeated, it is
                           tried again */
    int64_t after_ms;   /* ... but not before so long; -1: whenever */
    bool may_reconnect; /* BYE */
    bool stale_token;   /* BYE: without a new token it would be the same */
    bool spent_token;   /* BYE, ERROR of an exchange: whoever has a way to a new
                           token takes it */
    uint16_t drop_code; /* BYE: what the server is told; 0: nothing */
    bool pong;          /* READY: pings want pongs; ALIVE: send one now */
    bool silent;        /* HELLO */
    bool ordered;       /* ERROR without ids: answers come in the order of the
                           requests */
    int64_t ping_ms;    /* READY: the server's ping interval, 0: none told */
    int64_t ttl_ms;     /* READY, RENEWED: a new token is due then; 0: never */
    bell_origin origin; /* ERROR, ANSWER, BYE */
    char text[256];     /* ERROR, ANSWER, PUSH, BYE, RENEWED: NUL-terminated,
                           cut where too long */
};

/* Clears what the session may look at; the text only where it is short. */
static inline void bell__event_begin(struct bell__event *event,
                                     enum bell__event_kind kind)
{
    memset(event, 0, offsetof(struct bell__event, text));
    event->kind = kind;
    event->text[0] = '\0';
}

/* What the server has said with its greeting; empty where it has not. */
struct bell__greeting {
    bell_string client;  /* how it calls us */
    bell_string version; /* its own */
    bell_json data;      /* what else it has to say to us */
};

struct bell__protocol;

/* What a protocol does. `out` is the bytes of the frame being written. Each
 * pointer that may be NULL says what that means. */
struct bell__protocol_ops {
    const char *name;
    const char *join; /* between two commands of one frame; NULL: one each */
    bool exchanges;   /* a command is an exchange: its tag is its call's
                         number, and it ends with it */
    bool binary;      /* frames are binary */
    uint16_t own_max; /* commands of the protocol's own that may be under way
                         at once: so many ids it is given */

    /* What the first event of a new line is: READY, HELLO, BYE, or PASSED:
     * another event comes. NULL: HELLO, or without a hello READY. */
    void (*opened)(struct bell__protocol *protocol, struct bell__event *event);

    /* The first frame after the line is up; READY must come for ids[0]. NULL:
     * there is no greeting, and the session is ready at once. */
    bell_status (*hello)(struct bell__protocol *protocol, struct bell__buf *out,
                         const uint32_t *ids);

    /* A command is begin, then the encoded params, then end. Where the method
     * has a route, begin writes the lead of its head, and the route comes
     * between that and `body`. */
    bell_status (*begin)(struct bell__protocol *protocol, struct bell__buf *out,
                         uint32_t id, const bell_method *method);
    bell_status (*end)(struct bell__protocol *protocol, struct bell__buf *out);

    /* Between a route and the body: what belongs to the head. NULL: nothing. */
    bell_status (*body)(struct bell__protocol *protocol, struct bell__buf *out,
                        const bell_method *method);

    /* NULL: it has no such messages. */
    bell_status (*pong)(struct bell__protocol *protocol, struct bell__buf *out);

    /* Tells the server a new token while the session is up; RENEWED or BYE
     * must come. NULL: a token is for the next line or exchange. */
    bell_status (*renew)(struct bell__protocol *protocol, struct bell__buf *out,
                         uint32_t id);

    /* Another token for the next hello, renew or exchange; NULL: none. It is
     * copied, and the old one wiped. NULL: the protocol shows none. */
    bell_status (*token)(struct bell__protocol *protocol, const char *token);

    /* An answer said that the token was spent which a command showed, by
     * `shown`. NULL: none says so. */
    void (*refused)(struct bell__protocol *protocol, uint32_t shown);

    /* The next event of a frame. *at counts the bytes read so far and starts
     * at 0. False when the frame is done. Bytes that make no sense give BYE
     * with may_reconnect. */
    bool (*decode)(struct bell__protocol *protocol,
                   const struct bell__frame *frame, size_t *at,
                   struct bell__event *event);

    /* A guessed payload that is not one JSON value, looked at again while its
     * frame is still lent. False where there is no better one. NULL: it never
     * guesses. */
    bool (*reread)(struct bell__protocol *protocol, bell_string *payload);

    /* What a close code of the transport means: always BYE. */
    void (*closed)(struct bell__protocol *protocol, int32_t code,
                   bell_string reason, struct bell__event *event);

    /* What came with READY, lent until the next hello. False where memory was
     * short for it. NULL: nothing ever does. */
    bool (*greeting)(struct bell__protocol *protocol,
                     struct bell__greeting *greeting);

    /* Frees it; tokens are wiped. */
    void (*free)(struct bell__protocol *protocol);
};

/* The first member of every protocol. */
struct bell__protocol {
    const struct bell__protocol_ops *ops;
    uint32_t shown; /* by begin: which token the command shows; 0: none */
};

/* NULL is fine. */
static inline void bell__protocol_free(struct bell__protocol *protocol)
{
    if (protocol != NULL) {
        protocol->ops->free(protocol);
    }
}

#endif
