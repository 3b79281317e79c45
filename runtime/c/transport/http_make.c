/* http_make.c: options become exchanges of HTTP: what of them is kept, and what
 * every request of them says. It knows no lines. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/str.h"
#include "transport/headers.h"
#include "transport/http_line.h"

enum {
    CONNECTIONS_MAX = 100,
    CONNECT_MS = 5000,
    IDLE_MAX = 20,
    IDLE_MS = 4000,
    REDIRECTS_MAX = 5,
    HEAD_BYTES_MAX = 64 * 1024,
    BESIDE = 96 /* names, line ends and NULs */
};

static const char standard_agent[] = "bellpull/" BELL_VERSION;

static bell_status no_memory(bell_error *error)
{
    return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                           "no memory for a connection");
}

static size_t size_of(const char *text)
{
    return text == NULL ? 0 : strlen(text) + 1;
}

/* The room is there: nothing moves any more. */
static const char *keep(struct bell__http *http, const char *text)
{
    struct bell__buf *texts = &http->texts;
    const char *at = texts->bytes + texts->size;
    bell__buf_add(texts, text, size_of(text));
    return text == NULL ? NULL : at;
}

/* Lines from `start` on. */
static bell_string since(const struct bell__buf *texts, size_t start)
{
    return (bell_string){texts->bytes + start, texts->size - start};
}

static void keep_tls(struct bell__http *http)
{
    const struct bell__tls_options *tls = http->options.tls;
    struct bell__tls_options *kept = &http->tls_options;
    if (tls != NULL) {
        *kept = *tls;
        kept->ca_file = keep(http, tls->ca_file);
        kept->ca_folder = keep(http, tls->ca_folder);
        kept->certificate_file = keep(http, tls->certificate_file);
        kept->key_file = keep(http, tls->key_file);
    }
}

static size_t tls_size(const struct bell__tls_options *tls)
{
    return tls == NULL
               ? 0
               : size_of(tls->ca_file) + size_of(tls->ca_folder) +
                     size_of(tls->certificate_file) + size_of(tls->key_file);
}

/* What every request says. A program's own User-Agent replaces ours. */
static void write_lines(struct bell__http *http, bell_string host)
{
    const bell_header *headers = http->options.headers;
    size_t count = http->options.header_count;
    struct bell__buf *texts = &http->texts;
    size_t start = texts->size;
    bell__buf_add_text(texts, "Host: ");
    bell__buf_add_string(texts, host);
    bell__buf_add_text(texts, "\r\n");
    size_t agent = texts->size;
    if (!bell__headers_have(headers, count, "User-Agent")) {
        bell__buf_add_text(texts, "User-Agent: ");
        bell__buf_add_text(texts, http->options.user_agent);
        bell__buf_add_text(texts, "\r\n");
    }
    if (http->options.gzip) {
        bell__buf_add_text(texts, "Accept-Encoding: gzip\r\n");
    }
    http->agent = since(texts, agent);
    http->standing = since(texts, start);
    if (count != 0) { /* they begin with a line break: it ends the last */
        size_t extra = texts->size + 2;
        char *end = bell__headers_put(headers, count, texts->bytes + extra - 2);
        texts->size = (size_t)(end - texts->bytes);
        bell__buf_add_text(texts, "\r\n");
        http->extra = since(texts, extra);
    }
}

static bell_status keep_texts(struct bell__http *http, bell_error *error)
{
    const struct bell__http_options *options = &http->options;
    struct bell__url read;
    bell_status status = bell__url_read(options->url, &read, error);
    if (status != BELL_OK) {
        return status;
    }
    size_t size = size_of(options->url) + tls_size(options->tls) +
                  read.authority.size + size_of(options->user_agent) +
                  bell__headers_size(options->headers, options->header_count) +
                  BESIDE;
    if (bell__buf_reserve(&http->texts, size) != BELL_OK) {
        return no_memory(error);
    }
    const char *url = keep(http, options->url);
    keep_tls(http);
    write_lines(http, read.authority);
    return bell__url_read(url, &http->url, error);
}

