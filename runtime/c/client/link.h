/* link.h: one way from a client to its service: a transport, a protocol and a
 * session. For the files of client/ alone. A client has a link for each that
 * the service's table names; one that nothing is asked of is never opened. */
#ifndef BELL__CLIENT_LINK_H
#define BELL__CLIENT_LINK_H

#include <bell/bell.h>
#include <bell/schema.h>

#include "client/push.h"
#include "client/question.h"
#include "core/session.h"
#include "seam/protocol.h"
#include "seam/transport.h"

/* Numbers of a client's calls: the link's index stands above this bit. */
enum { BELL__LINK_SHIFT = 56, BELL__LINKS_MAX = 256 };

struct bell__failure;
struct bell__link;

/* What a link option says, or where it says nothing, the client's. */
struct bell__link_texts {
    const char *url; /* with the link's path, where it has one of its own */
    bool own_url;    /* of the option, not the client's */
    const char *const *urls; /* further ones */
    size_t url_count;
    bool own_urls;
    const char *token;
};

/* How calls go out and end on a link whose calls show tokens by role, and may
 * need another call first. */
struct bell__link_ways {
    /* Begins a call; it may change *order. */
    bell_status (*submit)(struct bell__link *link, struct bell__order *order,
                          const void *params, bell_call *call,
                          bell_error *error);
    /* True: the call was the link's own, and nobody hears of its end. */
    bool (*ended)(struct bell__link *link, struct bell__completion *completion);
    /* The session wants a token, or a look at those that it waits for. May
     * close the client. */
    void (*due)(struct bell__link *link);
    /* A token came or went by another way. */
    void (*news)(struct bell__link *link);
    /* The client closes; then nothing is asked any more. */
    void (*shut)(struct bell__link *link);
    void (*free)(struct bell__link *link);
};

/* Whether a line may be dialed, as far as its token goes. */
enum bell__pass {
    BELL__PASS_READY, /* it is there, or none is wanted */
    BELL__PASS_ASK,   /* the program is asked for it */
    BELL__PASS_NONE   /* there is none, and no way to one */
};

/* What a service's table points at: which protocol, over which transport. Each
 * kind is a symbol in a file of its own, so that a program links those alone
 * that its services use. The functions write *error where they fail. */
struct bell_link_kind {
    const char *name;
    const char *path;         /* of a url without one; NULL: "/" */
    const char *not_found;    /* said beside a 404, or "" */
    const char *environment;  /* PREFIX of the variables PREFIX_URL and so on,
                                 see environment.h; NULL: none */
    size_t request_bytes_max; /* where no option says it */
    bool lineless; /* each call has a request and an answer for itself: the link
                      is never seen to connect, and the options of REST hold */
    bool only_items; /* of no use while nobody listens */
    /* Before each line: the token that it will show. NULL: BELL__PASS_ASK. */
    enum bell__pass (*pass)(struct bell__link *link);
    bell_status (*protocol)(struct bell__link *link,
                            const struct bell__link_texts *texts,
                            bell_error *error);
    bell_status (*transport)(struct bell__link *link,
                             const struct bell__link_texts *texts,
                             bell_error *error);
    /* What a call sends, into what the session gave. NULL: params as JSON. */
    bell_status (*encode)(struct bell__link *link, struct bell__buf *out,
                          const bell_method *method, const void *params,
                          bell_error *error);
    /* What a good reply means to the link; `result` is NULL where the method
     * has none. NULL: nothing. */
    void (*took)(struct bell__link *link, const bell_method *method,
                 const void *result);
    /* What came with a good answer: behind a sync call, and where a callback is
     * about to run or (NULL) has returned. NULL: nothing. */
    void (*keep)(bell_client *client,
                 const struct bell__completion *completion);
    void (*lend)(bell_client *client, const struct bell__completion *completion,
                 bool good);
    /* What came with an answer that refused a call, kept in *failure. NULL:
     * nothing but its data. */
    void (*details)(bell_client *client, struct bell__failure *failure,
                    const struct bell__completion *completion);
    const struct bell__link_ways *ways; /* NULL: calls have no way of their
                                           own, and the token is the line's */
};

