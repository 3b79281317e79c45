/* http_cache.c: answers that are kept, as a transport over another one: what it
 * has is answered in the next turn, the rest goes on. It knows no lines. */
#include "transport/http_cache.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "transport/http_control.h"
#include "transport/http_store.h"

enum { BUCKETS = 256 };

/* A request that went on, whose answer will be kept or changes what is kept; or
 * one that has its answer already. */
struct asked {
    uint64_t tag;
    struct asked *next; /* of its bucket */
    struct asked **link;
    struct asked *next_listed; /* of those found, or of those that ask */
    struct asked **listed;
    struct asked *next_sent;         /* of those in the same outbox */
    size_t size;                     /* of all this */
    struct bell__http_stored *found; /* the answer; NULL: it went on */
    struct bell__span *span;         /* while its outbox is looked at */
    size_t span_size;
    bool changes; /* its target, where the answer is good */
    bool keeps;   /* its answer may be kept */
    struct bell__http_key key;
    char bytes[]; /* of the key, where it went on */
};

struct list {
    struct asked *first;
    struct asked **end;
};

struct cache {
    struct bell__transport head; /* first */
    struct bell__http_cache_options options;
    struct bell__transport *inner;
    struct bell__http_store *store;
    struct bell__http_stored *lent; /* its frame is out */
    struct list found;              /* to be told, in order */
    struct list asking;             /* GETs that went on */
    struct asked *buckets[BUCKETS]; /* all, by tag */
};

static struct cache *self(struct bell__transport *transport)
{
    return (struct cache *)(void *)transport;
}

/* ---- Requests that are under way -------------------------------------------
 */

static void enlist(struct list *list, struct asked *asked)
{
    asked->next_listed = NULL;
    asked->listed = list->end;
    *list->end = asked;
    list->end = &asked->next_listed;
}

static void delist(struct list *list, struct asked *asked)
{
    *asked->listed = asked->next_listed;
    if (asked->next_listed != NULL) {
        asked->next_listed->listed = asked->listed;
    } else {
        list->end = asked->listed;
    }
}

static struct list *list_of(struct cache *cache, const struct asked *asked)
{
    return asked->found != NULL ? &cache->found : &cache->asking;
}

static void note(struct cache *cache, struct asked *asked)
{
    struct asked **bucket = &cache->buckets[asked->tag % BUCKETS];
    asked->next = *bucket;
    asked->link = bucket;
    if (asked->next != NULL) {
        asked->next->link = &asked->next;
    }
    *bucket = asked;
    enlist(list_of(cache, asked), asked);
}

/* It is nobody's any more, and may have shown a token. */
static void forget_asked(struct cache *cache, struct asked *asked)
{
    *asked->link = asked->next;
    if (asked->next != NULL) {
        asked->next->link = asked->link;
    }
    delist(list_of(cache, asked), asked);
    if (asked->found != NULL) {
        bell__http_store_give(cache->store, asked->found);
    }
    size_t size = asked->size;
    bell__memory_wipe(asked, size);
    bell__memory_free(cache->options.memory, asked, size);
}

static struct asked *find_asked(struct cache *cache, uint64_t tag)
{
    struct asked *asked = cache->buckets[tag % BUCKETS];
    while (asked != NULL && asked->tag != tag) {
        asked = asked->next;
    }
    return asked;
}

static void forget_all(struct cache *cache)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        while (cache->buckets[i] != NULL) {
            forget_asked(cache, cache->buckets[i]);
        }
    }
}

/* ---- Out -------------------------------------------------------------------
 */

enum verb { VERB_GET, VERB_SAFE, VERB_OTHER };

static enum verb verb_of(bell_string request)
{
    if (bell__str_starts(request, BELL_STR("GET "))) {
        return VERB_GET;
    }
    return bell__str_starts(request, BELL_STR("HEAD ")) ||
                   bell__str_starts(request, BELL_STR("OPTIONS "))
               ? VERB_SAFE
               : VERB_OTHER;
}

/* The whole head: the token that it shows is in it. */
static struct bell__http_key key_of(const struct bell__outbox *outbox,
                                    const struct bell__span *span)
{
    const char *bytes = outbox->bytes.bytes + span->offset;
    const char *request = bytes + span->lead_size;
    size_t size = span->head_size - span->lead_size;
    const char *space = memchr(request, ' ', size);
    assert(space != NULL);
    const char *target = space + 1;
    const char *end = memchr(target, ' ', size - (size_t)(target - request));
    assert(end != NULL);
    return (struct bell__http_key){{bytes, span->head_size},
                                   {target, (size_t)(end - target)}};
}

