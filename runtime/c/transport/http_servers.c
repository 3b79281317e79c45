/* http_servers.c: several servers of one service as one transport. Frames for a
 * server that takes none wait here, each behind those before it. It knows no
 * bytes of theirs. */
#include "transport/http_servers.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

struct server {
    struct bell__transport *transport;
    struct bell__outbox staged; /* for when it takes frames again */
    size_t mark_count;          /* what was staged before those at hand */
    size_t mark_size;
};

struct servers {
    struct bell__transport head; /* first */
    struct bell__http_servers_options options;
    uint32_t count;
    uint32_t turn; /* which is read first */
    struct server items[];
};

static struct servers *self(struct bell__transport *transport)
{
    return (struct servers *)(void *)transport;
}

static bell_status servers_open(struct bell__transport *transport)
{
    struct servers *servers = self(transport);
    assert(transport->line == BELL__LINE_DOWN);
    for (uint32_t i = 0; i < servers->count; i++) {
        struct bell__transport *each = servers->items[i].transport;
        bell_status status = each->ops->open(each);
        if (status != BELL_OK) {
            while (i-- > 0) {
                each = servers->items[i].transport;
                each->ops->close(each, 0);
            }
            return status;
        }
    }
    transport->line = BELL__LINE_UP;
    transport->idle = true;
    transport->heard = false;
    memset(&transport->end, 0, sizeof transport->end);
    return BELL_OK;
}

/* ---- Out -------------------------------------------------------------------
 */

/* What waits goes out, where the server takes it. */
static void push(struct server *server)
{
    if (server->staged.count != 0 && server->transport->idle) {
        server->transport->ops->send(server->transport, &server->staged);
    }
}

/* The one server that all of the frames are for; NULL: there are several. */
static struct server *only(struct servers *servers,
                           const struct bell__outbox *outbox)
{
    struct server *server = NULL;
    for (size_t i = 0; i < outbox->count; i++) {
        struct server *named = &servers->items[outbox->spans[i].place];
        if (server != NULL && named != server) {
            return NULL;
        }
        server = named;
    }
    return server;
}

static bell_status stage(struct bell__outbox *to,
                         const struct bell__outbox *from,
                         const struct bell__span *span)
{
    bell_status status = bell__outbox_begin(to);
    if (status != BELL_OK) {
        return status;
    }
    status = bell__buf_append(&to->bytes, from->bytes.bytes + span->offset,
                              span->size);
    struct bell__span *staged = &to->spans[to->count - 1];
    size_t offset = staged->offset;
    *staged = *span;
    staged->offset = offset;
    return status;
}

/* Each frame waits at its server. False: no memory, and nothing was done. */
static bool stage_all(struct servers *servers,
                      const struct bell__outbox *outbox)
{
    bell_status status = BELL_OK;
    for (uint32_t i = 0; i < servers->count; i++) {
        struct server *server = &servers->items[i];
        server->mark_count = server->staged.count;
        server->mark_size = server->staged.bytes.size;
    }
    for (size_t i = 0; status == BELL_OK && i < outbox->count; i++) {
        const struct bell__span *span = &outbox->spans[i];
        assert(span->place < servers->count);
        if (span->size != 0) { /* else nobody waits for it */
            status = stage(&servers->items[span->place].staged, outbox, span);
        }
    }
    for (uint32_t i = 0; status != BELL_OK && i < servers->count; i++) {
        struct server *server = &servers->items[i];
        server->staged.count = server->mark_count;
        server->staged.bytes.size = server->mark_size;
    }
    return status == BELL_OK;
}

static size_t staged_bytes(const struct servers *servers)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < servers->count; i++) {
        const struct server *server = &servers->items[i];
        bytes += server->staged.count != 0 ? server->staged.bytes.size : 0;
    }
    return bytes;
}

static void servers_send(struct bell__transport *transport,
                         struct bell__outbox *outbox)
{
    struct servers *servers = self(transport);
    if (transport->line != BELL__LINE_UP ||
        staged_bytes(servers) > servers->options.queue_bytes_max) {
        return;
    }
    struct server *server = only(servers, outbox);
    if (server != NULL && server->staged.count == 0 &&
        server->transport->idle) {
        server->transport->ops->send(server->transport, outbox);
        return;
    }
    if (!stage_all(servers, outbox)) { /* another time */
        bell__loop_due(servers->options.loop, servers->options.guest);
        return;
    }
    bell__outbox_clear(outbox);
    for (uint32_t i = 0; i < servers->count; i++) {
        push(&servers->items[i]);
    }
}

