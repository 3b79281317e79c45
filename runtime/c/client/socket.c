/* socket.c: a WebSocket line for a link, by the client's options. It knows no
 * protocol. */
#include "base/error.h"
#include "client/client.h"
#include "transport/url.h"
#include "transport/ws.h"

/* A wrong url of an option is told with its row. */
static bell_status check_url(const struct bell__link *link,
                             const struct bell__link_texts *texts,
                             bell_error *error)
{
    struct bell__url url;
    bell_error wrong;
    if (!texts->own_url) {
        return BELL_OK; /* who makes the line tells it */
    }
    bell_status status = bell__url_read(texts->url, &url, &wrong);
    if (status == BELL_OK) {
        return BELL_OK;
    }
    return bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                           "options: links, %s: %s", link->table->name,
                           wrong.message);
}

bell_status bell__link_socket(struct bell__link *link,
                              const struct bell__link_texts *texts,
                              bell_error *error)
{
    bell_client *client = link->client;
    const bell_options *options = &client->options;
    struct bell__tls_options tls = {
        .ca_file = options->tls_ca_file,
        .ca_folder = options->tls_ca_folder,
        .certificate_file = options->tls_certificate_file,
        .key_file = options->tls_key_file,
        .version_min = options->tls_version_min == BELL_TLS_1_3 ? BELL_TLS_1_3
                                                                : BELL_TLS_1_2,
        .unverified = options->tls_insecure_accept_anybody,
    };
    struct bell__ws_options line = {
        .tls = &tls,
        .memory = &client->memory,
        .loop = client->loop,
        .guest = &client->guest,
        .url = texts->url,
        .path_default = link->table->kind->path,
        .hint_404 = link->table->kind->not_found,
        .origin = options->origin,
        .headers = options->headers,
        .header_count = options->header_count,
        .message_bytes_max = options->message_bytes_max,
    };
    bell_status status = check_url(link, texts, error);
    return status != BELL_OK ? status
                             : bell__ws_make(&line, &link->transport, error);
}
