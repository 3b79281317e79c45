/* table.h: which call waits under which number. It knows no clock and no
 * wire. Numbers count up and are never used twice, so a late reply finds
 * nobody; a map finds a number's slot, and slots never move. */
#ifndef BELL__CORE_TABLE_H
#define BELL__CORE_TABLE_H

#include <bell/bell.h>
#include <bell/schema.h>

enum bell__stand {
    BELL__CALL_FREE = 0,
    BELL__CALL_OPEN,    /* begun, not committed */
    BELL__CALL_WAITING, /* no line yet: its params are kept */
    BELL__CALL_WRITTEN, /* in the outbox or on the line */
    BELL__CALL_RESTING, /* its params are kept for a further try, at `due` */
    BELL__CALL_FINISHED /* ended, its completion not yet fetched */
};

#define BELL__NO_SLOT UINT32_MAX

struct bell__slot {
    bell_call number;
    const bell_method *method;
    bell_function done;
    void *context;
    int64_t started;
    int64_t deadline; /* absolute; INT64_MAX: none */
    int64_t due;      /* for the wheel: the deadline, or RESTING */
    uint64_t frame;   /* WRITTEN: counts the line's frames from 1 */
    char *kept;       /* the encoded params: WAITING, or to be sent again */
    size_t params_at; /* WRITTEN, still in the outbox: where they lie */
    uint32_t params_size;
    uint32_t head_size; /* of params: the route in front of the body */
    uint32_t lead;      /* WRITTEN: bytes of the command in front of params, */
    uint32_t tail;      /* and behind them */
    uint32_t next;      /* in its queue: see core/inside.h */
    uint32_t prev;
    uint32_t bucket; /* of the wheel, + 1; 0: in none */
    uint32_t timer_next;
    uint32_t timer_prev; /* of a bucket's first one: the last one */
    uint8_t stand;       /* bell__stand */
    uint8_t status;      /* FINISHED: bell_status */
    uint8_t sent;        /* FINISHED: bell_sent */
    uint8_t was;         /* FINISHED: the stand before */
    bool fail_fast;      /* does not wait for a line */
    bool parked;         /* WAITING: for a token, not for a line */
    bool held;           /* parked: for another call, its login */
    bool asked_again;    /* it had a token that was spent: once is enough */
    bool left;           /* an earlier try may have reached the server */
    bool fresh;          /* no answer that was kept will do */
    uint8_t place;       /* where its last try went: see core/places.h */
    uint32_t retries;    /* how often it may be sent again */
    uint32_t tries;      /* how often it was */
    uint64_t been;       /* the places that have had a try, as bits */
    uint32_t shown;      /* WRITTEN: the protocol's token; 0: none */
};

/* `map` finds a slot by number: map[number & map_mask] is its index + 1. It
 * is at most half full. Slots never change their index. */
struct bell__table {
    const bell_allocator *memory;
    struct bell__slot *slots;
    uint32_t *map;
    uint32_t map_mask;
    uint32_t capacity; /* of slots */
    uint32_t count;
    uint32_t free; /* the first free slot, linked by `next` */
    uint32_t calls_max;
    uint32_t own;   /* ids 1 to this are the session's own commands' */
    bell_call last; /* the last number given out */
};

/* Numbers count from behind `from`; no call has an id (a number's low 32 bits)
 * from 0 to `own`. */
void bell__table_open(struct bell__table *table, const bell_allocator *memory,
                      uint32_t calls_max, bell_call from, uint32_t own);
void bell__table_close(struct bell__table *table);

/* Frees the slots of a table that holds no call; numbers count on. */
void bell__table_rest(struct bell__table *table);

/* The index of a slot with a new number, all else zero. Pointers to slots are
 * valid until the next take. BELL_LIMIT at calls_max, BELL_NO_MEMORY. */
bell_status bell__table_take(struct bell__table *table, uint32_t *index);

/* An id that no call has or gets, for a command of the session's own; 0 where
 * memory is short. */
uint32_t bell__table_skip(struct bell__table *table);

/* The slot of a call; NULL where it is over. */
struct bell__slot *bell__table_find(const struct bell__table *table,
                                    bell_call number);

/* The same by the wire's id, the low 32 bits of the number. */
struct bell__slot *bell__table_find_id(const struct bell__table *table,
                                       uint32_t id);

/* The number finds nobody from now on; the slot itself stays in use. */
void bell__table_forget(struct bell__table *table,
                        const struct bell__slot *slot);

/* Gives the slot back; forget() came before. */
void bell__table_release(struct bell__table *table, uint32_t index);

static inline uint32_t bell__table_index(const struct bell__table *table,
                                         const struct bell__slot *slot)
{
    return (uint32_t)(slot - table->slots);
}

#endif
