/* outlet.c: messages that wait, by time. */
#include "peer/outlet.h"

#include <string.h>

#include "base/memory.h"

/* What waits for others goes all the same, where none come. */
enum { HOLD_MS = 1000 };

void bell__outlet_open(struct bell__outlet *outlet,
                       const bell_allocator *memory)
{
    memset(outlet, 0, sizeof *outlet);
    outlet->memory = memory;
}

static void free_parcel(struct bell__outlet *outlet,
                        struct bell__parcel *parcel)
{
    if (parcel != NULL) {
        bell__memory_free(outlet->memory, parcel,
                          sizeof *parcel + parcel->size + 1);
    }
}

void bell__outlet_close(struct bell__outlet *outlet)
{
    free_parcel(outlet, outlet->lent);
    outlet->lent = NULL;
    while (outlet->first != NULL) {
        struct bell__parcel *parcel = outlet->first;
        outlet->first = parcel->next;
        free_parcel(outlet, parcel);
    }
    outlet->last = NULL;
    outlet->bytes = 0;
    outlet->gathered = 0;
    outlet->held = 0;
}

/* Behind all that is due at that time or before: most come last. */
static void insert(struct bell__outlet *outlet, struct bell__parcel *parcel)
{
    struct bell__parcel **at = &outlet->first;
    if (outlet->last != NULL && outlet->last->at <= parcel->at) {
        at = &outlet->last->next;
    }
    while (*at != NULL && (*at)->at <= parcel->at) {
        at = &(*at)->next;
    }
    parcel->next = *at;
    *at = parcel;
    if (parcel->next == NULL) {
        outlet->last = parcel;
    }
}

static struct bell__parcel *make(struct bell__outlet *outlet,
                                 enum bell__parcel_kind kind, int64_t at,
                                 bell_string text)
{
    struct bell__parcel *parcel =
        bell__memory_take(outlet->memory, sizeof *parcel + text.size + 1);
    if (parcel == NULL) {
        return NULL;
    }
    memset(parcel, 0, sizeof *parcel);
    parcel->kind = kind;
    parcel->at = at;
    parcel->size = text.size;
    if (text.size != 0) {
        memcpy(parcel->text, text.text, text.size);
    }
    parcel->text[text.size] = '\0';
    outlet->bytes += text.size;
    return parcel;
}

/* Takes those out that wait for nothing any more, and puts them in as due. */
static void release(struct bell__outlet *outlet, int64_t now, bool gathered)
{
    struct bell__parcel *due = NULL;
    struct bell__parcel **end = &due;
    struct bell__parcel **at = &outlet->first;
    if (!gathered && outlet->held == 0) {
        return;
    }
    outlet->last = NULL;
    while (*at != NULL) {
        struct bell__parcel *parcel = *at;
        bool ready = gathered ? parcel->gathers
                              : parcel->behind != 0 && --parcel->behind == 0;
        if (!ready) {
            outlet->last = parcel;
            at = &parcel->next;
            continue;
        }
        outlet->held -= !gathered;
        *at = parcel->next;
        parcel->next = NULL;
        parcel->gathers = false;
        parcel->at = now;
        *end = parcel;
        end = &parcel->next;
    }
    while (due != NULL) {
        struct bell__parcel *parcel = due;
        due = parcel->next;
        insert(outlet, parcel);
    }
}

static bell_status put_plain(struct bell__outlet *outlet, int64_t now,
                             int64_t at, bell_string text)
{
    struct bell__parcel *parcel = make(outlet, BELL__PARCEL_MESSAGE, at, text);
    if (parcel == NULL) {
        return BELL_NO_MEMORY;
    }
    insert(outlet, parcel);
    if (at <= now) {
        release(outlet, now, false);
    }
    return BELL_OK;
}

static bell_status put_behind(struct bell__outlet *outlet, int64_t now,
                              bell_string text, uint32_t count)
{
    struct bell__parcel *parcel =
        make(outlet, BELL__PARCEL_MESSAGE, now + HOLD_MS, text);
    if (parcel == NULL) {
        return BELL_NO_MEMORY;
    }
    release(outlet, now, false); /* it is a later one for those before it */
    parcel->behind = count;
    outlet->held += count != 0;
    insert(outlet, parcel);
    return BELL_OK;
}

