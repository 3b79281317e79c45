/* open.c: a client's beginning and end. */
#include "client/client.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "client/deliver.h"
#include "client/every.h"
#include "fake/fake.h"

/* Frees whatever of a client exists. */
static void free_client(struct bell__guest *guest)
{
    bell_client *client = (bell_client *)(void *)guest;
    bell_allocator memory = client->memory;
    for (uint32_t i = 0; i < client->link_count; i++) {
        bell__link_free(&client->links[i]);
    }
    bell__memory_free(&memory, client->links,
                      client->service->link_count * sizeof *client->links);
    if (client->every_ops != NULL) {
        client->every_ops->free(client);
    }
    bell__reply_close(&client->spare);
    bell__failure_close(&client->failure);
    bell__reply_close(&client->heard.lent.headers);
    bell__reply_close(&client->heard.kept.headers);
    bell__memory_free(&memory, client->heard.kept_head.bytes,
                      client->heard.kept_head.capacity);
    while (client->later != NULL) {
        struct bell__later *later = client->later;
        client->later = later->next;
        bell__reply_close(&later->reply);
        bell__failure_close(&later->failure);
        bell__memory_free(&memory, later, sizeof *later);
    }
    bell__log_close(client);
    if (client->own_loop) {
        client->loop->orphan = true;
    }
    bell__memory_free(&memory, client, sizeof *client);
}

static bell_status no_memory(bell_error *error)
{
    return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                           "no memory for a client");
}

static bell_status make_links(bell_client *client, bell_error *error)
{
    const bell_service *service = client->service;
    uint32_t count = service->link_count;
    assert(count <= BELL__LINKS_MAX);
    if (count == 0) {
        return BELL_OK;
    }
    client->links =
        bell__memory_take(&client->memory, count * sizeof *client->links);
    if (client->links == NULL) {
        return no_memory(error);
    }
    for (uint32_t i = 0; i < count; i++) {
        struct bell__link *link = &client->links[i];
        client->link_count++; /* also what is half made is freed */
        bell_status status = bell__link_make(client, i, link, error);
        if (status == BELL_OK &&
            (service->links[i].flags & BELL_LINK_AT_OPEN) != 0) {
            status = bell__link_want(link, error);
        }
        if (status != BELL_OK) {
            return status;
        }
    }
    return BELL_OK;
}

static bell_status make_parts(bell_client *client, bell_error *error)
{
    bell_status status = make_links(client, error);
    if (status == BELL_OK && bell__log_open(client) != BELL_OK) {
        status = no_memory(error);
    }
    return status;
}

static bell_status open_loop(const bell_options *options,
                             const bell_allocator *memory, bell_loop **loop,
                             bell_error *error)
{
    if (options->fake != NULL) {
        *loop = ((struct bell__line_maker *)(void *)options->fake)->loop;
        return BELL_OK;
    }
    if (options->loop != NULL) {
        *loop = options->loop;
        return BELL_OK;
    }
    return bell_loop_open(memory, loop, error);
}

/* A client of a fake is the same in every environment. */
static bell_status read_environment(struct bell__environment *environment,
                                    const bell_service *service,
                                    const bell_options *options,
                                    bell_error *error)
{
    const char *prefix = bell__options_environment(service);
    bell__environment_open(environment);
    return prefix == NULL || options->fake != NULL
               ? BELL_OK
               : bell__environment_read(environment, prefix, error);
}

