/* queue.c: calls in order, linked through their slots. */
#include "core/inside.h"

void bell__queue_open(struct bell__queue *queue)
{
    queue->first = BELL__NO_SLOT;
    queue->last = BELL__NO_SLOT;
}

void bell__queue_push(struct bell__queue *queue, struct bell__table *table,
                      uint32_t index)
{
    struct bell__slot *slot = &table->slots[index];
    slot->next = BELL__NO_SLOT;
    slot->prev = queue->last;
    if (queue->last == BELL__NO_SLOT) {
        queue->first = index;
    } else {
        table->slots[queue->last].next = index;
    }
    queue->last = index;
}

void bell__queue_remove(struct bell__queue *queue, struct bell__table *table,
                        uint32_t index)
{
    const struct bell__slot *slot = &table->slots[index];
    if (slot->prev == BELL__NO_SLOT) {
        queue->first = slot->next;
    } else {
        table->slots[slot->prev].next = slot->next;
    }
    if (slot->next == BELL__NO_SLOT) {
        queue->last = slot->prev;
    } else {
        table->slots[slot->next].prev = slot->prev;
    }
}

static bool is_sorted(const struct bell__queue *queue,
                      const struct bell__slot *slots)
{
    uint32_t index = queue->first;
    while (index != queue->last) {
        uint32_t next = slots[index].next;
        if (slots[index].number > slots[next].number) {
            return false;
        }
        index = next;
    }
    return true;
}

/* Two chains in order become one. */
static uint32_t merge(struct bell__slot *slots, uint32_t left, uint32_t right)
{
    uint32_t first = BELL__NO_SLOT;
    uint32_t *end = &first;
    while (left != BELL__NO_SLOT && right != BELL__NO_SLOT) {
        uint32_t *from =
            slots[left].number < slots[right].number ? &left : &right;
        *end = *from;
        end = &slots[*end].next;
        *from = *end;
    }
    *end = left != BELL__NO_SLOT ? left : right;
    return first;
}

void bell__queue_sort(struct bell__queue *queue, struct bell__table *table)
{
    enum { BINS = 32 }; /* bin i holds a chain of 2^i calls, or none */
    struct bell__slot *slots = table->slots;
    uint32_t bins[BINS];
    if (is_sorted(queue, slots)) {
        return;
    }
    for (int i = 0; i < BINS; i++) {
        bins[i] = BELL__NO_SLOT;
    }
    uint32_t index = queue->first;
    while (index != BELL__NO_SLOT) {
        uint32_t next = slots[index].next;
        int bin = 0;
        slots[index].next = BELL__NO_SLOT;
        for (; bins[bin] != BELL__NO_SLOT; bin++) {
            index = merge(slots, bins[bin], index);
            bins[bin] = BELL__NO_SLOT;
        }
        bins[bin] = index;
        index = next;
    }
    for (int i = 0; i < BINS; i++) {
        index = merge(slots, bins[i], index);
    }
    bell__queue_open(queue);
    while (index != BELL__NO_SLOT) {
        uint32_t next = slots[index].next;
        bell__queue_push(queue, table, index);
        index = next;
    }
}
