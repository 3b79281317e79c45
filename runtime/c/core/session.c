/* session.c: makes and frees a session, and answers what it is asked. */
#include "core/session.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "core/frames.h"
#include "core/inside.h"

bell_status bell__session_make(const struct bell__session_options *options,
                               int64_t now, struct bell__session **session)
{
    struct bell__session *made =
        bell__memory_take(options->memory, sizeof *made);
    *session = made;
    if (made == NULL) {
        return BELL_NO_MEMORY;
    }
    memset(made, 0, sizeof *made);
    made->options = *options;
    made->memory = options->memory;
    made->protocol = options->protocol;
    made->ops = options->protocol->ops;
    made->state = BELL__SESSION_WAITING;
    made->now = now;
    made->line_at = now;
    made->renew_at = INT64_MAX;
    made->token_ends = INT64_MAX;
    made->own_due = INT64_MAX;
    made->work_left = INT64_MAX / 2;
    made->retry_left = options->retry_budget;
    bell__table_open(&made->table, made->memory, options->calls_max,
                     options->calls_from, made->ops->own_max);
    bell__wheel_open(&made->wheel, made->memory, now);
    bell__queue_open(&made->waiting);
    bell__queue_open(&made->parked);
    bell__queue_open(&made->finished);
    bell__queue_open(&made->unsent);
    bell__queue_open(&made->told);
    bell__queue_open(&made->asked);
    /* No limits of their own: begin and commit refuse by the options' names,
     * and what waits was let in already. */
    bell__outbox_open(&made->outbox, made->memory, 0);
    bell__buf_open(&made->scratch, made->memory, 0);
    bell__buf_open(&made->holes, made->memory, 0);
    bell__buf_open(&made->given_up, made->memory, 0);
    return BELL_OK;
}

void bell__session_free(struct bell__session *session)
{
    if (session == NULL) {
        return;
    }
    const bell_allocator *memory = session->memory;
    for (uint32_t i = 0; i < session->table.capacity; i++) {
        struct bell__slot *slot = &session->table.slots[i];
        if (slot->kept != NULL) {
            bell__kept_give(session, slot->kept, slot->params_size);
        }
    }
    bell__kept_close(session);
    bell__inboxes_close(session);
    bell__buf_close(&session->scratch);
    bell__buf_close(&session->holes);
    bell__buf_close(&session->given_up);
    bell__outbox_close(&session->outbox);
    bell__table_close(&session->table);
    session->wheel.count = 0; /* the calls are gone */
    bell__wheel_rest(&session->wheel);
    bell__memory_free(memory, session, sizeof *session);
}

enum bell__session_state
bell__session_state(const struct bell__session *session)
{
    return session->state;
}

uint32_t bell__session_attempt(const struct bell__session *session)
{
    return session->attempt + 1;
}

const char *bell__session_trouble(const struct bell__session *session)
{
    return session->trouble.message;
}

const bell_error *bell__session_reason(const struct bell__session *session)
{
    return &session->trouble;
}

struct bell__outbox *bell__session_outbox(struct bell__session *session)
{
    bell__frames_taken(session);
    if (session->holes.size != 0) {
        bell__withdraw_all(session);
    }
    return &session->outbox;
}

void bell__session_written(struct bell__session *session, uint64_t frames)
{
    session->frames_written = frames;
    bool none = session->unfound == 0 && session->told.first == BELL__NO_SLOT;
    if (none || session->ops->exchanges) {
        return;
    }
    bell__frames_taken(session);
    while (session->told.first != BELL__NO_SLOT) {
        uint32_t index = session->told.first;
        if (session->table.slots[index].frame > frames) {
            return;
        }
        bell__finish(session, index, BELL_OK, BELL_SENT_UNKNOWN);
    }
}

bool bell__session_ended(const struct bell__session *session)
{
    return session->finished.first != BELL__NO_SLOT;
}

static bool has_news(const struct bell__session *session)
{
    const struct bell__session_news *now = &session->news;
    return now->ready || now->lost || now->drop_line || now->spent_token ||
           now->token_due || now->warning[0] != '\0';
}

bool bell__session_pending(const struct bell__session *session)
{
    return bell__session_ended(session) || has_news(session);
}

bool bell__session_news(struct bell__session *session,
                        struct bell__session_news *news)
{
    if (!has_news(session)) {
        return false;
    }
    *news = session->news;
    memset(&session->news, 0, sizeof session->news);
    return true;
}

uint64_t bell__session_ignored(const struct bell__session *session)
{
    return session->ignored;
}
