/* again.c: further tries of an exchange's call: whether there is one, and when.
 * A server in trouble is not helped by those that come at once, so each waits,
 * and all of them together have a budget. It knows no clock. */
#include "core/frames.h"
#include "core/places.h"

#include <assert.h>

enum { COST = 10, STEP_MAX = 31, AFTER_MIN_MS = 100 };

/* Full jitter: a random part of min * 2^tries, at most max. */
static int64_t draw(struct bell__session *session, uint32_t tries)
{
    const struct bell__session_options *options = &session->options;
    uint32_t step = tries < STEP_MAX ? tries : STEP_MAX;
    int64_t span = options->retry_max_ms;
    if (options->retry_min_ms < (options->retry_max_ms >> step)) {
        span = options->retry_min_ms << step;
    }
    uint64_t random = options->random(options->random_context);
    return (int64_t)(random % ((uint64_t)span + 1));
}

static bool has_budget(const struct bell__session *session)
{
    return session->options.retry_budget < 0 || session->retry_left >= COST;
}

static bool may_repeat(const struct bell__slot *slot, bool left)
{
    return !left || (slot->method->flags & BELL_METHOD_IDEMPOTENT) != 0;
}

/* The params are kept, the wait begins. */
static void rest(struct bell__session *session, uint32_t index, int64_t wait)
{
    struct bell__slot *slot = &session->table.slots[index];
    bell__leave_found(session, index);
    session->waiting_bytes += slot->params_size;
    if (wait == 0) {
        bell__again_now(session, index);
        bell__again_submit(session);
        return;
    }
    bell__wheel_remove(&session->wheel, &session->table, index);
    slot->stand = BELL__CALL_RESTING;
    slot->due = session->now + wait;
    bell__wheel_add(&session->wheel, &session->table, index);
}

/* None where another server has not had the call yet. */
static int64_t choose_wait(struct bell__session *session,
                           const struct bell__slot *slot,
                           const struct bell__again *why)
{
    const struct bell__places *places = session->options.places;
    if (places != NULL && why->elsewhere && places->are_left(places, slot)) {
        return 0;
    }
    int64_t wait = draw(session, slot->tries);
    if (why->after_ms >= 0) {
        int64_t least =
            why->after_ms < AFTER_MIN_MS ? AFTER_MIN_MS : why->after_ms;
        wait = wait < least ? least : wait;
    }
    return wait;
}

bool bell__again(struct bell__session *session, uint32_t index,
                 const struct bell__again *why)
{
    struct bell__slot *slot = &session->table.slots[index];
    if (slot->retries == 0 || !may_repeat(slot, why->left) ||
        !has_budget(session)) {
        return false;
    }
    int64_t wait = choose_wait(session, slot, why);
    if (slot->deadline != INT64_MAX && wait >= slot->deadline - session->now) {
        return false;
    }
    assert(slot->kept != NULL || slot->params_size == 0);
    slot->retries--;
    slot->tries++;
    slot->left |= why->left;
    session->retry_left -= session->options.retry_budget < 0 ? 0 : COST;
    rest(session, index, wait);
    return true;
}

/* A try with another token is no burden to a server in trouble, so it waits for
 * the token alone and costs nothing of the budget. */
bool bell__again_asked(struct bell__session *session, uint32_t index)
{
    struct bell__slot *slot = &session->table.slots[index];
    session->ops->refused(session->protocol, slot->shown);
    if (!session->options.renews || slot->shown == 0 || slot->retries == 0 ||
        slot->asked_again || slot->fail_fast || !may_repeat(slot, true)) {
        return false;
    }
    slot->asked_again = true;
    slot->retries--;
    slot->tries++;
    slot->left = true;
    slot->parked = true;
    bell__leave_found(session, index);
    session->waiting_bytes += slot->params_size;
    slot->stand = BELL__CALL_WAITING;
    bell__queue_push(&session->parked, &session->table, index);
    bell__session_renew_at(session, session->now);
    return true;
}

void bell__again_now(struct bell__session *session, uint32_t index)
{
    struct bell__slot *slot = &session->table.slots[index];
    bell__wheel_remove(&session->wheel, &session->table, index);
    slot->due = slot->deadline;
    bell__wheel_add(&session->wheel, &session->table, index);
    slot->stand = BELL__CALL_WAITING;
    bell__queue_push(&session->waiting, &session->table, index);
}

void bell__again_submit(struct bell__session *session)
{
    if (session->state == BELL__SESSION_READY) {
        bell__submit_waiting(session);
    }
}
