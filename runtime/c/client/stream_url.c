/* stream_url.c: the url of a stream that has parameters, and the line to it. It
 * knows no items. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "client/client.h"
#include "client/push.h"
#include "record/route.h"

/* What stands in the request line between its two spaces. */
static bell_string target_of(const struct bell__buf *head)
{
    const char *from = memchr(head->bytes, ' ', head->size);
    const char *end = head->bytes + head->size;
    if (from == NULL) {
        return (bell_string){"", 0};
    }
    from++;
    const char *to = memchr(from, ' ', (size_t)(end - from));
    return (bell_string){from, to != NULL ? (size_t)(to - from) : 0};
}

static bell_status write_url(struct bell__link *link, const bell_stream *stream,
                             const void *params, struct bell__buf *url,
                             bell_error *error)
{
    struct bell__buf head;
    size_t stem = strlen(link->base);
    while (stem > 0 && link->base[stem - 1] == '/') {
        stem--;
    }
    bell__buf_open(&head, &link->client->memory, 0);
    bell_status status = bell__route_head(&head, stream->route, params,
                                          &link->client->limits, error);
    if (status == BELL_OK) {
        bell_string target = target_of(&head);
        status = bell__buf_append(url, link->base, stem);
        if (status == BELL_OK) {
            status = bell__buf_append(url, target.text, target.size);
        }
        if (status == BELL_OK) {
            status = bell__buf_append(url, "", 1);
        }
        if (status != BELL_OK) {
            bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                            "no memory for a connection");
        }
    }
    bell__buf_close(&head);
    return status;
}

static bool is_same(const struct bell__link *link, const struct bell__buf *url)
{
    return link->url != NULL && link->url_size == url->size &&
           memcmp(link->url, url->bytes, url->size) == 0;
}

/* The line that there was is idle: it goes. */
static bell_status take_url(struct bell__link *link,
                            const struct bell__buf *url, bell_error *error)
{
    bell_client *client = link->client;
    char *copy = bell__memory_take(&client->memory, url->size);
    if (copy == NULL) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for a connection");
    }
    memcpy(copy, url->bytes, url->size);
    struct bell__link_texts texts = {.url = copy};
    struct bell__transport *before = link->transport;
    link->transport = NULL;
    bell_status status = bell__link_socket(link, &texts, error);
    if (status != BELL_OK) {
        link->transport = before;
        bell__memory_free(&client->memory, copy, url->size);
        return status;
    }
    if (before != NULL) {
        before->ops->free(before);
    }
    bell__memory_free(&client->memory, link->url, link->url_size);
    link->url = copy;
    link->url_size = url->size;
    return BELL_OK;
}

bell_status bell__stream_url(struct bell__link *link, const bell_stream *stream,
                             const void *params, bell_error *error)
{
    struct bell__buf url;
    if (params == NULL) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "%s needs params", stream->name);
    }
    if (link->base == NULL) { /* of a fake */
        return BELL_OK;
    }
    bell__buf_open(&url, &link->client->memory, 0);
    bell_status status = write_url(link, stream, params, &url, error);
    if (status == BELL_OK && !is_same(link, &url)) {
        bool used = link->session != NULL && !link->idle;
        status = used ? bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                                        "%s has other params already: stop it "
                                        "first",
                                        stream->name)
                      : take_url(link, &url, error);
    }
    bell__buf_close(&url);
    return status;
}
