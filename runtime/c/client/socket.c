/* socket.c: a WebSocket line for a link, by the client's options. It knows no
 * protocol. */
#include "client/client.h"
#include "client/secure.h"
#include "transport/ws.h"

bell_status bell__link_socket(struct bell__link *link,
                              const struct bell__link_texts *texts,
                              bell_error *error)
{
    bell_client *client = link->client;
    const bell_options *options = &client->options;
    struct bell__tls_options tls = bell__link_tls(options);
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
        .proxy = options->proxy,
    };
    bell_status status = bell__link_check_url(link, texts, error);
    return status != BELL_OK ? status
                             : bell__ws_make(&line, &link->transport, error);
}