static bell_status put_gathered(struct bell__outlet *outlet, int64_t now,
                                bell_string text, uint32_t count)
{
    struct bell__parcel *parcel =
        make(outlet, BELL__PARCEL_MESSAGE, now + HOLD_MS, text);
    if (parcel == NULL) {
        return BELL_NO_MEMORY;
    }
    parcel->gathers = true;
    insert(outlet, parcel);
    if (++outlet->gathered >= count) {
        outlet->gathered = 0;
        release(outlet, now, true);
    }
    return BELL_OK;
}

static bell_status put_special(struct bell__outlet *outlet, int64_t now,
                               bell_string text,
                               const struct bell__mishap *mishap)
{
    bool cuts = mishap->kind == BELL__MISHAP_CUT_FRAME;
    bell_string nothing = {"", 0};
    struct bell__parcel *parcel =
        make(outlet, cuts ? BELL__PARCEL_CUT : BELL__PARCEL_FREEZE, now,
             cuts ? text : nothing);
    if (parcel == NULL) {
        return BELL_NO_MEMORY;
    }
    parcel->count = mishap->count;
    parcel->ms = mishap->ms;
    insert(outlet, parcel);
    /* What was asked is answered after the thaw. */
    return cuts ? BELL_OK : put_plain(outlet, now, now, text);
}

bell_status bell__outlet_end(struct bell__outlet *outlet, int64_t at,
                             enum bell__parcel_kind kind, int32_t code,
                             bell_string reason)
{
    struct bell__parcel *parcel = make(outlet, kind, at, reason);
    if (parcel == NULL) {
        return BELL_NO_MEMORY;
    }
    parcel->code = code;
    insert(outlet, parcel);
    return BELL_OK;
}

bell_status bell__outlet_put(struct bell__outlet *outlet, int64_t now,
                             bell_string text,
                             const struct bell__mishap *mishap)
{
    bell_status status = BELL_OK;
    if (mishap == NULL) {
        return put_plain(outlet, now, now, text);
    }
    switch (mishap->kind) {
    case BELL__MISHAP_LATE:
        return put_plain(outlet, now, now + mishap->ms, text);
    case BELL__MISHAP_SILENT:
        return BELL_OK;
    case BELL__MISHAP_DROP:
        return bell__outlet_end(outlet, now, BELL__PARCEL_DROP, 0,
                                (bell_string){"", 0});
    case BELL__MISHAP_CLOSE:
        return bell__outlet_end(outlet, now, BELL__PARCEL_CLOSE, mishap->code,
                                bell_str(mishap->text));
    case BELL__MISHAP_DUPLICATE:
        for (uint32_t i = 0; i < mishap->count && status == BELL_OK; i++) {
            status = put_plain(outlet, now, now, text);
        }
        return status;
    case BELL__MISHAP_REORDER:
        return put_behind(outlet, now, text, mishap->count);
    case BELL__MISHAP_BURST:
        return put_gathered(outlet, now, text, mishap->count);
    case BELL__MISHAP_CUT_FRAME:
    case BELL__MISHAP_FREEZE:
        return put_special(outlet, now, text, mishap);
    case BELL__MISHAP_ERROR:
    case BELL__MISHAP_WRONG_TYPE:
    case BELL__MISHAP_UNKNOWN_VARIANT:
        break;
    }
    return put_plain(outlet, now, now, text);
}

const struct bell__parcel *bell__outlet_next(struct bell__outlet *outlet,
                                             int64_t now)
{
    struct bell__parcel *parcel = outlet->first;
    free_parcel(outlet, outlet->lent);
    outlet->lent = NULL;
    if (parcel == NULL || parcel->at > now) {
        return NULL;
    }
    outlet->first = parcel->next;
    if (outlet->first == NULL) {
        outlet->last = NULL;
    }
    outlet->held -= parcel->behind != 0;
    outlet->lent = parcel;
    outlet->bytes -= parcel->size;
    if (parcel->gathers) {
        outlet->gathered--; /* it has waited long enough */
    }
    return parcel;
}

int64_t bell__outlet_due(const struct bell__outlet *outlet)
{
    return outlet->first != NULL ? outlet->first->at : BELL__OUTLET_NEVER;
}
