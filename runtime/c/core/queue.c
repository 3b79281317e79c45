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

/* Takes the longest chain in order off the front; what falls goes in front of
 * it, for slots given back one by one are handed out from the last. */
static uint32_t take_run(struct bell__slot *slots, uint32_t *rest)
{
    uint32_t first = *rest;
    uint32_t last = first;
    uint32_t next = slots[last].next;
    while (next != BELL__NO_SLOT && slots[next].number > slots[last].number) {
        last = next;
        next = slots[last].next;
    }
    while (next != BELL__NO_SLOT && slots[next].number < slots[first].number) {
        uint32_t behind = slots[next].next;
        slots[next].next = first;
        first = next;
        next = behind;
    }
    slots[last].next = BELL__NO_SLOT;
    *rest = next;
    return first;
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
    enum { BINS = 32 }; /* bin i holds a chain of 2^i runs, or none */
    struct bell__slot *slots = table->slots;
    uint32_t bins[BINS];
    uint32_t rest = queue->first;
    if (rest == BELL__NO_SLOT) {
        return;
    }
    uint32_t index = take_run(slots, &rest);
    if (index == queue->first && rest == BELL__NO_SLOT) {
        return; /* it was in order */
    }
    for (int i = 0; i < BINS; i++) {
        bins[i] = BELL__NO_SLOT;
    }
    bins[0] = index;
    while (rest != BELL__NO_SLOT) {
        int bin = 0;
        index = take_run(slots, &rest);
        for (; bins[bin] != BELL__NO_SLOT; bin++) {
            index = merge(slots, bins[bin], index);
            bins[bin] = BELL__NO_SLOT;
        }
        bins[bin] = index;
    }
    index = BELL__NO_SLOT;
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
