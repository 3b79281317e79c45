/* tokens.h: the tokens of a client by their roles; for the files of client/
 * alone. A client has them where one of its links shows tokens by role. */
#ifndef BELL__CLIENT_TOKENS_H
#define BELL__CLIENT_TOKENS_H

#include "client/client.h"
#include "token/held.h"

enum { BELL__FINGERPRINT_SIZE = 36 };

/* What the program is asked for, of one role. */
struct bell__ask {
    enum bell__renewal_stand stand;
    bool anonymous;  /* DONE: there is none, and calls go out without */
    bool stale;      /* DONE: what the program answered was past already */
    uint32_t failed; /* in a row */
    int64_t until;   /* ASKED: the program may answer; NEEDED: not before */
    struct bell__link *link; /* ASKED: whose calls want it */
    struct bell__question question;
};

struct bell__login;

struct bell__tokens {
    bell_client *client;
    uint32_t users; /* links */
    struct bell__held held;
    uint32_t own_serial;    /* of a default that is the link's own, and not for
                               other links; 0: there is none */
    struct bell__ask *asks; /* of each role and the default; NULL: the program
                               is not asked */
    uint32_t brought;       /* by the last reply: bit N is role N */
    struct bell__login *logins;                   /* login.c's */
    char fingerprint[BELL__FINGERPRINT_SIZE + 1]; /* "": not made yet */
    char *own_headers; /* names that the program's headers have; NULL: none */
    size_t own_headers_size;
};

/* The link is one of those that show the client's tokens, from now on to
 * bell__tokens_close(). `token` is the default, or NULL. */
bell_status bell__tokens_open(struct bell__link *link, const char *token,
                              bell_error *error);
void bell__tokens_close(struct bell__link *link);

/* The number of a role, 0 for NULL and ""; false where the service has none of
 * that name. */
bool bell__tokens_role(const bell_client *client, const char *role,
                       uint32_t *number);

/* The token that such a call shows; NULL: none. */
const struct bell__token *bell__tokens_choose(const struct bell__tokens *tokens,
                                              const bell_route *route);

/* A token came or went: what waits for it is looked at. */
void bell__tokens_news(bell_client *client);

/* The token for that role is there, or the program said that there is none. */
void bell__tokens_answered(struct bell__tokens *tokens, uint32_t role);

/* The server did not take a token. */
void bell__tokens_refused(struct bell__tokens *tokens, uint32_t serial);

/* Success forgets the tokens of these roles. */
void bell__tokens_clear(struct bell__tokens *tokens, uint32_t roles);

/* asking.c: whether a call has to wait for a token, which the program is asked
 * for in the link's next turn. */
bool bell__asking_parks(struct bell__link *link, const bell_method *method);

/* What the session's token_due means. May close the client. */
void bell__asking_due(struct bell__link *link);

/* Calls that have a token now go out. */
void bell__asking_news(struct bell__link *link);
void bell__asking_shut(struct bell__link *link);

/* fingerprint.c: the header line of the client's own id, for a route that has
 * one, unless the program or the params have that header. What the call's head
 * is so far begins at `from`. */
bell_status bell__fingerprint_line(struct bell__tokens *tokens,
                                   const bell_route *route,
                                   struct bell__buf *out, size_t from);

/* Which of the program's headers are such ids. */
bell_status bell__fingerprint_note(struct bell__tokens *tokens,
                                   const bell_options *options);

/* Seconds since 1970: for when tokens expire, and for dates that a server
 * names. */
int64_t bell__tokens_now(void);

#endif
