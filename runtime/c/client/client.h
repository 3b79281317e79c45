/* client.h: what a client is made of; for the files of client/ alone. This
 * room knows everybody: session, protocol, transport, codec, clock. */
#ifndef BELL__CLIENT_CLIENT_H
#define BELL__CLIENT_CLIENT_H

#include <bell/bell.h>
#include <bell/schema.h>

#include "client/environment.h"
#include "client/failure.h"
#include "client/heard.h"
#include "client/link.h"
#include "client/reply.h"
#include "loop/loop.h"
#include "record/codec.h"

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

struct bell__tokens;

struct bell_client {
    struct bell__guest guest; /* first: the loop hands it back */
    bell_loop *loop;
    bool own_loop;
    bool closed;
    bell_allocator memory;
    const bell_service *service;
    bell_options options; /* with defaults filled in; its texts are gone */
    size_t error_size;
    struct bell__codec_limits limits;
    int64_t pattern_work;     /* of what was decoded, not yet charged */
    struct bell__link *links; /* as the service's table has them */
    uint32_t link_count;
    struct bell__reply *spare; /* what callbacks are lent */
    struct bell__later *later;
    struct bell__later **later_end;
    struct bell__awaited awaited;
    struct bell__tokens *tokens; /* by role; NULL: no link shows any */
    struct bell_every *everys;   /* calls at intervals: every.c's */
    const struct bell__every_ops *every_ops; /* NULL: there were none */
    bool others_owed; /* they kept back what ended during our sync call */
    struct bell__failure failure; /* of the last call that carried one */
    struct bell__heard heard;     /* of exchanges that ended well */
    bool debug;                   /* BELL_DEBUG=1 */
    struct bell__environment environment;
    int64_t opened_ns;
    struct bell__clock *clocks; /* NULL: nobody listens */
};

/* chance.c: 64 random bits, for jitter; `context` is the client. */
uint64_t bell__client_draw(void *context);

/* call.c: begins, encodes, commits. *error is written where the status is not
 * BELL_OK. A log may close the client. */
bell_status bell__call_submit(struct bell__link *link,
                              const struct bell__order *order,
                              const void *params, bell_call *call,
                              bell_error *error);

/* turn.c: everything that is to do now. */
void bell__client_turn(struct bell__guest *guest);

/* The earliest time at which a turn has something to do; INT64_MAX: never. */
int64_t bell__client_deadline(const bell_client *client);

/* options.c: what the comments in bell.h promise of what is not said. */
void bell__options_fill(bell_options *options, const bell_service *service);

/* Why it can be no token: read from a file with its newline, say. NULL: it may
 * be one, as NULL may. */
const char *bell__token_wrong(const char *token);

/* For a token that no header line can carry. */
extern const char bell__token_unprintable[];

/* BELL_INVALID and *error, where they cannot be. */
bell_status bell__options_check(const bell_options *options,
                                const bell_service *service, bell_error *error);

/* The i-th of the link options, as much as the caller's struct has. */
bell_link_option bell__options_link(const bell_options *options, size_t i);

/* The PREFIX of the variables that speak of the service's clients; NULL: none
 * do. */
const char *bell__options_environment(const bell_service *service);

/* The caller's texts may go when bell_client_open() returns. */
void bell__options_forget(bell_options *options);

/* log.c */
bell_status bell__log_open(bell_client *client);
void bell__log_close(bell_client *client);

static inline bool bell__log_wanted(const bell_client *client)
{
    return client->clocks != NULL;
}

void bell__log(bell_client *client, bell_level level, const char *event,
               const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same of a link, which is named where there are several. */
void bell__log_link(const struct bell__link *link, bell_level level,
                    const char *event, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* For metrics alone: CONNECTED, LOST. */
void bell__log_line(const struct bell__link *link, bell_metric_kind kind,
                    int32_t code);
void bell__log_call(bell_client *client, bell_call call,
                    const bell_method *method, size_t bytes, bool waits);
void bell__log_end(bell_client *client,
                   const struct bell__completion *completion,
                   bell_status status, const bell_error *error);

/* state.c: how the client stands, and in *why which link it waits for, or which
 * has ended it; else NULL. */
bell_connection_state bell__state_of(const bell_client *client,
                                     const struct bell__link **why);

/* The link is in use, and has ended for good. */
bool bell__state_is_over(const struct bell__link *link);

/* Log, metrics and the program's function are told. They may close the
 * client. */
void bell__state_connecting(struct bell__link *link);
void bell__state_news(struct bell__link *link,
                      const struct bell__session_news *news);
void bell__state_closed(struct bell__link *link);

/* tell.c: all zero, as much as the caller's struct has. NULL is fine. */
void bell__client_clear(const bell_client *client, bell_error *error);

/* BELL_INVALID: there is no client. Of its error's size nothing is known. */
bell_status bell__client_missing(bell_error *error);

/* A sync call inside a callback: BELL_REENTRANT. */
bell_status bell__client_refuse_inside(const bell_client *client,
                                       bell_error *error);

/* A call from another thread than the loop's: BELL_INVALID. */
bell_status bell__client_refuse_thread(const bell_client *client,
                                       bell_error *error);

/* Copies as much of an error as the caller's struct has. */
void bell__client_tell(const bell_client *client, bell_error *to,
                       const bell_error *from);

#endif
