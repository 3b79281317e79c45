/* fake.h: what a fake is made of. The client knows the first member alone, so
 * that a program without fakes links none of this. */
#ifndef BELL__FAKE_FAKE_H
#define BELL__FAKE_FAKE_H

#include <bell/fake.h>
#include <bell/schema.h>

#include "base/buf.h"
#include "loop/loop.h"
#include "peer/centrifugo_peer.h"
#include "peer/outlet.h"
#include "seam/transport.h"

struct bell__line_maker {
    bell_loop *loop; /* where its clients live */
    bell_status (*make)(struct bell__line_maker *maker,
                        struct bell__guest *guest,
                        struct bell__transport **line);
    /* Exchanges: for the endpoints of that service. */
    bell_status (*make_web)(struct bell__line_maker *maker,
                            struct bell__guest *guest,
                            const bell_service *service,
                            struct bell__transport **web);
};

/* A call that is expected. */
struct bell__expected {
    struct bell__expected *next;
    char *method;
    char *params; /* compact; NULL: any */
    char *result;
    char *message;
    char *data;
    int32_t code;
    bool temporary;
    bool never;
    bool disconnect;
    bool always;
    int64_t delay_ms;
    uint32_t left;
    uint32_t met;
};

/* One client's connection. */
struct bell__fake_line {
    struct bell__transport head; /* first */
    struct bell_fake *fake;
    struct bell__guest *client;
    struct bell__outlet outlet; /* what it will hear */
    int64_t frozen_until;       /* of the fake's clock; 0: it is not frozen */
    struct bell__fake_line *next;
    struct bell__fake_line **link;
};

/* A request, from when it came to its answer or its end. */
struct bell__fake_exchange {
    struct bell__fake_exchange *next;
    uint64_t tag;
    int64_t at; /* when it ends; INT64_MAX: never */
    enum bell__exchange end;
    int32_t code; /* of an answer */
    const char *head;
    size_t size;
    char text[]; /* the body of an answer, or what happened; and a NUL */
};

/* A request as it comes; lent. */
struct bell__fake_request {
    uint64_t tag;
    bell_string lead; /* header lines of the protocol's own */
    bell_string head; /* the request line and the other header lines */
    bell_string body;
};

/* One client's requests. */
struct bell__fake_web {
    struct bell__transport head; /* first */
    struct bell_fake *fake;
    struct bell__guest *client;
    const bell_service *service;
    struct bell__fake_exchange *open; /* in the order in which they came */
    struct bell__fake_exchange *lent;
    struct bell__fake_web *next;
    struct bell__fake_web **link;
};

struct bell_fake {
    struct bell__line_maker maker; /* first */
    struct bell__guest guest;      /* wakes lines when their time has come */
    struct bell__fed_clock clock;
    bell_allocator memory;
    struct bell__fake_line *lines;
    struct bell__fake_web *webs;
    struct bell__expected *expected;
    struct bell__expected **expected_end;
    bool offline;
    int32_t refusal; /* of whoever connects; 0: none */
    char refusal_text[192];
    uint32_t ttl; /* seconds, told to clients; 0: none */
    char trouble[512];
    char token[512];
    char missing[320];
    struct bell__buf scratch;
    struct bell__buf spoiled;
    struct bell__mishaps mishaps;
};

/* line.c: transports of this fake. */
bell_status bell__fake_line_make(struct bell__line_maker *maker,
                                 struct bell__guest *guest,
                                 struct bell__transport **made);

/* The line hears this frame in delay_ms, or as the mishap (NULL: none) has it.
 * Where memory is short the line ends at once. */
void bell__fake_tell(struct bell__fake_line *line, int64_t delay_ms,
                     bell_string text, const struct bell__mishap *mishap);
void bell__fake_end_later(struct bell__fake_line *line, int64_t delay_ms,
                          int32_t code, bell_string reason);
void bell__fake_end(struct bell__fake_line *line, int32_t code,
                    const char *reason);
/* When a line of the fake's hears something next; those that are due get their
 * client a turn. */
int64_t bell__fake_lines_due(struct bell_fake *fake);

/* server.c: a frame of commands arrives. */
void bell__fake_take(struct bell__fake_line *line, bell_string frame);

/* web.c: exchanges of this fake. */
bell_status bell__fake_web_make(struct bell__line_maker *maker,
                                struct bell__guest *guest,
                                const bell_service *service,
                                struct bell__transport **made);

/* exchange.c: an exchange that is due at once, where nothing else is set; NULL:
 * memory is short, and its call waits until its deadline. */
struct bell__fake_exchange *bell__fake_web_add(struct bell__fake_web *web,
                                               uint64_t tag, bell_string text);
void bell__fake_exchange_free(const struct bell__fake_web *web,
                              struct bell__fake_exchange *exchange);
void bell__fake_web_forget(struct bell__fake_web *web);

/* When one ends; INT64_MAX: none does. */
int64_t bell__fake_web_due(const struct bell__fake_web *web);

/* As bell__fake_lines_due() does. */
int64_t bell__fake_webs_due(struct bell_fake *fake);

/* Requests that wait for an answer get none. */
void bell__fake_webs_break(struct bell_fake *fake, const char *reason);

/* web_answer.c: a request arrives. */
void bell__fake_web_take(struct bell__fake_web *web,
                         const struct bell__fake_request *request);

/* meet.c: the expected call that this one is, NULL where there is none, which
 * is noted; *mishap is what goes wrong with it, or NULL. */
struct bell__expected *bell__fake_meet(struct bell_fake *fake,
                                       bell_string method, bell_string params,
                                       const struct bell__mishap **mishap);

/* What it is refused with; false where it is answered well. */
bool bell__fake_refuses(const struct bell__expected *expected,
                        const struct bell__mishap *mishap,
                        struct bell__peer_error *error);

/* The expected result, or what a mishap makes of it: lent. */
bell_string bell__fake_result(struct bell_fake *fake,
                              const struct bell__expected *expected,
                              const struct bell__mishap *mishap);

#endif
