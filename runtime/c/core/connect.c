/* connect.c: the state of the connection: wanted, opening, greeting, ready,
 * lost, ended for good; the wait before the next try; the watchdog. */
#include "core/frames.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/tame.h"

static void forget_line(struct bell__session *session)
{
    session->frame_fed = false;
    session->ping_ms = 0;
    session->pong = false;
    session->renew_at = INT64_MAX;
    bell__own_end(session, BELL__OWN_HELLO);
    bell__own_end(session, BELL__OWN_RENEW);
    session->news.lost = true;
    bell__tame(session->trouble.message); /* others may have said it */
    session->news.reason = session->trouble;
}

/* A line that died young does not start the waits from the beginning, or a
 * request that kills its connection would be tried at full speed. */
static bool was_short(const struct bell__session *session)
{
    if (session->state != BELL__SESSION_READY) {
        return true;
    }
    return !session->lived &&
           session->now - session->ready_at < session->options.reconnect_max_ms;
}

static void lose(struct bell__session *session)
{
    if (!was_short(session)) {
        session->attempt = 0;
    }
    forget_line(session);
    session->state = BELL__SESSION_WAITING;
    session->line_at = session->now + bell__wait(session, session->attempt);
    session->attempt++;
    session->news.retry_at = session->line_at;
    bell__submit_lost(session);
}

static void end_for_good(struct bell__session *session)
{
    forget_line(session);
    session->state = BELL__SESSION_TERMINAL;
    session->news.retry_at = INT64_MAX;
    bell__frames_taken(session);
    bell__finish_all(session, BELL_TERMINAL);
    bell__frames_forget(session);
}

static void drop_line(struct bell__session *session, uint16_t code)
{
    session->news.drop_line = true;
    session->news.drop_code = code;
}

static void bye(struct bell__session *session, const struct bell__event *event)
{
    bell__error_set(&session->trouble, BELL_DISCONNECTED, event->origin, "%s",
                    event->text);
    session->trouble.code = event->code;
    session->trouble.temporary = event->temporary;
    session->news.spent_token |= event->spent_token;
    bool renew = event->stale_token && session->options.renews;
    if (renew || (event->may_reconnect && !event->stale_token)) {
        lose(session);
        return;
    }
    end_for_good(session);
}

static void ready(struct bell__session *session,
                  const struct bell__event *event)
{
    if (session->state != BELL__SESSION_GREETING) {
        return;
    }
    session->state = BELL__SESSION_READY;
    session->ready_at = session->now;
    session->lived = false;
    session->pong = event->pong;
    session->ping_ms = event->ping_ms;
    session->news.ready = true;
    bell__own_end(session, BELL__OWN_HELLO);
    bell__renew_event(session, event);
    bell__submit_waiting(session);
}

/* One answers all pings of a frame, and one that has not left yet all before
 * it: a server that asks without reading must not fill our memory. Where memory
 * is too short for one the server will hang up, and the next line begins with a
 * clean outbox. */
static void say_pong(struct bell__session *session)
{
    bell__frames_taken(session);
    if (!session->pong_waits && !session->pong_said) {
        session->pong_waits =
            bell__frames_own(session, BELL__OWN_PONG, NULL) == BELL_OK;
        session->pong_said = session->pong_waits;
    }
}

/* Where nothing answers the greeting the session is up at once. */
static void greet(struct bell__session *session,
                  const struct bell__event *event)
{
    if (session->state != BELL__SESSION_GREETING) {
        return;
    }
    bell_status status = bell__own_hello(session);
    if (status != BELL_OK) {
        bell__error_set(&session->trouble, status, BELL_ORIGIN_LOCAL,
                        "out of memory while connecting");
        drop_line(session, 0);
        lose(session);
    } else if (event->silent) {
        struct bell__event up;
        bell__event_begin(&up, BELL__EVENT_READY);
        ready(session, &up);
    }
}

void bell__connect_event(struct bell__session *session,
                         const struct bell__event *event)
{
    if (event->kind == BELL__EVENT_PASSED) {
        return;
    }
    if (event->kind == BELL__EVENT_HELLO) {
        greet(session, event);
    } else if (event->kind == BELL__EVENT_READY) {
        ready(session, event);
    } else if (event->kind == BELL__EVENT_RENEWED) {
        bell__renew_event(session, event);
    } else if (event->kind == BELL__EVENT_BYE) {
        drop_line(session, event->drop_code);
        bye(session, event);
    } else if ((event->pong || session->pong) && session->ops->pong != NULL) {
        say_pong(session);
    }
}

void bell__session_hold(struct bell__session *session, int64_t until)
{
    if (session->state == BELL__SESSION_WAITING) {
        session->line_at = until;
    }
}

void bell__session_refused(struct bell__session *session, bool final,
                           const char *reason, int64_t now)
{
    session->now = now;
    bool ready = session->state == BELL__SESSION_READY && final;
    if (session->state != BELL__SESSION_WAITING && !ready) {
        return;
    }
    if (ready) {
        drop_line(session, 0);
    }
    bell__error_set(&session->trouble, BELL_DISCONNECTED, BELL_ORIGIN_LOCAL,
                    "%s", reason);
    if (final) {
        end_for_good(session);
    } else {
        lose(session);
    }
}

bool bell__session_wants_line(const struct bell__session *session, int64_t now)
{
    return session->state == BELL__SESSION_WAITING && now >= session->line_at;
}

void bell__session_opening(struct bell__session *session, int64_t now)
{
    session->now = now;
    session->state = BELL__SESSION_OPENING;
    session->connect_by = now + session->options.connect_deadline_ms;
}

