/* question.c: a token that the program is asked for, and what it answers: from
 * any thread, at any time, also when the client is gone. It knows no link.
 *
 * An answer never looks into a client: it looks for an open question, under
 * one lock for the whole process, and rings the loop while it holds that.
 * Whoever closes a client closes its questions before. */
#include "client/question.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* A request is the number of its round, which no other question ever has, and
 * behind that which time it is asked for. */
enum { COUNT_BITS = 24 };

static const uint64_t count_max = (UINT64_C(1) << COUNT_BITS) - 1;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct bell__question *open_questions; /* the lock's, as all below */
static uint64_t rounds;

void bell__answer_forget(struct bell__answer *answer)
{
    if (answer->text != NULL) {
        bell__memory_wipe(answer->text, answer->size);
        free(answer->text);
    }
    memset(answer, 0, sizeof *answer);
}

static void open_question(struct bell__question *question)
{
    question->round = ++rounds;
    question->requests = 0;
    question->next = open_questions;
    question->place = &open_questions;
    if (question->next != NULL) {
        question->next->place = &question->next;
    }
    open_questions = question;
    bell__loop_sleep(question->loop, &question->sleeper);
}

uint64_t bell__question_ask(struct bell__question *question)
{
    if (question->requests == count_max) {
        bell__question_close(question);
    }
    pthread_mutex_lock(&lock);
    if (question->round == 0) {
        open_question(question);
    }
    uint64_t request = question->round << COUNT_BITS | ++question->requests;
    pthread_mutex_unlock(&lock);
    return request;
}

void bell__question_close(struct bell__question *question)
{
    pthread_mutex_lock(&lock);
    if (question->round != 0) {
        *question->place = question->next;
        if (question->next != NULL) {
            question->next->place = question->place;
        }
        question->round = 0;
        question->requests = 0;
        bell__loop_rouse(&question->sleeper);
        bell__answer_forget(&question->answer);
    }
    pthread_mutex_unlock(&lock);
}

bool bell__question_answered(const struct bell__question *question)
{
    pthread_mutex_lock(&lock);
    bool answered = question->answer.kind != 0;
    pthread_mutex_unlock(&lock);
    return answered;
}

bool bell__question_take(struct bell__question *question,
                         struct bell__answer *answer)
{
    pthread_mutex_lock(&lock);
    *answer = question->answer;
    memset(&question->answer, 0, sizeof question->answer);
    pthread_mutex_unlock(&lock);
    return answer->kind != 0;
}

/* ---- Any thread ------------------------------------------------------------
 */

/* The open question that this is a request of; NULL: it is over. */
static struct bell__question *find(const bell_client *client, uint64_t request)
{
    uint64_t round = request >> COUNT_BITS;
    struct bell__question *question = open_questions;
    while (question != NULL &&
           (question->round != round || question->client != client)) {
        question = question->next;
    }
    uint64_t count = request & count_max;
    bool asked = question != NULL && count != 0 && count <= question->requests;
    return asked ? question : NULL;
}

static bool is_token(bell_token_kind kind)
{
    return kind == BELL_TOKEN_SET || kind == BELL_TOKEN_ANONYMOUS;
}

/* The first token is taken, whichever request it is for; that there is none is
 * heard only of the last one. */
static bool is_heard(const struct bell__question *question, uint64_t request,
                     bell_token_kind kind)
{
    bell_token_kind before = question->answer.kind;
    if (is_token(kind)) {
        return !is_token(before);
    }
    return before == 0 && (request & count_max) == question->requests;
}

/* From malloc: a program's allocator is of its own thread. */
static struct bell__answer copy_answer(bell_token_kind kind, const char *text)
{
    struct bell__answer copy = {kind, NULL, 0};
    bool known = is_token(kind) || kind == BELL_TOKEN_UNAUTHORIZED;
    copy.kind = known ? kind : BELL_TOKEN_FAILED;
    if (text == NULL) {
        return copy;
    }
    copy.size = strlen(text) + 1;
    copy.text = malloc(copy.size);
    if (copy.text != NULL) {
        memcpy(copy.text, text, copy.size);
    } else if (kind == BELL_TOKEN_SET) {
        copy.kind = BELL_TOKEN_FAILED; /* it is asked for again */
    }
    return copy;
}

void bell_token_answer(bell_client *client, uint64_t request,
                       bell_token_kind kind, const char *text)
{
    struct bell__answer answer = copy_answer(kind, text);
    pthread_mutex_lock(&lock);
    struct bell__question *question = find(client, request);
    if (question != NULL && is_heard(question, request, answer.kind)) {
        struct bell__answer before = question->answer;
        question->answer = answer;
        answer = before;
        bell_wake(question->loop);
    }
    pthread_mutex_unlock(&lock);
    bell__answer_forget(&answer);
}

const char *bell_token_role(const bell_client *client, uint64_t request)
{
    pthread_mutex_lock(&lock);
    const struct bell__question *question = find(client, request);
    const char *role = question == NULL         ? NULL
                       : question->role == NULL ? ""
                                                : question->role;
    pthread_mutex_unlock(&lock);
    return role;
}

const char *bell_token_link(const bell_client *client, uint64_t request)
{
    pthread_mutex_lock(&lock);
    const struct bell__question *question = find(client, request);
    const char *link = question == NULL ? NULL : question->link;
    pthread_mutex_unlock(&lock);
    return link;
}