static struct asked *make_asked(struct cache *cache,
                                const struct bell__span *span, size_t more)
{
    size_t size = sizeof(struct asked) + more;
    struct asked *asked = bell__memory_take(cache->options.memory, size);
    if (asked != NULL) {
        memset(asked, 0, sizeof *asked);
        asked->size = size;
        asked->tag = span->tag;
    }
    return asked;
}

/* It has its answer: nothing of it goes on. NULL: it has none. */
static struct asked *answer(struct cache *cache, struct bell__span *span,
                            const struct bell__http_key *key)
{
    struct bell__http_stored *stored =
        bell__http_store_take(cache->store, key, cache->options.loop->now);
    if (stored == NULL) {
        return NULL;
    }
    struct asked *asked = make_asked(cache, span, 0);
    if (asked == NULL) {
        bell__http_store_give(cache->store, stored);
        return NULL;
    }
    asked->found = stored;
    asked->span = span;
    asked->span_size = span->size;
    span->size = 0;
    note(cache, asked);
    return asked;
}

/* It goes on. Without memory its answer is not kept, and what it may change is
 * not kept either. */
static struct asked *remember(struct cache *cache,
                              const struct bell__span *span,
                              const struct bell__http_key *key, bool changes)
{
    struct asked *asked = make_asked(cache, span, key->bytes.size);
    if (asked == NULL) {
        if (changes) {
            bell__http_store_changed(cache->store, key->target);
        }
        return NULL;
    }
    memcpy(asked->bytes, key->bytes.text, key->bytes.size);
    asked->key.bytes = (bell_string){asked->bytes, key->bytes.size};
    asked->key.target = (bell_string){
        asked->bytes + (key->target.text - key->bytes.text), key->target.size};
    asked->changes = changes;
    asked->keeps = !changes;
    note(cache, asked);
    return asked;
}

static struct asked *look(struct cache *cache, struct bell__outbox *outbox,
                          size_t index)
{
    struct bell__span *span = &outbox->spans[index];
    struct bell__http_key key = key_of(outbox, span);
    bell_string request = {key.bytes.text + span->lead_size,
                           span->head_size - span->lead_size};
    enum verb verb = verb_of(request);
    struct asked *asked = NULL;
    if (verb == VERB_GET && !span->fresh) {
        asked = answer(cache, span, &key);
    }
    if (asked == NULL && verb != VERB_SAFE) {
        asked = remember(cache, span, &key, verb == VERB_OTHER);
    }
    return asked;
}

/* The inner transport took nothing: all is as it was. */
static void take_back(struct cache *cache, struct asked *sent)
{
    while (sent != NULL) {
        struct asked *next = sent->next_sent;
        if (sent->found != NULL) {
            sent->span->size = sent->span_size;
        }
        forget_asked(cache, sent);
        sent = next;
    }
}

static void cache_send(struct bell__transport *transport,
                       struct bell__outbox *outbox)
{
    struct cache *cache = self(transport);
    struct asked *sent = NULL;
    if (transport->line != BELL__LINE_UP) {
        return;
    }
    for (size_t i = 0; i < outbox->count; i++) {
        struct asked *asked = look(cache, outbox, i);
        if (asked != NULL) {
            asked->next_sent = sent;
            sent = asked;
        }
    }
    cache->inner->ops->send(cache->inner, outbox);
    transport->idle = cache->inner->idle;
    if (outbox->count != 0) {
        take_back(cache, sent);
    }
    if (cache->found.first != NULL) {
        bell__loop_due(cache->options.loop, cache->options.guest);
    }
}

/* ---- In --------------------------------------------------------------------
 */

/* What was asked before its target changed is of before. */
static void change(struct cache *cache, bell_string target)
{
    bell__http_store_changed(cache->store, target);
    struct asked *asked = cache->asking.first;
    for (; asked != NULL; asked = asked->next_listed) {
        asked->keeps =
            asked->keeps && !bell__str_equal(asked->key.target, target);
    }
}

static void cache_forget(struct bell__transport *transport)
{
    struct cache *cache = self(transport);
    bell__http_store_empty(cache->store);
    struct asked *asked = cache->asking.first;
    for (; asked != NULL; asked = asked->next_listed) {
        asked->keeps = false;
    }
}

static void keep(struct cache *cache, const struct asked *asked,
                 const struct bell__frame *frame)
{
    bell_string head = {frame->head, frame->head_size};
    bell_string body = {frame->bytes, frame->size};
    int64_t age = bell__http_age_max(head);
    age = age < cache->options.cache_ms ? age : cache->options.cache_ms;
    if (age == 0) {
        bell__http_store_remove(cache->store, &asked->key);
        return;
    }
    bell__http_store_put(cache->store, &asked->key, head, body,
                         cache->options.loop->now + age);
}

