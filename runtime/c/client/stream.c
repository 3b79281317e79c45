/* stream.c: a stream of items as a kind of link. Where its url has parameters,
 * there is no line before somebody says what they are. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "client/client.h"
#include "client/message.h"
#include "client/secure.h"

/* Its path is not the same for all. */
static bool has_parameters(const struct bell__link *link)
{
    return link->table->path == NULL;
}

static bell_status make_transport(struct bell__link *link,
                                  const struct bell__link_texts *texts,
                                  bell_error *error)
{
    if (!has_parameters(link)) {
        return bell__link_socket(link, texts, error);
    }
    bell_status status = bell__link_check_url(link, texts, error);
    if (status != BELL_OK) {
        return status;
    }
    link->base_size = strlen(texts->url) + 1;
    link->base = bell__memory_take(&link->client->memory, link->base_size);
    if (link->base == NULL) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for a client");
    }
    memcpy(link->base, texts->url, link->base_size);
    return BELL_OK;
}

const bell_link_kind bell_link_stream = {
    .name = "stream",
    .not_found = "",
    .request_bytes_max = BELL__MESSAGE_REQUEST_MAX,
    .only_items = true,
    .pass = bell__message_pass,
    .protocol = bell__message_link,
    .transport = make_transport,
    .encode = bell__message_encode,
};
