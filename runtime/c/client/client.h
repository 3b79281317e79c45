/* client.h: what a client is made of; for the files of client/ alone. This
 * room knows everybody: session, protocol, transport, codec, clock. */
#ifndef BELL__CLIENT_CLIENT_H
#define BELL__CLIENT_CLIENT_H

#include <bell/bell.h>
#include <bell/schema.h>

#include "client/failure.h"
#include "client/reply.h"
#include "core/session.h"
#include "loop/loop.h"
#include "record/codec.h"
#include "seam/transport.h"
#include "transport/random.h"

/* When calls began, in nanoseconds, for the log alone; the newest win. */
enum { BELL__CLOCKS = 1024 };

struct bell__clock {
    bell_call call;
    int64_t began_ns;
};

/* A completion that waits until another client's sync call is over. Its reply
 * is decoded already: the frame is gone. */
struct bell__later {
    struct bell__later *next;
    struct bell__completion completion;
    struct bell__reply *reply;
    const void *value;
    struct bell__failure failure;
};

/* The one sync call that is being pumped. */
struct bell__awaited {
    bell_call call; /* 0: none */
    bell_status status;
    void *value; /* the user's */
    bell_error *error;
};

/* Where the token is, for a client that asks for it. */
enum bell__renewal_stand {
    BELL__RENEWAL_NEEDED, /* to be asked for before the next line */
    BELL__RENEWAL_ASKED,  /* the program was; `until` it may answer */
    BELL__RENEWAL_DONE
};

struct bell__renewal {
    enum bell__renewal_stand stand;
    uint64_t request; /* the last one's number */
    int64_t until;
};

/* What a service's table points at: see mode.c. */
struct bell_link_kind {
    const char *name;
};

struct bell_client {
    struct bell__guest guest; /* first: the loop hands it back */
    bell_loop *loop;
    bool own_loop;
    bool closed;
    bool line_told; /* the session knows that the line is up */
    bell_allocator memory;
    const bell_service *service;
    bell_options options; /* with defaults filled in; its texts are gone */
    size_t error_size;
    struct bell__codec_limits limits;
    struct bell__random random;
    struct bell__protocol *protocol;
    struct bell__protocol *greeter; /* the one in it that has the token */
    struct bell__transport *transport;
    struct bell__session *session;
    struct bell__reply *spare; /* what callbacks are lent */
    struct bell__later *later;
    struct bell__later **later_end;
    struct bell__awaited awaited;
    bool others_owed; /* they kept back what ended during our sync call */
    struct bell__renewal renewal;
    struct bell__failure failure; /* of the last call that carried one */
    bool debug;                   /* BELL_DEBUG=1 */
    int64_t opened_ns;
    struct bell__clock *clocks; /* NULL: nobody listens */
};

/* turn.c: everything that is to do now. */
void bell__client_turn(struct bell__guest *guest);

/* Tells the session which frames the kernel has: before anything that ends
 * calls, so that "not sent" is never said of one that was. */
void bell__client_note(bell_client *client);

/* Hands the outbox to the line and notes what left. */
void bell__client_flush(bell_client *client);

/* Fetches and delivers what ended. */
void bell__client_deliver(bell_client *client);

/* Calls the user's function, outside of any state change. */
void bell__client_call_back(bell_client *client,
                            const struct bell__completion *completion,
                            bell_status status, const void *value,
                            const bell_error *error);

/* renewal.c: true where a line may be dialed; else a token is asked for, or
 * the session waits for another reason. */
bool bell__renewal_ready(bell_client *client);

/* The server wants a new token with the next line. */
void bell__renewal_spent(bell_client *client);

/* Connected, and the token's time runs out, or that of the program that was
 * asked for another one. May close the client. */
void bell__renewal_due(bell_client *client);

/* mode.c: the protocol that the options ask for. */
bell_status bell__mode_open(bell_client *client, bell_error *error);
void bell__mode_close(bell_client *client);

/* log.c */
bell_status bell__log_open(bell_client *client);
void bell__log_close(bell_client *client);

static inline bool bell__log_wanted(const bell_client *client)
{
    return client->clocks != NULL;
}

void bell__log(bell_client *client, bell_level level, const char *event,
               const char *format, ...) __attribute__((format(printf, 4, 5)));
/* For metrics alone: CONNECTED, LOST. */
void bell__log_line(bell_client *client, bell_metric_kind kind, int32_t code);
void bell__log_call(bell_client *client, bell_call call,
                    const bell_method *method, size_t bytes);
void bell__log_end(bell_client *client,
                   const struct bell__completion *completion,
                   bell_status status, const bell_error *error);

/* open.c: copies as much of an error as the caller's struct has. */
void bell__client_tell(const bell_client *client, bell_error *to,
                       const bell_error *from);

#endif
