/* http_store.h: answers that are kept for a while, within a bound of bytes. It
 * knows no exchanges. */
#ifndef BELL__TRANSPORT_HTTP_STORE_H
#define BELL__TRANSPORT_HTTP_STORE_H

#include <bell/bell.h>

struct bell__http_store;

/* What a request asks for: all that its answer may depend on, and in it the
 * target, by which it changes. */
struct bell__http_key {
    bell_string bytes;
    bell_string target;
};

/* An answer that is kept. */
struct bell__http_stored {
    struct bell__http_stored *next; /* of its bucket */
    struct bell__http_stored **link;
    struct bell__http_stored *newer; /* of all, by when they came */
    struct bell__http_stored *older;
    int64_t until;
    size_t size;    /* of all this */
    uint32_t users; /* who were lent it */
    bool gone;      /* it is in no list any more */
    struct bell__http_key key;
    bell_string head;
    bell_string body;
};

/* BELL_NO_MEMORY. All that is kept has no more bytes than `bytes_max`. */
bell_status bell__http_store_make(const bell_allocator *memory,
                                  size_t bytes_max,
                                  struct bell__http_store **store);

/* Nothing of it is lent. What may be secret is wiped. NULL is fine. */
void bell__http_store_free(struct bell__http_store *store);

/* Lends the answer until it is given back, whatever becomes of it in the
 * store; NULL: there is none that is younger than its time. */
struct bell__http_stored *
bell__http_store_take(struct bell__http_store *store,
                      const struct bell__http_key *key, int64_t now);
void bell__http_store_give(struct bell__http_store *store,
                           struct bell__http_stored *stored);

/* Keeps a copy, instead of another answer to the same; the oldest go first
 * where there is no room. One that is larger than a quarter of the store is not
 * kept, nor is any where memory is short. */
void bell__http_store_put(struct bell__http_store *store,
                          const struct bell__http_key *key, bell_string head,
                          bell_string body, int64_t until);

void bell__http_store_remove(struct bell__http_store *store,
                             const struct bell__http_key *key);

/* Whatever was asked of the same target. */
void bell__http_store_changed(struct bell__http_store *store,
                              bell_string target);

void bell__http_store_empty(struct bell__http_store *store);

/* For tests: bytes that are taken, those that are lent too. */
size_t bell__http_store_bytes(const struct bell__http_store *store);

#endif
