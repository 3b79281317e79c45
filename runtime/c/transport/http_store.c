/* http_store.c: answers that are kept, found by what was asked, in the order in
 * which they came. It knows no exchanges and no clock. */
#include "transport/http_store.h"

#include <string.h>

#include "base/memory.h"
#include "base/str.h"

enum {
    BUCKETS_MIN = 16,
    BUCKETS_MAX = 64 * 1024,
    BUCKET_BYTES = 2048, /* of the bound, for each bucket */
    SHARE = 4            /* an answer has at most so much of all: 1 / SHARE */
};

struct bell__http_store {
    const bell_allocator *memory;
    size_t bytes_max;
    size_t bytes;
    struct bell__http_stored *oldest;
    struct bell__http_stored *newest;
    size_t bucket_count; /* a power of two */
    struct bell__http_stored *buckets[];
};

static size_t size_for(size_t bucket_count)
{
    return sizeof(struct bell__http_store) +
           bucket_count * sizeof(struct bell__http_stored *);
}

bell_status bell__http_store_make(const bell_allocator *memory,
                                  size_t bytes_max,
                                  struct bell__http_store **store)
{
    size_t count = BUCKETS_MIN;
    while (count < BUCKETS_MAX && count * BUCKET_BYTES < bytes_max) {
        count *= 2;
    }
    *store = bell__memory_take(memory, size_for(count));
    if (*store == NULL) {
        return BELL_NO_MEMORY;
    }
    memset(*store, 0, size_for(count));
    (*store)->memory = memory;
    (*store)->bytes_max = bytes_max;
    (*store)->bucket_count = count;
    return BELL_OK;
}

void bell__http_store_free(struct bell__http_store *store)
{
    if (store != NULL) {
        bell__http_store_empty(store);
        bell__memory_free(store->memory, store, size_for(store->bucket_count));
    }
}

/* By the target alone: what changes together lies in one bucket (FNV-1a). */
static struct bell__http_stored **bucket_of(struct bell__http_store *store,
                                            bell_string target)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < target.size; i++) {
        hash ^= (unsigned char)target.text[i];
        hash *= UINT64_C(0x100000001b3);
    }
    hash ^= hash >> 32;
    return &store->buckets[hash & (store->bucket_count - 1)];
}

static struct bell__http_stored *find(struct bell__http_store *store,
                                      const struct bell__http_key *key)
{
    struct bell__http_stored *at = *bucket_of(store, key->target);
    while (at != NULL && !bell__str_equal(at->key.bytes, key->bytes)) {
        at = at->next;
    }
    return at;
}

/* It may show a token. */
static void free_stored(struct bell__http_store *store,
                        struct bell__http_stored *stored)
{
    size_t size = stored->size;
    store->bytes -= size;
    bell__memory_wipe(stored, size);
    bell__memory_free(store->memory, stored, size);
}

/* Nobody finds it any more; who was lent it still has it. */
static void drop(struct bell__http_store *store,
                 struct bell__http_stored *stored)
{
    *stored->link = stored->next;
    if (stored->next != NULL) {
        stored->next->link = stored->link;
    }
    if (stored->older != NULL) {
        stored->older->newer = stored->newer;
    } else {
        store->oldest = stored->newer;
    }
    if (stored->newer != NULL) {
        stored->newer->older = stored->older;
    } else {
        store->newest = stored->older;
    }
    stored->gone = true;
    if (stored->users == 0) {
        free_stored(store, stored);
    }
}

struct bell__http_stored *
bell__http_store_take(struct bell__http_store *store,
                      const struct bell__http_key *key, int64_t now)
{
    struct bell__http_stored *stored = find(store, key);
    if (stored != NULL && stored->until <= now) {
        drop(store, stored);
        stored = NULL;
    }
    if (stored != NULL) {
        stored->users++;
    }
    return stored;
}

void bell__http_store_give(struct bell__http_store *store,
                           struct bell__http_stored *stored)
{
    stored->users--;
    if (stored->gone && stored->users == 0) {
        free_stored(store, stored);
    }
}

static bell_string copy(char **at, bell_string text)
{
    bell_string made = {*at, text.size};
    if (text.size != 0) {
        memcpy(*at, text.text, text.size);
    }
    *at += text.size;
    return made;
}

static void insert(struct bell__http_store *store,
                   struct bell__http_stored *stored)
{
    struct bell__http_stored **bucket = bucket_of(store, stored->key.target);
    stored->next = *bucket;
    stored->link = bucket;
    if (stored->next != NULL) {
        stored->next->link = &stored->next;
    }
    *bucket = stored;
    stored->older = store->newest;
    if (stored->older != NULL) {
        stored->older->newer = stored;
    } else {
        store->oldest = stored;
    }
    store->newest = stored;
    store->bytes += stored->size;
}

/* Where all that is left is lent, there is none. */
static bool make_room(struct bell__http_store *store, size_t size)
{
    while (store->bytes > store->bytes_max - size && store->oldest != NULL) {
        drop(store, store->oldest);
    }
    return store->bytes <= store->bytes_max - size;
}

void bell__http_store_put(struct bell__http_store *store,
                          const struct bell__http_key *key, bell_string head,
                          bell_string body, int64_t until)
{
    bell__http_store_remove(store, key);
    size_t most = store->bytes_max / SHARE;
    size_t own = sizeof(struct bell__http_stored) + key->bytes.size + head.size;
    if (own > most || body.size > most - own ||
        !make_room(store, own + body.size)) {
        return;
    }
    struct bell__http_stored *stored =
        bell__memory_take(store->memory, own + body.size);
    if (stored == NULL) {
        return;
    }
    memset(stored, 0, sizeof *stored);
    char *at = (char *)(stored + 1);
    stored->size = own + body.size;
    stored->until = until;
    stored->key.bytes = copy(&at, key->bytes);
    stored->key.target = (bell_string){stored->key.bytes.text +
                                           (key->target.text - key->bytes.text),
                                       key->target.size};
    stored->head = copy(&at, head);
    stored->body = copy(&at, body);
    insert(store, stored);
}

void bell__http_store_remove(struct bell__http_store *store,
                             const struct bell__http_key *key)
{
    struct bell__http_stored *stored = find(store, key);
    if (stored != NULL) {
        drop(store, stored);
    }
}

void bell__http_store_changed(struct bell__http_store *store,
                              bell_string target)
{
    struct bell__http_stored *at = *bucket_of(store, target);
    while (at != NULL) {
        struct bell__http_stored *next = at->next;
        if (bell__str_equal(at->key.target, target)) {
            drop(store, at);
        }
        at = next;
    }
}

void bell__http_store_empty(struct bell__http_store *store)
{
    while (store->oldest != NULL) {
        drop(store, store->oldest);
    }
}

size_t bell__http_store_bytes(const struct bell__http_store *store)
{
    return store->bytes;
}
