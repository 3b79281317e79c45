/* question.h: a token that the program is asked for, and what it answers: from
 * any thread, at any time, also when the client is gone. It knows no link. */
#ifndef BELL__CLIENT_QUESTION_H
#define BELL__CLIENT_QUESTION_H

#include <bell/bell.h>

#include "loop/loop.h"

/* What the program has said, not yet taken. The text is its own memory. */
struct bell__answer {
    bell_token_kind kind; /* 0: nothing */
    char *text;           /* NULL: none */
    size_t size;
};

/* One that is open is known to the whole process, and may be asked again and
 * again: an answer to any of its requests is one, however late it comes. All
 * zero is closed. */
struct bell__question {
    struct bell__sleeper sleeper; /* whose woken() finds what was said */
    struct bell_loop *loop;
    const bell_client *client;
    const char *link;  /* its name, for bell_token_link() */
    const char *role;  /* the token's, for bell_token_role(); NULL: "" */
    uint64_t round;    /* of all that were ever open; 0: it is closed */
    uint64_t requests; /* so far in this round */
    struct bell__answer answer;
    struct bell__question *next;
    struct bell__question **place;
};

/* The number of a new request; the question is open from now on, its sleeper
 * in the loop. */
uint64_t bell__question_ask(struct bell__question *question);

/* Something was said that nobody has taken. */
bool bell__question_answered(const struct bell__question *question);

/* Takes what was said; false where nothing was. The text is wiped and freed by
 * bell__answer_forget(). */
bool bell__question_take(struct bell__question *question,
                         struct bell__answer *answer);

/* No request of it is answered any more. */
void bell__question_close(struct bell__question *question);

void bell__answer_forget(struct bell__answer *answer);

#endif