/* Where the token is, for a client that asks for it. */
enum bell__renewal_stand {
    BELL__RENEWAL_NEEDED, /* to be asked for before the next line */
    BELL__RENEWAL_ASKED,  /* the program was; `until` it may answer */
    BELL__RENEWAL_DONE
};

struct bell__renewal {
    enum bell__renewal_stand stand;
    int64_t until;
    struct bell__question question;
};

struct bell__link {
    bell_client *client;
    const bell_link *table; /* the service's */
    uint32_t index;
    bool line_told;     /* the session knows that the line is up */
    bool asks;          /* the program is asked for its token */
    bool own_token;     /* of the link's option, not the client's */
    bool catches_up;    /* it came back late, and bytes still come */
    int64_t late_since; /* of the loop's looks; holds where it catches up */
    int64_t heard_at;   /* the look that found the newest bytes */
    struct bell__protocol *protocol;
    struct bell__transport *transport;
    struct bell__places *places;     /* NULL: there is one server */
    struct bell__session *session;   /* NULL: nothing was asked of it yet */
    struct bell__listener *listener; /* NULL: nobody listens to it */
    char *base; /* of a url with parameters, which are not known; else NULL */
    size_t base_size;
    char *url; /* ... with those of whoever listened last */
    size_t url_size;
    bool idle; /* nobody wants the line any more */
    struct bell__renewal renewal;
};

/* Makes protocol and transport; nothing is dialed. What was made is freed by
 * bell__link_free() also where this fails. */
bell_status bell__link_make(bell_client *client, uint32_t index,
                            struct bell__link *link, bell_error *error);
void bell__link_free(struct bell__link *link);

/* What one command may have. */
size_t bell__link_request_bytes(const struct bell__link *link);

/* Something is asked of it: from now on it has a session, and connects at the
 * client's next turn. BELL_NO_MEMORY. */
bell_status bell__link_want(struct bell__link *link, bell_error *error);

/* Nothing is asked of it any more: the line is given up, calls on it end with
 * BELL_CANCELLED, and what asks of it next dials again. */
void bell__link_idle(struct bell__link *link);

static inline bool bell__link_is_ready(const struct bell__link *link)
{
    return link->session != NULL &&
           bell__session_state(link->session) == BELL__SESSION_READY;
}

/* What is to do now: bytes in, time passed, calls ended, a line to dial. Runs
 * users' functions; false where one of them closed the client. */
bool bell__link_turn(struct bell__link *link);

/* Tells the session which frames the kernel has: before anything that ends
 * calls, so that "not sent" is never said of one that was. */
void bell__link_note(struct bell__link *link);

/* A program that was stopped, or busy, finds in its socket what came for it,
 * and more behind that: while bytes come nothing is late, for a moment. To be
 * asked once a turn, behind reading. */
enum { BELL__CATCH_UP_STEP_MS = 1 }; /* between two looks meanwhile */
bool bell__link_catches_up(struct bell__link *link);

/* give_up.c: exchanges that nobody waits for any more are cancelled; whether
 * they had left is known before their calls are told. */
void bell__link_give_up(struct bell__link *link);

/* Hands the outbox to the line and notes what left. */
void bell__link_flush(struct bell__link *link);

/* Every call ends with BELL_CLOSED, still to be delivered. */
void bell__link_shut(struct bell__link *link);

/* socket.c: a WebSocket, for kinds that want one. */
bell_status bell__link_socket(struct bell__link *link,
                              const struct bell__link_texts *texts,
                              bell_error *error);

/* renewal.c: true where a line may be dialed; else a token is asked for, or
 * the session waits for another reason. */
bool bell__renewal_ready(struct bell__link *link);

/* The server wants a new token with the next line. */
void bell__renewal_spent(struct bell__link *link);

/* The time of the token that there is has passed while a line was opened. */
bool bell__renewal_outlived(const struct bell__link *link);

/* Connected, and the token's time runs out, or that of the program that was
 * asked for another one. May close the client. */
void bell__renewal_due(struct bell__link *link);

#endif
