/* feed.c: what a frame says: the end of a call, or a push for an inbox. It
 * knows no bytes of a protocol. */
#include "core/frames.h"
#include "core/inside.h"

#include <string.h>

#include "base/error.h"
#include "base/tame.h"
#include "core/match.h"
#include "core/places.h"

static void start_completion(const struct bell__slot *slot,
                             struct bell__completion *completion)
{
    bell__describe(slot, completion);
    completion->status = BELL_OK;
}

static bool is_on_line(const struct bell__session *session,
                       const struct bell__slot *slot)
{
    return slot != NULL && slot->stand == BELL__CALL_WRITTEN &&
           slot->frame <= session->frames_taken;
}

/* Whose the answer is: by the exchange's tag, the id, or its kind. NULL:
 * nobody's. A reply ends a call only where the call is on the line. */
static struct bell__slot *find(struct bell__session *session,
                               const struct bell__event *event)
{
    struct bell__slot *slot = NULL;
    bell__frames_taken(session);
    if (session->frame.exchange != BELL__EXCHANGE_NONE) {
        slot = bell__table_find(&session->table, session->frame.tag);
    } else if (event->kind == BELL__EVENT_ANSWER || event->id == 0) {
        uint32_t index = bell__match(&session->table, &session->asked, event);
        slot = index == BELL__NO_SLOT ? NULL : &session->table.slots[index];
    } else {
        slot = bell__table_find_id(&session->table, event->id);
    }
    if (!is_on_line(session, slot)) {
        return NULL;
    }
    /* Nobody waits for a reply, but an exchange ends with its own. */
    bool quiet =
        bell__is_quiet(slot) && session->frame.exchange == BELL__EXCHANGE_NONE;
    return quiet ? NULL : slot;
}

/* ---- Pushes ----------------------------------------------------------------
 */

static void take_push(struct bell__session *session,
                      const struct bell__event *event)
{
    if (event->text[0] != '\0' && event->channel == 0) {
        memcpy(session->news.warning, event->text, sizeof event->text);
        return;
    }
    struct bell__inboxes *inboxes = &session->inboxes;
    if (event->channel == 0 || event->channel > inboxes->count ||
        inboxes->items[event->channel - 1].memory == NULL) {
        session->unheard++;
        return;
    }
    bell__inbox_put(&inboxes->items[event->channel - 1], event->payload);
}

/* ---- Replies ---------------------------------------------------------------
 */

static bool is_refusal(const struct bell__event *event)
{
    return event->kind == BELL__EVENT_ERROR || event->code != 0;
}

static void take_error(struct bell__slot *slot, const struct bell__event *event,
                       struct bell__completion *completion)
{
    completion->status = BELL_REFUSED;
    bell__error_set(&completion->error, BELL_REFUSED, event->origin, "%s",
                    event->text);
    bell__tame(completion->error.message);
    completion->error.code = event->code;
    completion->error.temporary = event->temporary;
    slot->sent = BELL_SENT_UNKNOWN;
    bell__name_call(&completion->error, slot);
}

/* What a try was worth counts for the server that had it. */
static void hear(struct bell__session *session, const struct bell__slot *slot,
                 bool good)
{
    struct bell__places *places = session->options.places;
    if (places != NULL && !session->frame.stored) {
        places->heard(places, slot->place, good, session->now);
    }
}

/* The answer does not end the exchange's call. */
static bool is_asked_again(struct bell__session *session,
                           const struct bell__slot *slot,
                           const struct bell__event *event)
{
    uint32_t index = bell__table_index(&session->table, slot);
    struct bell__again why = {true, event->elsewhere, event->after_ms};
    hear(session, slot, !event->elsewhere);
    return (event->again && bell__again(session, index, &why)) ||
           (event->spent_token && bell__again_asked(session, index));
}

static bool take_reply(struct bell__session *session,
                       const struct bell__event *event,
                       struct bell__completion *completion)
{
    struct bell__slot *slot = find(session, event);
    session->frame_used = true;
    if (slot == NULL && event->channel != 0) {
        take_push(session, event);
        return false;
    }
    if (slot == NULL) {
        session->ignored++;
        return false;
    }
    bool exchange = session->frame.exchange != BELL__EXCHANGE_NONE;
    if (exchange && is_asked_again(session, slot, event)) {
        return false;
    }
    start_completion(slot, completion);
    completion->payload = event->payload;
    completion->guessed = event->guessed;
    if (exchange) {
        completion->code = session->frame.code;
        completion->head =
            (bell_string){session->frame.head, session->frame.head_size};
    }
    if (event->kind != BELL__EVENT_REPLY && is_refusal(event)) {
        take_error(slot, event, completion);
    } else if (exchange && !session->frame.stored) {
        bell__again_earn(session);
    }
    bell__release(session, slot);
    return true;
}

