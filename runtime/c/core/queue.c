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
