/* members.h: walks the members of a JSON object, one after the other. It knows
 * no names.
 *
 *     struct bell__members at;
 *     for (bell__members_enter(&at, &json); bell__members_next(&at);) {
 *         if (bell__member_is(&at, "code")) {
 *             bell__json_int64(&json, &code);
 *         }
 *     }
 *     return json.wrong == NULL;
 *
 * A value that nobody reads is passed over, and checked. What goes wrong, with
 * a value or between two, ends the walk, and the reader says what it is. */
#ifndef BELL__JSON_MEMBERS_H
#define BELL__JSON_MEMBERS_H

#include "json/read.h"

struct bell__members {
    struct bell__json *json;
    bell_string key;   /* between its quotes, not unescaped */
    const char *value; /* where it begins, while nobody has read it */
};

/* The reader stands in front of a value: it must be an object. */
static inline void bell__members_enter(struct bell__members *members,
                                       struct bell__json *json)
{
    members->json = json;
    members->value = NULL;
    bell__json_enter_map(json);
}

/* The reader stands behind a member's value. */
static inline void bell__members_resume(struct bell__members *members,
                                        struct bell__json *json)
{
    members->json = json;
    members->value = NULL;
}

/* False at the object's end, and where something is wrong. */
static inline bool bell__members_next(struct bell__members *members)
{
    struct bell__json *json = members->json;
    bool escaped;
    if (json->at == members->value) {
        bell__json_skip(json, NULL);
    }
    if (!bell__json_next_key(json, &members->key, &escaped)) {
        return false;
    }
    members->value = json->at;
    return true;
}

static inline bool bell__member_is(const struct bell__members *members,
                                   const char *name)
{
    return bell__json_key_is(members->key, name);
}

/* What kind of value the member has; it stays unread. */
static inline enum bell__json_kind
bell__member_kind(struct bell__members *members)
{
    enum bell__json_kind kind = bell__json_peek(members->json);
    members->value = members->json->at;
    return kind;
}

/* A member whose value is wanted as it is spelled. */
struct bell__part {
    const char *name;
    bell_string *value;
};

/* The parts of an object, lent; those that are missing stay as they were. The
 * list ends with a NULL name. False where the text is no object. */
bool bell__json_take_apart(bell_string text, const struct bell__part *parts);

#endif
