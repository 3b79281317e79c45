/* reply.c: a decoded reply, found again from its value's address. It knows no
 * types and no calls. */
#include "client/reply.h"

#include <stdalign.h>

#include "base/memory.h"

enum {
    ROOM_MIN = 1024,
    ROOM_MAX = 1024 * 1024, /* more goes into the arena's own blocks */
    SPARE_MAX = 64 * 1024   /* a larger one is not kept between callbacks */
};

/* Who has it. Unlikely values, so that a pointer that is no reply of ours is
 * seldom taken for one. */
enum state {
    STATE_SPARE = 0x5be11a01, /* the client */
    STATE_LENT = 0x5be11a02,  /* a callback, until it returns */
    STATE_KEPT = 0x5be11a03,  /* the same callback, and the user after it */
    STATE_GIVEN = 0x5be11a04, /* the user */
    STATE_FREE = 0x5be11a05
};

struct bell__reply {
    struct bell__arena arena;
    bell_allocator memory;
    size_t size; /* of this block, whose rest is the arena's first piece */
    uint32_t state;
};

enum { ALIGN = alignof(max_align_t) };

enum { HEAD_BYTES = (sizeof(struct bell__reply) + ALIGN - 1) / ALIGN * ALIGN };

static char *value_of(struct bell__reply *reply)
{
    return (char *)reply + HEAD_BYTES;
}

static struct bell__reply *reply_of(void *value)
{
    return (struct bell__reply *)(void *)((char *)value - HEAD_BYTES);
}

static void free_reply(struct bell__reply *reply)
{
    bell_allocator memory = reply->memory;
    size_t size = reply->size;
    bell__arena_close(&reply->arena);
    reply->state = STATE_FREE;
    bell__memory_free(&memory, reply, size);
}

static struct bell__reply *make_reply(const bell_allocator *memory, size_t size)
{
    struct bell__reply *reply = bell__memory_take(memory, size);
    if (reply == NULL) {
        return NULL;
    }
    reply->memory = *memory;
    reply->size = size;
    reply->state = STATE_SPARE;
    bell__arena_open(&reply->arena, &reply->memory, 0);
    return reply;
}

/* The whole block's size: what is hinted, within bounds and the limit. */
static size_t choose_size(size_t least, size_t hint, size_t limit)
{
    size_t room = hint < ROOM_MIN ? ROOM_MIN : hint;
    room = room > ROOM_MAX ? ROOM_MAX : room;
    if (limit != 0 && limit - least < room) {
        room = limit - least;
    }
    return least + room;
}

void *bell__reply_open(struct bell__reply **reply, const bell_allocator *memory,
                       size_t limit, size_t size, size_t hint, bool *limited)
{
    bool beyond = size > SIZE_MAX / 4 ||
                  (limit != 0 && limit < size + HEAD_BYTES + ALIGN);
    if (limited != NULL) {
        *limited = beyond;
    }
    if (beyond) {
        return NULL;
    }
    size_t least = (HEAD_BYTES + size + ALIGN - 1) / ALIGN * ALIGN;
    if (*reply != NULL && (*reply)->size < least) {
        bell__reply_close(reply);
    }
    if (*reply == NULL) {
        *reply = make_reply(memory, choose_size(least, hint, limit));
    }
    if (*reply == NULL) {
        return NULL;
    }
    struct bell__arena *arena = &(*reply)->arena;
    if (arena->blocks != NULL) {
        bell__arena_close(arena);
    }
    arena->limit = limit;
    arena->taken = (*reply)->size;
    arena->at = (char *)*reply + least;
    arena->end = (char *)*reply + (*reply)->size;
    return value_of(*reply);
}

struct bell__arena *bell__reply_arena(struct bell__reply *reply)
{
    return &reply->arena;
}

void *bell__reply_give(struct bell__reply **reply)
{
    void *value = value_of(*reply);
    (*reply)->state = STATE_GIVEN;
    *reply = NULL;
    return value;
}

const void *bell__reply_lend(struct bell__reply *reply)
{
    reply->state = STATE_LENT;
    return value_of(reply);
}

void bell__reply_take_back(struct bell__reply **reply)
{
    if ((*reply)->state == STATE_KEPT) {
        (*reply)->state = STATE_GIVEN;
        *reply = NULL;
        return;
    }
    (*reply)->state = STATE_SPARE;
    if ((*reply)->size > SPARE_MAX) {
        bell__reply_close(reply);
    }
}

void bell__reply_close(struct bell__reply **reply)
{
    if (*reply != NULL) {
        free_reply(*reply);
        *reply = NULL;
    }
}

void *bell_keep(const void *value)
{
    if (value == NULL) {
        return NULL;
    }
    /* The memory is ours and was never const: only the loan was. */
    void *kept = (void *)(uintptr_t)value;
    struct bell__reply *reply = reply_of(kept);
    switch (reply->state) {
    case STATE_LENT:
        reply->state = STATE_KEPT;
        return kept;
    case STATE_KEPT:
    case STATE_GIVEN:
        return kept;
    default:
        return NULL;
    }
}

/* A reply that is only lent, or a spare's value held too long, stays. One that
 * was kept and is freed before its callback returns is lent again. */
void bell_free(void *value)
{
    if (value == NULL) {
        return;
    }
    struct bell__reply *reply = reply_of(value);
    if (reply->state == STATE_KEPT) {
        reply->state = STATE_LENT;
    }
    if (reply->state == STATE_GIVEN) {
        free_reply(reply);
    }
}
