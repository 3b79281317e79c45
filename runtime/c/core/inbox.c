/* inbox.c: items that wait in a ring of buffers. */
#include "core/inbox.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"

/* An item's memory serves the next, unless it is larger than this: or else a
 * few large items would make every place in the ring as large. */
enum { ITEMS_MIN = 4, KEPT_BYTES_MAX = 4096 };

void bell__inbox_open(struct bell__inbox *inbox, const bell_allocator *memory,
                      const struct bell__inbox_options *options)
{
    memset(inbox, 0, sizeof *inbox);
    inbox->memory = memory;
    bell__inbox_limit(inbox, options);
    bell__buf_open(&inbox->lent, memory, 0);
}

void bell__inbox_limit(struct bell__inbox *inbox,
                       const struct bell__inbox_options *options)
{
    assert(options->items_max > 0 && options->bytes_max > 0);
    inbox->options = *options;
    if (options->policy == BELL__INBOX_LATEST) {
        inbox->options.items_max = 1;
    }
}

static struct bell__buf *item(const struct bell__inbox *inbox, uint32_t index)
{
    assert(inbox->capacity > 0);
    return &inbox->items[(inbox->first + index) % inbox->capacity];
}

static void empty(struct bell__buf *buf)
{
    buf->size = 0;
    if (buf->capacity > KEPT_BYTES_MAX) {
        bell__buf_close(buf);
    }
}

static void drop_oldest(struct bell__inbox *inbox)
{
    struct bell__buf *oldest = item(inbox, 0);
    inbox->counts.waiting_bytes -= oldest->size;
    empty(oldest);
    inbox->first = (inbox->first + 1) % inbox->capacity;
    inbox->counts.waiting--;
    inbox->counts.dropped++;
}

/* The ring in order in a larger one. */
static bool grow(struct bell__inbox *inbox)
{
    uint32_t old = inbox->capacity;
    uint64_t wanted = old == 0 ? ITEMS_MIN : (uint64_t)old * 2;
    uint32_t capacity = wanted < inbox->options.items_max
                            ? (uint32_t)wanted
                            : inbox->options.items_max;
    struct bell__buf *items =
        bell__memory_take(inbox->memory, capacity * sizeof *items);
    if (items == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < capacity; i++) {
        if (i < old) {
            items[i] = *item(inbox, i);
        } else {
            bell__buf_open(&items[i], inbox->memory, 0);
        }
    }
    bell__memory_free(inbox->memory, inbox->items, old * sizeof *items);
    inbox->items = items;
    inbox->capacity = capacity;
    inbox->first = 0;
    return true;
}

/* Room for one more item of so many bytes, by what the policy gives up. */
static bool make_room(struct bell__inbox *inbox, size_t size)
{
    const struct bell__inbox_options *options = &inbox->options;
    if (options->policy == BELL__INBOX_LATEST && inbox->counts.waiting != 0) {
        drop_oldest(inbox); /* whatever becomes of the newest, it is not it */
    }
    if (size > options->bytes_max) {
        return false;
    }
    while (inbox->counts.waiting >= options->items_max ||
           inbox->counts.waiting_bytes > options->bytes_max - size) {
        if (options->policy == BELL__INBOX_ALL) {
            return false;
        }
        drop_oldest(inbox);
    }
    return inbox->counts.waiting < inbox->capacity || grow(inbox);
}

void bell__inbox_put(struct bell__inbox *inbox, bell_string bytes)
{
    inbox->counts.came++;
    if (!make_room(inbox, bytes.size)) {
        inbox->counts.dropped++;
        return;
    }
    struct bell__buf *free = item(inbox, inbox->counts.waiting);
    assert(free->size == 0);
    if (bell__buf_append(free, bytes.text, bytes.size) != BELL_OK) {
        inbox->counts.dropped++;
        return;
    }
    inbox->counts.waiting++;
    inbox->counts.waiting_bytes += bytes.size;
}

bool bell__inbox_take(struct bell__inbox *inbox, bell_string *bytes)
{
    if (inbox->counts.waiting == 0) {
        return false;
    }
    struct bell__buf *oldest = item(inbox, 0);
    struct bell__buf taken = *oldest;
    *oldest = inbox->lent;
    empty(oldest);
    inbox->lent = taken;
    inbox->first = (inbox->first + 1) % inbox->capacity;
    inbox->counts.waiting--;
    inbox->counts.waiting_bytes -= taken.size;
    *bytes = (bell_string){taken.bytes, taken.size};
    return true;
}

void bell__inbox_close(struct bell__inbox *inbox)
{
    for (uint32_t i = 0; i < inbox->capacity; i++) {
        bell__buf_close(&inbox->items[i]);
    }
    bell__memory_free(inbox->memory, inbox->items,
                      inbox->capacity * sizeof *inbox->items);
    bell__buf_close(&inbox->lent);
    inbox->items = NULL;
    inbox->capacity = 0;
    memset(&inbox->counts, 0, sizeof inbox->counts);
}