static bell_status read_base(struct bell__http *http, bell_error *error)
{
    if (http->url.query.size != 0) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "the url has a query, and paths are to be put "
                               "behind it");
    }
    http->base = http->url.path;
    while (bell__str_ends(http->base, BELL_STR("/"))) {
        http->base.size--;
    }
    return BELL_OK;
}

static bool is_text(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e) {
            return false;
        }
    }
    return true;
}

static bell_status check(const struct bell__http_options *options,
                         bell_error *error)
{
    if (!is_text(options->user_agent)) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "user_agent is not printable ASCII");
    }
    if (options->gzip && !BELL_HAS_ZLIB) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "gzip is something that this build of the "
                               "library does not have (BELLPULL_ZLIB)");
    }
    return BELL_OK;
}

static bell_status prepare(struct bell__http *http, bell_error *error)
{
    const struct bell__http_options *options = &http->options;
    bell_status status = check(options, error);
    if (status == BELL_OK) {
        status = keep_texts(http, error);
    }
    if (status == BELL_OK) {
        status = read_base(http, error);
    }
    if (status == BELL_OK && options->proxy != NULL) {
        status = bell__proxy_make(options->memory, options->proxy, &http->proxy,
                                  error);
    }
    if (status == BELL_OK && http->url.secure) {
        status = bell__tls_open(options->loop, &http->tls_options, &http->tls,
                                error);
    }
    if (status != BELL_OK) {
        return status;
    }
    http->scarce = bell__memory_take(options->memory, sizeof *http->scarce);
    return http->scarce == NULL ? no_memory(error) : BELL_OK;
}

static void fill_in(struct bell__http_options *options)
{
    if (options->user_agent == NULL) {
        options->user_agent = standard_agent;
    }
    if (options->connections_max == 0) {
        options->connections_max = CONNECTIONS_MAX;
    }
    if (options->connect_ms == 0) {
        options->connect_ms = CONNECT_MS;
    }
    if (options->idle_max == 0) {
        options->idle_max = IDLE_MAX;
    }
    if (options->idle_ms == 0) {
        options->idle_ms = IDLE_MS;
    }
    if (options->inflated_bytes_max == 0) {
        options->inflated_bytes_max = options->message_bytes_max;
    }
    if (options->redirects_max == 0) {
        options->redirects_max = REDIRECTS_MAX;
    }
    if (options->head_bytes_max == 0) {
        options->head_bytes_max = HEAD_BYTES_MAX;
    }
}

/* Nothing of the caller's is kept but what outlives us. */
static void forget_options(struct bell__http_options *options)
{
    options->url = NULL;
    options->user_agent = NULL;
    options->headers = NULL;
    options->tls = NULL;
    options->proxy = NULL;
}

static void open_queue(struct bell__http_queue *queue)
{
    queue->first = NULL;
    queue->end = &queue->first;
}

bell_status bell__http_make(const struct bell__http_options *options,
                            struct bell__transport **transport,
                            bell_error *error)
{
    struct bell__http *made = bell__memory_take(options->memory, sizeof *made);
    *transport = NULL;
    if (made == NULL) {
        return no_memory(error);
    }
    memset(made, 0, sizeof *made);
    made->head.ops = &bell__http_ops;
    made->options = *options;
    fill_in(&made->options);
    open_queue(&made->idle);
    open_queue(&made->unread);
    open_queue(&made->over);
    made->expiry.rings = bell__http_expire;
    made->spare = &made->first;
    bell__outbox_open(&made->first.out, options->memory, 0);
    bell__buf_open(&made->spare_head, options->memory, 0);
    bell__buf_open(&made->inflated, options->memory, 0);
    bell__buf_open(&made->texts, options->memory, 0);
    bell_status status = prepare(made, error);
    forget_options(&made->options);
    if (status != BELL_OK) {
        made->head.ops->free(&made->head);
        return status;
    }
    *transport = &made->head;
    return BELL_OK;
}