void bell__session_opened(struct bell__session *session, int64_t now)
{
    session->now = now;
    if (session->state != BELL__SESSION_OPENING) {
        return;
    }
    session->state = BELL__SESSION_GREETING;
    session->heard_at = now;
    struct bell__event event;
    bell__event_begin(&event, session->ops->hello != NULL ? BELL__EVENT_HELLO
                                                          : BELL__EVENT_READY);
    if (session->ops->opened != NULL) {
        session->ops->opened(session->protocol, &event);
    }
    bell__connect_event(session, &event);
}

void bell__session_lost(struct bell__session *session,
                        const struct bell__line_end *end, int64_t now)
{
    session->now = now;
    if (session->state != BELL__SESSION_OPENING &&
        session->state != BELL__SESSION_GREETING &&
        session->state != BELL__SESSION_READY) {
        return;
    }
    if (end->code == 0) {
        bell__error_set(&session->trouble, BELL_DISCONNECTED, BELL_ORIGIN_LOCAL,
                        "%s", end->text);
        session->trouble.code = end->os_error;
        lose(session);
        return;
    }
    struct bell__event event;
    bell_string reason = {end->text, strlen(end->text)};
    session->ops->closed(session->protocol, end->code, reason, &event);
    bye(session, &event);
}

void bell__session_heard(struct bell__session *session, int64_t now)
{
    session->heard_at = now;
}

static void give_up_opening(struct bell__session *session)
{
    int64_t waited = session->options.connect_deadline_ms;
    bell__error_set(&session->trouble, BELL_DISCONNECTED, BELL_ORIGIN_LOCAL,
                    session->state == BELL__SESSION_OPENING
                        ? "the server did not accept within %" PRId64 " ms"
                        : "no answer to the connect command within %" PRId64
                          " ms",
                    waited);
    drop_line(session, 0);
    lose(session);
}

static int64_t watchdog_at(const struct bell__session *session)
{
    if (session->state != BELL__SESSION_READY || session->ping_ms == 0) {
        return INT64_MAX;
    }
    return session->heard_at + session->ping_ms +
           session->options.ping_grace_ms;
}

static bool is_opening(const struct bell__session *session)
{
    return session->state == BELL__SESSION_OPENING ||
           session->state == BELL__SESSION_GREETING;
}

/* The watchdog comes first: after a suspended machine wakes up the line is
 * dead, and its calls are lost rather than late one after another. */
void bell__session_tick(struct bell__session *session, int64_t now)
{
    bool rested = false;
    session->now = now;
    if (now >= watchdog_at(session)) {
        bell__error_set(&session->trouble, BELL_DISCONNECTED, BELL_ORIGIN_LOCAL,
                        "no ping from the server for %" PRId64 " ms",
                        now - session->heard_at);
        drop_line(session, 0);
        lose(session);
    } else if (is_opening(session) && now >= session->connect_by) {
        give_up_opening(session);
    }
    if (now >= session->renew_at) {
        bell__renew_due(session);
    }
    if (now >= session->own_due) {
        bell__renew_late(session);
    }
    for (;;) {
        uint32_t index = bell__wheel_due(&session->wheel, &session->table, now);
        if (index == BELL__NO_SLOT) {
            break;
        }
        if (session->table.slots[index].stand == BELL__CALL_RESTING) {
            bell__again_now(session, index);
            rested = true;
        } else {
            bell__finish_alone(session, index, BELL_DEADLINE);
        }
    }
    if (rested) {
        bell__again_submit(session);
    }
}

int64_t bell__session_deadline(const struct bell__session *session)
{
    int64_t next = bell__wheel_next(&session->wheel);
    int64_t other = INT64_MAX;
    if (session->state == BELL__SESSION_WAITING) {
        other = session->line_at;
    } else if (is_opening(session)) {
        other = session->connect_by;
    } else {
        other = watchdog_at(session);
        other = session->renew_at < other ? session->renew_at : other;
        other = session->own_due < other ? session->own_due : other;
    }
    if (other == INT64_MAX && session->state == BELL__SESSION_READY &&
        session->holds && session->table.count == 0) {
        other = session->busy_at + BELL__REST_MS; /* nothing else wakes it */
    }
    return other < next ? other : next;
}

void bell__session_kick(struct bell__session *session, int64_t now)
{
    if (session->state == BELL__SESSION_WAITING) {
        session->line_at = now;
    }
}

void bell__session_idle(struct bell__session *session, int64_t now)
{
    session->now = now;
    if (session->state == BELL__SESSION_CLOSED) {
        return;
    }
    bell__frames_taken(session);
    bell__finish_all(session, BELL_CANCELLED);
    bell__frames_forget(session);
    session->frames_taken = 0;
    session->frames_written = 0;
    session->frame_open = false;
    forget_line(session);
    session->news.lost = false; /* it was given up */
    session->state = BELL__SESSION_WAITING;
    session->line_at = INT64_MAX;
    session->attempt = 0;
    bell__error_clear(&session->trouble);
}

void bell__session_shut(struct bell__session *session)
{
    if (session->state == BELL__SESSION_CLOSED) {
        return;
    }
    bell__frames_taken(session);
    bell__finish_all(session, BELL_CLOSED);
    bell__frames_forget(session);
    session->frame_fed = false;
    session->renew_at = INT64_MAX;
    bell__own_end(session, BELL__OWN_HELLO);
    bell__own_end(session, BELL__OWN_RENEW);
    session->state = BELL__SESSION_CLOSED;
}
