/* started.c: calls that were started: found by their numbers, cancelled, waited
 * for. How each ends is its callback's to hear. */
#include "client/started.h"

#include <inttypes.h>

#include "base/error.h"
#include "client/pump.h"

struct bell__link *bell__started_link(const bell_client *client, bell_call call)
{
    uint64_t index = call >> BELL__LINK_SHIFT;
    struct bell__link *link =
        index < client->link_count ? &client->links[index] : NULL;
    return link != NULL && link->session != NULL ? link : NULL;
}

bool bell__started_waits(const bell_client *client, bell_call call)
{
    const struct bell__link *link = bell__started_link(client, call);
    return link != NULL && bell__session_waits(link->session, call);
}

void bell_cancel(bell_client *client, bell_call call)
{
    if (client == NULL || bell__loop_is_others(client->loop)) {
        return;
    }
    struct bell__link *link = bell__started_link(client, call);
    if (link == NULL) {
        return;
    }
    bell__link_note(link);
    if (bell__session_cancel(link->session, call)) {
        bell__loop_due(client->loop, &client->guest);
    }
}

/* ---- Waiting ------------------------------------------------------------- */

static size_t count_waiting(const bell_client *client, const bell_call *calls,
                            size_t count)
{
    size_t waiting = 0;
    for (size_t i = 0; i < count; i++) {
        waiting += bell__started_waits(client, calls[i]);
    }
    return waiting;
}

/* Those that have ended are not asked for again: the first that has not. */
static size_t pass_ended(const bell_client *client, const bell_call *calls,
                         size_t count, size_t at)
{
    while (at < count && !bell__started_waits(client, calls[at])) {
        at++;
    }
    return at;
}

/* False where the time is up. */
static bool wait_for(bell_client *client, const bell_call *calls, size_t count,
                     int64_t deadline)
{
    struct bell_loop *loop = client->loop;
    size_t at = 0;
    while ((at = pass_ended(client, calls, count, at)) < count) {
        bool never = deadline == INT64_MAX;
        if ((!never && loop->now >= deadline) || bell__loop_stuck(loop)) {
            return false;
        }
        bell__loop_pump(loop, never ? -1 : deadline - loop->now);
    }
    return true;
}

bell_status bell_wait(bell_client *client, const bell_call *calls, size_t count,
                      int64_t deadline_ms, bell_error *error)
{
    bell_error trouble;
    if (client == NULL) {
        return bell__client_missing(error);
    }
    bell__client_clear(client, error);
    if (!bell__owner_take(&client->loop->owner)) {
        return bell__client_refuse_thread(client, error);
    }
    if (bell__loop_held(client->loop)) {
        return bell__client_refuse_inside(client, error);
    }
    bell__pump_enter(client);
    bell__loop_clock(client->loop);
    int64_t deadline = INT64_MAX;
    if (deadline_ms >= 0 && deadline_ms < INT64_MAX - client->loop->now) {
        deadline = client->loop->now + deadline_ms;
    }
    bell_status status = BELL_OK;
    if (!wait_for(client, calls, count, deadline)) {
        status = BELL_DEADLINE;
        bell__error_set(
            &trouble, status, BELL_ORIGIN_LOCAL,
            "wait: %zu of %zu calls have not ended within %" PRId64 " ms",
            count_waiting(client, calls, count), count, deadline_ms);
        bell__client_tell(client, error, &trouble);
    }
    bell__pump_leave(client);
    return status;
}
