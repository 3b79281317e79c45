/* rest_line.c: how a link of REST reaches its servers: each has exchanges of
 * its own, and in front of all of them is what is kept of their answers. It
 * knows no calls. */
#include "client/rest_line.h"

#include "base/error.h"
#include "base/memory.h"
#include "client/client.h"
#include "client/secure.h"
#include "core/places.h"
#include "transport/http.h"
#include "transport/http_cache.h"
#include "transport/http_servers.h"

static bell_status no_memory(bell_error *error)
{
    return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                           "no memory for a client");
}

static bell_status make_server(const struct bell__link *link, const char *url,
                               struct bell__transport **transport,
                               bell_error *error)
{
    bell_client *client = link->client;
    const bell_options *options = &client->options;
    struct bell__tls_options tls = bell__link_tls(options);
    struct bell__http_options http = {
        .memory = &client->memory,
        .loop = client->loop,
        .guest = &client->guest,
        .url = url,
        .user_agent = options->user_agent,
        .headers = options->headers,
        .header_count = options->header_count,
        .tls = &tls,
        .connect_ms = options->connect_deadline_ms,
        .connections_max = options->connections_max,
        .idle_max = options->idle_max,
        .idle_ms = options->idle_ms,
        .head_bytes_max = options->head_bytes_max,
        .message_bytes_max = options->message_bytes_max,
        .redirects_max = options->redirects_max,
        .gzip = options->gzip,
        .inflated_bytes_max = options->inflated_bytes_max,
        .proxy = options->proxy,
    };
    return bell__http_make(&http, transport, error);
}

/* One of `urls`, which is told by its index. */
static bell_status make_further(const struct bell__link *link,
                                const struct bell__link_texts *texts, size_t i,
                                struct bell__transport **transport,
                                bell_error *error)
{
    bell_error wrong = {0};
    const char *url = texts->urls[i];
    bell_status status =
        make_server(link, url == NULL ? "" : url, transport, &wrong);
    if (status != BELL_INVALID) {
        *error = wrong;
        return status;
    }
    return bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                           texts->own_urls ? "options: links, %s: urls[%zu]: %s"
                                           : "options: %.0surls[%zu]: %s",
                           link->table->name, i, wrong.message);
}

/* All of them in one. It is not asked where there is one alone, unless answers
 * are kept: one of those must not wait for a connection. */
static bell_status join(struct bell__link *link,
                        struct bell__transport *const *servers, uint32_t count,
                        bell_error *error)
{
    bell_client *client = link->client;
    const bell_options *options = &client->options;
    struct bell__http_servers_options joined = {
        .memory = &client->memory,
        .loop = client->loop,
        .guest = &client->guest,
        .queue_bytes_max = options->queue_bytes_max,
    };
    if (count == 1 && options->cache_ms == 0) {
        link->transport = servers[0];
        return BELL_OK;
    }
    bell_status status =
        bell__http_servers_make(&joined, servers, count, &link->transport);
    return status == BELL_OK ? status : no_memory(error);
}

static bell_status make_servers(struct bell__link *link,
                                const struct bell__link_texts *texts,
                                bell_error *error)
{
    struct bell__transport *servers[BELL__PLACES_MAX];
    uint32_t count = 0;
    bell_status status = make_server(link, texts->url, &servers[count], error);
    while (status == BELL_OK && ++count <= texts->url_count) {
        status = make_further(link, texts, count - 1, &servers[count], error);
    }
    if (status == BELL_OK) {
        return join(link, servers, count, error);
    }
    while (count-- > 0) {
        servers[count]->ops->free(servers[count]);
    }
    return status;
}

static bell_status make_places(struct bell__link *link, size_t further,
                               bell_error *error)
{
    bell_client *client = link->client;
    if (further == 0) {
        return BELL_OK;
    }
    link->places = bell__memory_take(&client->memory, sizeof *link->places);
    if (link->places == NULL) {
        return no_memory(error);
    }
    bell__places_open(link->places, (uint32_t)further + 1,
                      client->options.url_rest_ms);
    return BELL_OK;
}

static bell_status make_cache(struct bell__link *link, bell_error *error)
{
    bell_client *client = link->client;
    struct bell__http_cache_options cache = {
        .memory = &client->memory,
        .loop = client->loop,
        .guest = &client->guest,
        .cache_ms = client->options.cache_ms,
        .cache_bytes_max = client->options.cache_bytes_max,
    };
    if (cache.cache_ms == 0) {
        return BELL_OK;
    }
    bell_status status =
        bell__http_cache_make(&cache, link->transport, &link->transport);
    return status == BELL_OK ? status : no_memory(error);
}

bell_status bell__rest_line(struct bell__link *link,
                            const struct bell__link_texts *texts,
                            bell_error *error)
{
    bell_status status = bell__link_check_url(link, texts, error);
    if (status == BELL_OK) {
        status = make_places(link, texts->url_count, error);
    }
    if (status == BELL_OK) {
        status = make_servers(link, texts, error);
    }
    return status == BELL_OK ? make_cache(link, error) : status;
}