/* ---- Exchanges -------------------------------------------------------------
 */

/* The exchange broke: its call alone ends, or is tried again. */
static void take_broken(struct bell__session *session)
{
    const struct bell__frame *frame = &session->frame;
    struct bell__slot *slot = bell__table_find(&session->table, frame->tag);
    if (frame->exchange == BELL__EXCHANGE_CANCELLED) {
        return;
    }
    bell__frames_taken(session);
    if (!is_on_line(session, slot)) {
        session->ignored++;
        return;
    }
    uint32_t index = bell__table_index(&session->table, slot);
    bell__error_set(&session->trouble, BELL_DISCONNECTED, BELL_ORIGIN_LOCAL,
                    "%s", frame->trouble != NULL ? frame->trouble : "");
    session->trouble.code = frame->os_error;
    bool left = frame->exchange == BELL__EXCHANGE_UNKNOWN;
    struct bell__again why = {left, true, -1};
    hear(session, slot, false);
    if (!slot->fail_fast && bell__again(session, index, &why)) {
        return;
    }
    bell__finish(session, index, BELL_DISCONNECTED,
                 left ? BELL_SENT_UNKNOWN : BELL_SENT_NO);
}

/* A protocol that finds no reply in an exchange that is whole. */
static void check_used(struct bell__session *session)
{
    static const char nothing[] = "the answer holds no reply";
    if (session->frame.exchange != BELL__EXCHANGE_REPLIED ||
        session->frame_used) {
        return;
    }
    session->frame_used = true;
    session->frame.exchange = BELL__EXCHANGE_UNKNOWN;
    session->frame.trouble = nothing;
    take_broken(session);
}

/* ---- Frames ----------------------------------------------------------------
 */

void bell__session_feed(struct bell__session *session,
                        const struct bell__frame *frame, int64_t now)
{
    session->now = now;
    session->lived = session->state == BELL__SESSION_READY;
    session->heard_at = now;
    if (frame->exchange == BELL__EXCHANGE_NONE) { /* the rest says nothing */
        session->frame.tag = 0;
        session->frame.bytes = frame->bytes;
        session->frame.size = frame->size;
        session->frame.binary = frame->binary;
        session->frame.exchange = BELL__EXCHANGE_NONE;
    } else {
        session->frame = *frame;
    }
    session->frame_at = 0;
    session->frame_stop = session->work_left;
    session->frame_used = false;
    session->pong_said = false;
    session->frame_fed = session->state == BELL__SESSION_READY ||
                         session->state == BELL__SESSION_GREETING;
    if (frame->exchange > BELL__EXCHANGE_REPLIED && session->frame_fed) {
        session->frame_fed = false;
        take_broken(session);
    }
}

/* What an event other than a reply says. */
static void take_other(struct bell__session *session,
                       const struct bell__event *event)
{
    if (event->kind == BELL__EVENT_PUSH) {
        take_push(session, event);
    } else if (event->kind != BELL__EVENT_PASSED) {
        bell__connect_event(session, event);
    }
}

void bell__session_allow(struct bell__session *session, size_t work,
                         int64_t now)
{
    session->work_left = (int64_t)work;
    session->frame_stop = session->work_left + (int64_t)session->frame_at;
    if (session->frame_fed) { /* the server is not silent: we are slow */
        session->now = now;
        session->heard_at = now;
    }
}

void bell__session_spend(struct bell__session *session, int64_t work)
{
    session->work_left -= work;
    session->frame_stop -= work;
}

bool bell__session_reading(const struct bell__session *session)
{
    return session->frame_fed;
}

/* Beside its bytes: a reply to a call of ours is paid by the call. */
static void charge(struct bell__session *session)
{
    session->frame_stop -= BELL__EVENT_WORK;
}

bool bell__session_next(struct bell__session *session,
                        struct bell__completion *completion)
{
    struct bell__event event;
    while (session->finished.first == BELL__NO_SLOT) {
        if (!session->frame_fed ||
            (int64_t)session->frame_at >= session->frame_stop) {
            return false;
        }
        if (!session->ops->decode(session->protocol, &session->frame,
                                  &session->frame_at, &event)) {
            session->frame_fed = false;
            session->work_left =
                session->frame_stop - (int64_t)session->frame_at;
            check_used(session);
        } else if (event.kind > BELL__EVENT_ANSWER) {
            charge(session);
            take_other(session, &event);
        } else if (take_reply(session, &event, completion)) {
            return true;
        } else {
            charge(session);
        }
    }
    bell__take_finished(session, completion);
    return true;
}
