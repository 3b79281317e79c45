/* names.c: identifiers that are free: not reserved in the language and not
 * given to something else in the same scope. */
#include "view/names.h"

#include <string.h>

#include "base/str.h"

enum { CAPACITY_MIN = 256 };

struct name {
    bell_string text; /* text NULL: the slot is free */
    uint32_t scope;
    uint64_t hash;
    void *thing;
};

/* FNV-1a. */
static uint64_t hash_of(uint32_t scope, bell_string text)
{
    uint64_t hash = 14695981039346656037u ^ scope;
    hash *= 1099511628211u;
    for (size_t i = 0; i < text.size; i++) {
        hash = (hash ^ (unsigned char)text.text[i]) * 1099511628211u;
    }
    return hash ^ hash >> 29;
}

void names_open(struct names *names, const struct lang *lang,
                struct bell__arena *arena)
{
    memset(names, 0, sizeof *names);
    names->arena = arena;
    names->lang = lang;
}

static struct name *slot_of(struct name *slots, size_t capacity, uint32_t scope,
                            bell_string text, uint64_t hash)
{
    size_t at = (size_t)hash & (capacity - 1);
    while (slots[at].text.text != NULL &&
           (slots[at].hash != hash || slots[at].scope != scope ||
            !bell__str_equal(slots[at].text, text))) {
        at = (at + 1) & (capacity - 1);
    }
    return &slots[at];
}

void *names_find(const struct names *names, uint32_t scope, bell_string text)
{
    if (names->capacity == 0) {
        return NULL;
    }
    const struct name *found = slot_of(names->slots, names->capacity, scope,
                                       text, hash_of(scope, text));
    return found->text.text != NULL ? found->thing : NULL;
}

static bool grow(struct names *names)
{
    size_t capacity = names->capacity == 0 ? CAPACITY_MIN : names->capacity * 2;
    struct name *slots =
        bell__arena_take(names->arena, capacity * sizeof *slots);
    if (slots == NULL) {
        names->failed = true;
        return false;
    }
    memset(slots, 0, capacity * sizeof *slots);
    for (size_t i = 0; i < names->capacity; i++) {
        const struct name *old = &names->slots[i];
        if (old->text.text != NULL) {
            *slot_of(slots, capacity, old->scope, old->text, old->hash) = *old;
        }
    }
    names->slots = slots;
    names->capacity = capacity;
    return true;
}

void names_put(struct names *names, uint32_t scope, bell_string text,
               void *thing)
{
    if (names->count * 2 >= names->capacity && !grow(names)) {
        return;
    }
    uint64_t hash = hash_of(scope, text);
    struct name *slot =
        slot_of(names->slots, names->capacity, scope, text, hash);
    names->count += slot->text.text == NULL;
    *slot = (struct name){text, scope, hash, thing};
}

bell_string names_join(struct names *names, bell_string a, const char *middle,
                       bell_string b)
{
    bell_string joined = {"", 0};
    size_t middle_size = strlen(middle);
    size_t size = a.size + middle_size + b.size;
    char *bytes = bell__arena_bytes(names->arena, size + 1);
    if (bytes == NULL) {
        names->failed = true;
        return joined;
    }
    if (a.size != 0) {
        memcpy(bytes, a.text, a.size);
    }
    memcpy(bytes + a.size, middle, middle_size);
    if (b.size != 0) {
        memcpy(bytes + a.size + middle_size, b.text, b.size);
    }
    bytes[size] = '\0';
    joined.text = bytes;
    joined.size = size;
    return joined;
}

static bool is_free(const struct names *names, uint32_t scope, bell_string text)
{
    enum lang_place place = scope == 0               ? LANG_FILE
                            : scope == SCOPE_METHODS ? LANG_METHODS
                                                     : LANG_MEMBERS;
    return names_find(names, scope, text) == NULL &&
           !lang_reserves(names->lang, place, text);
}

bell_string names_claim(struct names *names, uint32_t scope, bell_string wanted,
                        const char *mend)
{
    static char taken; /* an address that is no thing */
    bell_string none = {"", 0};
    bell_string name = wanted;
    if (!is_free(names, scope, name) && mend != NULL) {
        name = names_join(names, wanted, mend, none);
    }
    while (!names->failed && !is_free(names, scope, name)) {
        name = names_join(names, name, "_", none);
    }
    names_put(names, scope, name, &taken);
    return name;
}

bell_string names_claim_with(struct names *names, uint32_t scope,
                             bell_string wanted, const char *suffix)
{
    bell_string none = {"", 0};
    return names_claim(names, scope, names_join(names, wanted, suffix, none),
                       NULL);
}
