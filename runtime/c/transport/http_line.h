/* http_line.h: what exchanges of HTTP are made of; for the files http*.c alone,
 * each of which stands on those above it here. A line is one connection: it
 * carries one exchange at a time, and its answer lies in it until it was handed
 * out. */
#ifndef BELL__TRANSPORT_HTTP_LINE_H
#define BELL__TRANSPORT_HTTP_LINE_H

#include "transport/connection.h"
#include "transport/http.h"
#include "transport/http_body.h"
#include "transport/http_head.h"
#include "transport/inflate.h"

struct bell__http;
struct bell__http_queue;

/* Frames as they were taken: they stay where they are until the last of them
 * has ended, since a line that was over before the first byte left gives way
 * to another one. */
struct bell__http_batch {
    struct bell__outbox out;
    size_t next;  /* the first span that waits for a line */
    size_t users; /* exchanges on lines */
    struct bell__http_batch *next_spare;
};

/* A request and how far it is. */
struct bell__http_exchange {
    struct bell__http_batch *batch; /* NULL: none */
    uint64_t tag;
    const char *lead; /* in the batch: see bell__span */
    const char *head; /* behind the lead */
    const char *body;
    size_t lead_size;
    size_t head_size;
    size_t body_size;
    bool bodyless; /* HEAD: the answer has no body, whatever it says */
    bool left;     /* a byte of it is the kernel's */
};

/* A small body is copied behind its head: one piece leaves faster than two. */
enum { BELL__HTTP_JOINED_MAX = 1024 };

static inline bool
bell__http_is_joined(const struct bell__http_exchange *exchange)
{
    return exchange->body_size <= BELL__HTTP_JOINED_MAX;
}

/* Where an answer has led the request to. */
struct bell__http_redirect {
    struct bell__url url;          /* in `text` */
    bool foreign;                  /* it has been at another origin */
    bool whole;                    /* no NUL is in it */
    struct bell__tls_context *tls; /* of another origin's https:// */
    size_t size;                   /* of all this */
    char text[];
};

enum bell__http_stand {
    BELL__HTTP_IDLE,    /* kept, without an exchange */
    BELL__HTTP_DIALING, /* or about to */
    BELL__HTTP_BUSY,    /* the exchange is on it */
    BELL__HTTP_OVER     /* the exchange has ended, and is to be told of */
};

struct bell__http_line {
    struct bell__connection connection; /* first */
    struct bell__http *http;
    enum bell__http_stand stand;
    struct bell__http_line *next; /* of all lines */
    struct bell__http_line **link;
    struct bell__http_line *next_queued; /* to be read, over, or idle */
    struct bell__http_queue *queue;      /* which; NULL: none */
    struct bell__timer patience;         /* while it is dialed */
    uint32_t used;                       /* exchanges that it has carried */
    int64_t idle_until;
    struct bell__http_exchange exchange;
    struct bell__http_redirect *redirect; /* NULL: to the url's own server */
    int32_t redirects;                    /* that were followed */

    struct bell__buf head; /* as it leaves, with a small body; without memory
                              once it has */
    size_t written;        /* of head and body */
    size_t whole;          /* both */
    int broken;            /* errno of a write that failed, or 0 */

    struct bell__buf in; /* lent by the loop while anything is in it */
    struct bell__http_head answer;
    struct bell__http_reply reply;
    struct bell__http_body body;
    size_t head_max; /* bytes of heads that are left */
    int interims;    /* answers before the final one */
    bool in_body;

    enum bell__exchange end; /* OVER */
    int os_error;
    char trouble[192];
};

/* Lines that wait for something, in order. */
struct bell__http_queue {
    struct bell__http_line *first;
    struct bell__http_line **end;
};

struct bell__http {
    struct bell__transport head;
    struct bell__http_options options; /* texts as in `texts` */
    struct bell__buf texts;
    struct bell__url url;
    bell_string base;          /* the url's path, without slashes at its end */
    bell_string standing;      /* lines of every request, before its own */
    bell_string agent;         /* those of them that go to every server */
    bell_string extra;         /* and behind them */
    struct bell__proxy *proxy; /* NULL: none */
    struct bell__tls_context *tls;
    struct bell__tls_options tls_options; /* texts as in `texts` */

