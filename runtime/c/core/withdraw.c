/* withdraw.c: commands whose calls are over before they left are taken out of
 * the outbox: all at once, when the outbox is handed out. */
#include "core/frames.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A command's bytes in the outbox. */
struct hole {
    size_t at;
    size_t size;
};

/* Of what stands between two commands of a frame. */
static size_t join_size(const struct bell__session *session)
{
    const char *join = session->ops->join;
    return join == NULL ? 0 : strlen(join);
}

bool bell__withdraw(struct bell__session *session,
                    const struct bell__slot *slot)
{
    struct hole hole = {slot->params_at - slot->lead,
                        (size_t)slot->lead + slot->params_size + slot->tail};
    if (bell__buf_append(&session->holes, &hole, sizeof hole) != BELL_OK) {
        return false;
    }
    if (slot->frame == bell__frames_last(session)) {
        session->frame_gone += hole.size + join_size(session);
    }
    return true;
}

bool bell__withdraw_exchange(struct bell__session *session,
                             const struct bell__slot *slot)
{
    struct bell__given_up given = {slot->number,
                                   bell__table_index(&session->table, slot)};
    return bell__buf_append(&session->given_up, &given, sizeof given) ==
           BELL_OK;
}

bool bell__session_given_up(struct bell__session *session,
                            struct bell__given_up *given)
{
    struct bell__buf *all = &session->given_up;
    if (all->size == 0) {
        return false;
    }
    all->size -= sizeof *given;
    memcpy(given, all->bytes + all->size, sizeof *given);
    return true;
}

/* An earlier try may have left all the same. */
void bell__session_stayed(struct bell__session *session,
                          const struct bell__given_up *given)
{
    struct bell__slot *slot = &session->table.slots[given->slot];
    if (slot->stand == BELL__CALL_FINISHED && slot->number == given->tag &&
        !slot->left) {
        slot->sent = BELL_SENT_NO;
    }
}

static int by_place(const void *left, const void *right)
{
    size_t a = ((const struct hole *)left)->at;
    size_t b = ((const struct hole *)right)->at;
    return a < b ? -1 : a > b;
}

/* One pass over the outbox, from its begin. */
struct pass {
    struct bell__session *session;
    const struct hole *hole; /* the next */
    const struct hole *end;
    uint32_t slot; /* the next unsent call */
    size_t to;     /* where what stays goes */
    size_t frames; /* that stay */
    size_t join;   /* the size of what stands between two commands */
};

/* The calls of the frame, at their new place: `from` is moved to pass->to. */
static void move_calls(struct pass *pass, size_t from, size_t size,
                       uint64_t old_frame, uint64_t new_frame)
{
    struct bell__table *table = &pass->session->table;
    while (pass->slot != BELL__NO_SLOT) {
        struct bell__slot *slot = &table->slots[pass->slot];
        size_t begin = slot->params_at - slot->lead;
        if (slot->frame != old_frame || begin >= from + size) {
            return;
        }
        slot->params_at = slot->params_at - from + pass->to;
        slot->frame = new_frame;
        pass->slot = slot->next;
    }
}

static void keep_bytes(struct pass *pass, size_t from, size_t size,
                       uint64_t old_frame, uint64_t new_frame)
{
    char *bytes = pass->session->outbox.bytes.bytes;
    move_calls(pass, from, size, old_frame, new_frame);
    memmove(bytes + pass->to, bytes + from, size);
    pass->to += size;
}

/* A frame without its holes. With the hole goes the join in front of it, or
 * where nothing is left there, the one behind it. */
static void keep_frame(struct pass *pass, const struct bell__span *span,
                       uint64_t old_frame)
{
    struct bell__outbox *outbox = &pass->session->outbox;
    uint64_t new_frame = pass->session->frames_taken + pass->frames + 1;
    size_t begin = pass->to;
    size_t at = span->offset;
    size_t end = span->offset + span->size;
    struct bell__span kept = *span;
    const struct hole *first = pass->hole;
    pass->to += BELL__FRAME_HEADROOM;
    kept.offset = pass->to;
    while (pass->hole != pass->end && pass->hole->at < end) {
        const struct hole *hole = pass->hole++;
        size_t before = hole->at > at ? hole->at - at : 0;
        before = before > pass->join ? before - pass->join : 0;
        keep_bytes(pass, at, before, old_frame, new_frame);
        at = hole->at + hole->size;
        if (pass->to == kept.offset && at < end) {
            at += pass->join;
        }
    }
    keep_bytes(pass, at, end - at, old_frame, new_frame);
    kept.size = pass->to - kept.offset;
    if (kept.size == 0 && pass->hole != first) {
        pass->to = begin;
        return;
    }
    outbox->spans[pass->frames++] = kept;
}

void bell__withdraw_all(struct bell__session *session)
{
    struct bell__outbox *outbox = &session->outbox;
    struct bell__buf *holes = &session->holes;
    struct hole *first = (struct hole *)(void *)holes->bytes;
    size_t count = holes->size / sizeof *first;
    qsort(first, count, sizeof *first, by_place);
    struct pass pass = {.session = session,
                        .hole = first,
                        .end = first + count,
                        .slot = session->unsent.first,
                        .join = join_size(session)};
    size_t before = 0;
    for (size_t i = 0; i < outbox->count; i++) {
        struct bell__span span = outbox->spans[i];
        before = pass.frames;
        keep_frame(&pass, &span, session->frames_taken + i + 1);
    }
    assert(pass.hole == pass.end && pass.slot == BELL__NO_SLOT);
    session->frame_open = session->frame_open && pass.frames > before;
    session->frame_gone = 0;
    outbox->count = pass.frames;
    outbox->bytes.size = pass.to;
    holes->size = 0;
    bell__frames_show(session);
}
