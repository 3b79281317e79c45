/* listen.c: the inboxes of a session, one a channel that somebody listens to.
 * It knows no frame. */
#include "core/inside.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"

/* NULL: nobody listens. */
static struct bell__inbox *find(const struct bell__session *session,
                                uint32_t channel)
{
    const struct bell__inboxes *inboxes = &session->inboxes;
    if (channel == 0 || channel > inboxes->count) {
        return NULL;
    }
    struct bell__inbox *inbox = &inboxes->items[channel - 1];
    return inbox->memory == NULL ? NULL : inbox;
}

static bool grow(struct bell__session *session, uint32_t count)
{
    struct bell__inboxes *inboxes = &session->inboxes;
    size_t size = sizeof *inboxes->items;
    if (count <= inboxes->count) {
        return true;
    }
    struct bell__inbox *items = bell__memory_resize(
        session->memory, inboxes->items, inboxes->count * size, count * size);
    if (items == NULL) {
        return false;
    }
    memset(items + inboxes->count, 0, (count - inboxes->count) * size);
    inboxes->items = items;
    inboxes->count = count;
    return true;
}

bell_status bell__session_listen(struct bell__session *session,
                                 uint32_t channel,
                                 const struct bell__inbox_options *options)
{
    assert(channel != 0);
    struct bell__inbox *inbox = find(session, channel);
    if (inbox != NULL) {
        bell__inbox_limit(inbox, options);
        return BELL_OK;
    }
    if (!grow(session, channel)) {
        return BELL_NO_MEMORY;
    }
    bell__inbox_open(&session->inboxes.items[channel - 1], session->memory,
                     options);
    return BELL_OK;
}

void bell__session_unlisten(struct bell__session *session, uint32_t channel)
{
    struct bell__inbox *inbox = find(session, channel);
    if (inbox != NULL) {
        bell__inbox_close(inbox);
        inbox->memory = NULL;
    }
}

bool bell__session_push(struct bell__session *session, uint32_t *channel,
                        bell_string *payload)
{
    struct bell__inboxes *inboxes = &session->inboxes;
    for (uint32_t i = 0; i < inboxes->count; i++) {
        uint32_t at = inboxes->turn % inboxes->count;
        struct bell__inbox *inbox = find(session, at + 1);
        inboxes->turn = at + 1;
        if (inbox != NULL && bell__inbox_take(inbox, payload)) {
            *channel = at + 1;
            return true;
        }
    }
    return false;
}

struct bell__inbox_counts
bell__session_inbox(const struct bell__session *session, uint32_t channel)
{
    static const struct bell__inbox_counts none;
    const struct bell__inbox *inbox = find(session, channel);
    return inbox == NULL ? none : inbox->counts;
}

uint64_t bell__session_unheard(const struct bell__session *session)
{
    return session->unheard;
}

void bell__inboxes_close(struct bell__session *session)
{
    struct bell__inboxes *inboxes = &session->inboxes;
    for (uint32_t i = 1; i <= inboxes->count; i++) {
        bell__session_unlisten(session, i);
    }
    bell__memory_free(session->memory, inboxes->items,
                      inboxes->count * sizeof *inboxes->items);
}