static bell_status open_client(const bell_service *service,
                               const bell_options *options, size_t error_size,
                               bell_client **client, bell_error *error)
{
    const bell_allocator *memory =
        options->allocator != NULL ? options->allocator : &bell__memory_default;
    struct bell__environment environment;
    bell_status status = bell__options_check(options, service, error);
    if (status == BELL_OK) {
        status = read_environment(&environment, service, options, error);
    }
    if (status != BELL_OK) {
        return status;
    }
    bell_client *made = bell__memory_take(memory, sizeof *made);
    if (made == NULL) {
        return no_memory(error);
    }
    memset(made, 0, sizeof *made);
    made->memory = *memory;
    status = open_loop(options, &made->memory, &made->loop, error);
    if (status != BELL_OK) {
        bell__memory_free(memory, made, sizeof *made);
        return status;
    }
    made->own_loop = options->loop == NULL && options->fake == NULL;
    made->guest.turn = bell__client_turn;
    made->guest.free = free_client;
    made->later_end = &made->later;
    made->service = service;
    made->options = *options;
    made->error_size = error_size;
    made->environment = environment;
    made->limits.depth_max = options->depth_max;
    made->limits.items_max = options->items_max;
    made->limits.pattern_work = &made->pattern_work;
    if (!bell__loop_held(made->loop)) {
        bell__loop_clock(made->loop);
    }
    status = make_parts(made, error);
    if (status != BELL_OK) {
        struct bell_loop *loop = made->loop;
        free_client(&made->guest);
        bell__loop_end(loop);
        return status;
    }
    bell__options_forget(&made->options);
    bell__loop_join(made->loop, &made->guest);
    bell__loop_due(made->loop, &made->guest);
    *client = made;
    return BELL_OK;
}

bell_status bell_client_open(const bell_service *service,
                             const bell_options *options, size_t options_size,
                             bell_client **client, bell_error *error,
                             size_t error_size)
{
    bell_options filled;
    bell_error trouble;
    if (client == NULL) {
        return bell__client_missing(error);
    }
    *client = NULL;
    memset(&filled, 0, sizeof filled);
    if (options != NULL) {
        memcpy(&filled, options,
               options_size < sizeof filled ? options_size : sizeof filled);
    }
    bell__options_fill(&filled, service);
    memset(&trouble, 0, sizeof trouble);
    bell_status status =
        open_client(service, &filled, error_size, client, &trouble);
    if (error != NULL) {
        memset(error, 0, error_size);
        memcpy(error, &trouble,
               error_size < sizeof trouble ? error_size : sizeof trouble);
    }
    return status;
}

bell_loop *bell_client_loop(bell_client *client)
{
    return client->loop;
}

static uint64_t ignored_replies(const bell_client *client)
{
    uint64_t ignored = 0;
    for (uint32_t i = 0; i < client->link_count; i++) {
        if (client->links[i].session != NULL) {
            ignored += bell__session_ignored(client->links[i].session);
        }
    }
    return ignored;
}

static void close_links(bell_client *client)
{
    bool lived[BELL__LINKS_MAX] = {false};
    for (uint32_t i = 0; i < client->link_count; i++) {
        struct bell__link *link = &client->links[i];
        lived[i] = link->session != NULL && !bell__state_is_over(link);
        bell__link_shut(link);
    }
    bell__deliver_waiting(client);
    for (uint32_t i = 0; i < client->link_count; i++) {
        struct bell__link *link = &client->links[i];
        if (link->session != NULL) {
            bell__deliver(link);
            link->transport->ops->close(link->transport, 1000);
        }
    }
    for (uint32_t i = 0; i < client->link_count; i++) {
        if (lived[i]) {
            bell__state_closed(&client->links[i]);
        }
    }
}

void bell_close(bell_client *client)
{
    if (client == NULL || !bell__owner_seize(&client->loop->owner) ||
        client->closed) {
        return;
    }
    struct bell_loop *loop = client->loop;
    client->closed = true;
    bell__loop_hold(loop);
    uint64_t ignored = ignored_replies(client);
    if (ignored != 0) {
        bell__log(client, BELL_LEVEL_INFO, "closed",
                  "closed; %" PRIu64 " replies came for calls that were over",
                  ignored);
    } else {
        bell__log(client, BELL_LEVEL_INFO, "closed", "closed");
    }
    close_links(client);
    bell__loop_let_go(loop);
    bell__loop_leave(loop, &client->guest);
    bell__loop_end(loop);
}
