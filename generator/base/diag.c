/* diag.c: messages with places, collected over a run. It knows no schema and
 * prints nothing. */
#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/str.h"

enum { MESSAGE_BYTES_MAX = 512, PARTS_MAX = 64 };

void diags_open(struct diags *diags, struct bell__arena *arena)
{
    memset(diags, 0, sizeof *diags);
    diags->arena = arena;
}

static bool is_at(const struct diag *diag, const char *code, struct place place)
{
    return diag->place.source == place.source &&
           diag->place.line == place.line &&
           diag->place.column == place.column && strcmp(diag->code, code) == 0;
}

bool diags_have(const struct diags *diags, const char *code, struct place place)
{
    const struct diag *at = diags->first;
    while (at != NULL && !is_at(at, code, place)) {
        at = at->next;
    }
    return at != NULL;
}

static bool is_told(const struct diags *diags, const char *code,
                    struct place place, const char *message)
{
    for (const struct diag *at = diags->first; place.line != 0 && at != NULL;
         at = at->next) {
        if (is_at(at, code, place) && bell__str_is(at->message, message)) {
            return true;
        }
    }
    return false;
}

struct diag *diag_add(struct diags *diags, const char *code, struct place place,
                      const char *format, ...)
{
    if (diags->count >= DIAG_KEPT_MAX) {
        diags->count++;
        return NULL;
    }
    char message[MESSAGE_BYTES_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (is_told(diags, code, place, message)) {
        return NULL;
    }
    diags->count++;
    struct diag *diag = bell__arena_take(diags->arena, sizeof *diag);
    if (diag == NULL) {
        return NULL;
    }
    memset(diag, 0, sizeof *diag);
    diag->code = code;
    diag->place = place;
    diag->message = bell__arena_copy(diags->arena, bell_str(message));
    if (diags->last != NULL) {
        diags->last->next = diag;
    } else {
        diags->first = diag;
    }
    diags->last = diag;
    return diag;
}

void diag_second(struct diags *diags, struct diag *diag, struct place place,
                 const char *text)
{
    (void)diags;
    if (diag == NULL) {
        return;
    }
    diag->second = place;
    diag->second_text = bell_str(text);
}

const char *trail_text(const struct trail *trail, char room[TRAIL_BYTES_MAX])
{
    const struct trail *parts[PARTS_MAX];
    size_t count = 0;
    for (; trail != NULL && trail->up != NULL && count < PARTS_MAX;
         trail = trail->up) {
        parts[count++] = trail;
    }
    size_t size = 0;
    room[0] = '\0';
    while (count > 0 && size < TRAIL_BYTES_MAX) {
        const struct trail *part = parts[--count];
        int wrote;
        if (part->part.text == NULL) {
            wrote = snprintf(room + size, TRAIL_BYTES_MAX - size, "[%zu]",
                             part->index);
        } else {
            wrote = snprintf(room + size, TRAIL_BYTES_MAX - size, "%s%.*s",
                             size == 0 ? "" : ".",
                             (int)(part->part.size < TRAIL_BYTES_MAX
                                       ? part->part.size
                                       : TRAIL_BYTES_MAX),
                             part->part.text);
        }
        size += wrote > 0 ? (size_t)wrote : 0;
    }
    return room;
}
