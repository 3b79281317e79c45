/* members.c: an object's members, as they are spelled. It knows no names. */
#include "json/members.h"

#include "json/skip.h"

bool bell__json_take_apart(bell_string text, const struct bell__part *parts)
{
    struct bell__json json;
    struct bell__members at;
    bell__json_open(&json, text, BELL__JSON_DEPTH_MAX);
    for (bell__members_enter(&at, &json); bell__members_next(&at);) {
        const struct bell__part *part = parts;
        while (part->name != NULL && !bell__member_is(&at, part->name)) {
            part++;
        }
        if (part->name != NULL) {
            bell__json_skip(&json, part->value);
        }
    }
    return json.wrong == NULL && bell__json_done(&json);
}