    struct bell__http_line *lines;
    struct bell__http_line *scarce; /* one is there where memory is short */
    uint32_t line_count;
    uint32_t idle_count;
    struct bell__http_queue idle;   /* the one that was busy last is first */
    struct bell__timer expiry;      /* of idle lines */
    struct bell__http_queue unread; /* the socket may have more */
    struct bell__http_queue over;
    struct bell__http_line *lent; /* its frame is out */
    bool receiving;
    size_t budget; /* bytes to read before others have a turn */

    struct bell__http_batch *waiting; /* not all of it has lines */
    struct bell__http_batch *spare;
    struct bell__http_batch first; /* one is there where memory is short */
    struct bell__buf spare_head;
    struct bell__inflate *inflate; /* NULL: nothing was packed yet */
    struct bell__buf inflated;     /* of the frame that is lent */
};

/* ---- http_line.c ---------------------------------------------------------
 */

/* NULL: there may be no more, or no memory for it, but then another one will
 * end. */
struct bell__http_line *bell__http_make_line(struct bell__http *http);

/* Its connection ends, whatever it does, and it is freed. */
void bell__http_drop(struct bell__http_line *line);

/* The exchange needs its bytes no more. */
void bell__http_let_go(struct bell__http_line *line);

/* All frames of the batch may have ended. */
void bell__http_end_batch(struct bell__http *http,
                          struct bell__http_batch *batch);

void bell__http_forget_answer(struct bell__http_line *line);

/* The next exchange goes to the url's own server. */
void bell__http_forget_redirect(struct bell__http_line *line);

/* It is read in the next turn. */
void bell__http_unread(struct bell__http_line *line);

/* There is something to take, for a turn. */
void bell__http_tell(struct bell__http *http);

void bell__http_queue_push(struct bell__http_queue *queue,
                           struct bell__http_line *line);
void bell__http_queue_push_first(struct bell__http_queue *queue,
                                 struct bell__http_line *line);
struct bell__http_line *bell__http_queue_pop(struct bell__http_queue *queue);
void bell__http_queue_remove(struct bell__http_queue *queue,
                             struct bell__http_line *line);

/* ---- http_request.c: the head as it leaves -------------------------------
 */

/* Into line->head. False: no memory. */
bool bell__http_request_write(struct bell__http_line *line);

/* ---- http_redirect.c -----------------------------------------------------
 */

/* Whether the answer that is whole leads to elsewhere: then line->redirect
 * says where. */
bool bell__http_is_led(struct bell__http_line *line);

/* ---- http_write.c --------------------------------------------------------
 */

/* Writes what the socket takes. False: the line is over, and no byte of its
 * exchange has left. */
bool bell__http_push(struct bell__http_line *line);

/* ---- http_exchange.c -----------------------------------------------------
 */

/* A new line knows what is done where its connection tells something. */
void bell__http_prepare(struct bell__http_line *line);

/* The exchange goes out on the line, which is dialed where it is not open. */
void bell__http_begin(struct bell__http_line *line);

/* The answer is whole. */
void bell__http_replied(struct bell__http_line *line);

/* The line is over: its exchange ends, or where no byte of it has left and the
 * line was a kept one, goes out on a new connection. */
void bell__http_fail(struct bell__http_line *line, int os_error,
                     const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- http_read.c ---------------------------------------------------------
 */

/* Reads what has come of the answer; stops where the budget ends, or the
 * exchange is not on this line any more. */
void bell__http_hear(struct bell__http_line *line);

/* ---- http_pool.c ---------------------------------------------------------
 */

/* What waits gets lines, as far as there are any. */
void bell__http_start_waiting(struct bell__http *http);

/* Nobody asks for what it has any more: it is kept, or dropped. */
void bell__http_settle(struct bell__http_line *line);

/* Kept lines whose time is over. */
void bell__http_expire(struct bell__timer *timer);

/* ---- http.c --------------------------------------------------------------
 */

extern const struct bell__transport_ops bell__http_ops;

#endif