/* What an answer means for what is kept; `asked` may be NULL. */
static void learn(struct cache *cache, const struct asked *asked,
                  const struct bell__frame *frame)
{
    if (frame->code == 401) {
        cache_forget(&cache->head);
    } else if (asked == NULL) {
        return;
    } else if (asked->changes && frame->code >= 200 && frame->code <= 299) {
        change(cache, asked->key.target);
    } else if (asked->keeps && frame->code == 200) {
        keep(cache, asked, frame);
    }
}

/* The first that was found, as the server would have told it. */
static void show_found(struct cache *cache, struct bell__frame *frame)
{
    struct asked *asked = cache->found.first;
    struct bell__http_stored *stored = asked->found;
    memset(frame, 0, sizeof *frame);
    frame->tag = asked->tag;
    frame->exchange = BELL__EXCHANGE_REPLIED;
    frame->stored = true;
    frame->code = 200;
    frame->head = stored->head.text;
    frame->head_size = stored->head.size;
    frame->bytes = stored->body.text;
    frame->size = stored->body.size;
    stored->users++;
    cache->lent = stored;
    forget_asked(cache, asked);
}

static void settle(struct cache *cache)
{
    if (cache->lent != NULL) {
        bell__http_store_give(cache->store, cache->lent);
        cache->lent = NULL;
    }
}

static bool cache_receive(struct bell__transport *transport,
                          struct bell__frame *frame)
{
    struct cache *cache = self(transport);
    struct bell__transport *inner = cache->inner;
    settle(cache);
    if (cache->found.first != NULL) {
        show_found(cache, frame);
        return true;
    }
    bool found = inner->ops->receive(inner, frame);
    transport->heard |= inner->heard;
    transport->idle = inner->idle;
    inner->heard = false;
    if (!found) {
        return false;
    }
    struct asked *asked = find_asked(cache, frame->tag);
    if (frame->exchange == BELL__EXCHANGE_REPLIED) {
        learn(cache, asked, frame);
    }
    if (asked != NULL) {
        forget_asked(cache, asked);
    }
    return true;
}

/* ---- Beginning and end -----------------------------------------------------
 */

static bell_status cache_open(struct bell__transport *transport)
{
    struct cache *cache = self(transport);
    bell_status status = cache->inner->ops->open(cache->inner);
    transport->line = cache->inner->line;
    transport->idle = cache->inner->idle;
    transport->heard = false;
    memset(&transport->end, 0, sizeof transport->end);
    return status;
}

static bool cache_cancel(struct bell__transport *transport, uint64_t tag)
{
    struct cache *cache = self(transport);
    struct asked *asked = find_asked(cache, tag);
    bool found = asked != NULL && asked->found != NULL;
    if (asked != NULL) {
        forget_asked(cache, asked);
    }
    return found || cache->inner->ops->cancel(cache->inner, tag);
}

static void cache_close(struct bell__transport *transport, uint16_t code)
{
    struct cache *cache = self(transport);
    settle(cache);
    forget_all(cache);
    cache->inner->ops->close(cache->inner, code);
    transport->line = cache->inner->line;
    transport->idle = false;
    transport->end = cache->inner->end;
}

static void cache_rest(struct bell__transport *transport)
{
    struct cache *cache = self(transport);
    cache->inner->ops->rest(cache->inner);
}

static void cache_free(struct bell__transport *transport)
{
    struct cache *cache = self(transport);
    settle(cache);
    forget_all(cache);
    cache->inner->ops->free(cache->inner);
    bell__http_store_free(cache->store);
    bell__memory_free(cache->options.memory, cache, sizeof *cache);
}

static const struct bell__transport_ops ops = {
    .name = "cache",
    .open = cache_open,
    .send = cache_send,
    .receive = cache_receive,
    .close = cache_close,
    .cancel = cache_cancel,
    .rest = cache_rest,
    .forget = cache_forget,
    .free = cache_free,
};

static void open_list(struct list *list)
{
    list->first = NULL;
    list->end = &list->first;
}

bell_status
bell__http_cache_make(const struct bell__http_cache_options *options,
                      struct bell__transport *inner,
                      struct bell__transport **transport)
{
    struct cache *made = bell__memory_take(options->memory, sizeof *made);
    *transport = NULL;
    if (made == NULL) {
        inner->ops->free(inner);
        return BELL_NO_MEMORY;
    }
    memset(made, 0, sizeof *made);
    made->head.ops = &ops;
    made->options = *options;
    made->inner = inner;
    open_list(&made->found);
    open_list(&made->asking);
    if (bell__http_store_make(options->memory, options->cache_bytes_max,
                              &made->store) != BELL_OK) {
        cache_free(&made->head);
        return BELL_NO_MEMORY;
    }
    *transport = &made->head;
    return BELL_OK;
}
