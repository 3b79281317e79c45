/* match.c: answers without ids find their calls. */
#include "core/match.h"

#include <string.h>

#include "core/inside.h"

static bool awaits(const bell_message *message, bell_string answer)
{
    return message->reply != NULL && message->reply_size == answer.size &&
           memcmp(message->reply, answer.text, answer.size) == 0;
}

/* An error that says nothing of what it is for: answers that come in order are
 * the oldest's; otherwise it is clear only where one call waits. */
static uint32_t blame(const struct bell__queue *asked, bool ordered)
{
    bool clear = ordered || asked->first == asked->last;
    return clear ? asked->first : BELL__NO_SLOT;
}

uint32_t bell__match(const struct bell__table *table,
                     const struct bell__queue *asked,
                     const struct bell__event *event)
{
    if (event->kind == BELL__EVENT_ERROR) {
        return blame(asked, event->ordered);
    }
    uint32_t index = asked->first;
    while (index != BELL__NO_SLOT) {
        const struct bell__slot *slot = &table->slots[index];
        if (awaits(slot->method->message, event->answer)) {
            return index;
        }
        index = slot->next;
    }
    return BELL__NO_SLOT;
}