/* ---- In --------------------------------------------------------------------
 */

static bool servers_receive(struct bell__transport *transport,
                            struct bell__frame *frame)
{
    struct servers *servers = self(transport);
    for (uint32_t i = 0; i < servers->count; i++) {
        struct server *server = &servers->items[servers->turn];
        struct bell__transport *each = server->transport;
        servers->turn = (servers->turn + 1) % servers->count;
        bool found = each->ops->receive(each, frame);
        transport->heard |= each->heard;
        each->heard = false;
        push(server);
        if (found) {
            return true;
        }
    }
    return false;
}

/* ---- Its end ---------------------------------------------------------------
 */

static bool cancel_staged(struct server *server, uint64_t tag)
{
    for (size_t i = 0; i < server->staged.count; i++) {
        struct bell__span *span = &server->staged.spans[i];
        if (span->tag == tag && span->size != 0) {
            span->size = 0;
            return true;
        }
    }
    return false;
}

static bool servers_cancel(struct bell__transport *transport, uint64_t tag)
{
    struct servers *servers = self(transport);
    bool stayed = false;
    for (uint32_t i = 0; !stayed && i < servers->count; i++) {
        struct server *server = &servers->items[i];
        struct bell__transport *each = server->transport;
        stayed = cancel_staged(server, tag) || each->ops->cancel(each, tag);
        push(server);
    }
    return stayed;
}

static void servers_close(struct bell__transport *transport, uint16_t code)
{
    struct servers *servers = self(transport);
    if (transport->line == BELL__LINE_DOWN) {
        return;
    }
    for (uint32_t i = 0; i < servers->count; i++) {
        struct server *server = &servers->items[i];
        bell__outbox_clear(&server->staged);
        server->transport->ops->close(server->transport, code);
    }
    transport->line = BELL__LINE_DOWN;
    transport->idle = false;
    transport->end = servers->items[0].transport->end;
}

static void servers_rest(struct bell__transport *transport)
{
    struct servers *servers = self(transport);
    for (uint32_t i = 0; i < servers->count; i++) {
        struct server *server = &servers->items[i];
        if (server->staged.count == 0) {
            bell__outbox_close(&server->staged);
        }
        server->transport->ops->rest(server->transport);
    }
}

static size_t size_for(uint32_t count)
{
    return sizeof(struct servers) + count * sizeof(struct server);
}

static void servers_free(struct bell__transport *transport)
{
    struct servers *servers = self(transport);
    const bell_allocator *memory = servers->options.memory;
    for (uint32_t i = 0; i < servers->count; i++) {
        struct server *server = &servers->items[i];
        server->transport->ops->free(server->transport);
        bell__outbox_close(&server->staged);
    }
    bell__memory_free(memory, servers, size_for(servers->count));
}

static const struct bell__transport_ops ops = {
    .name = "servers",
    .open = servers_open,
    .send = servers_send,
    .receive = servers_receive,
    .close = servers_close,
    .cancel = servers_cancel,
    .rest = servers_rest,
    .free = servers_free,
};

bell_status
bell__http_servers_make(const struct bell__http_servers_options *options,
                        struct bell__transport *const *servers, uint32_t count,
                        struct bell__transport **transport)
{
    struct servers *made = bell__memory_take(options->memory, size_for(count));
    *transport = NULL;
    if (made == NULL) {
        for (uint32_t i = 0; i < count; i++) {
            servers[i]->ops->free(servers[i]);
        }
        return BELL_NO_MEMORY;
    }
    memset(made, 0, size_for(count));
    made->head.ops = &ops;
    made->options = *options;
    made->count = count;
    for (uint32_t i = 0; i < count; i++) {
        made->items[i].transport = servers[i];
        bell__outbox_open(&made->items[i].staged, options->memory, 0);
    }
    *transport = &made->head;
    return BELL_OK;
}
