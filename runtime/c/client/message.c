/* message.c: what links of messages and of streams have in common: their
 * protocol, and calls as messages. */
#include "client/message.h"

#include "base/error.h"
#include "client/client.h"
#include "protocol/message.h"

bell_status bell__message_link(struct bell__link *link,
                               const struct bell__link_texts *texts,
                               bell_error *error)
{
    struct bell__message_options options = {
        .memory = &link->client->memory,
        .socket = link->table->socket,
        .service = link->client->service,
        .link = link->index,
        .token = texts->token,
    };
    bell_status status = bell__message_make(&options, &link->protocol);
    if (status == BELL_INVALID) {
        bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                        "options: the token is not UTF-8");
    } else if (status != BELL_OK) {
        bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                        "no memory for a client");
    }
    return status;
}

/* The object's members stand behind the tag: its brace becomes a comma. */
bell_status bell__message_encode(struct bell__link *link, struct bell__buf *out,
                                 const bell_method *method, const void *params,
                                 bell_error *error)
{
    size_t at = out->size;
    bell_status status = BELL_OK;
    if (method->params == NULL) {
        status = bell__buf_append(out, "}", 1);
    } else {
        status = bell__encode(out, method->params, params,
                              &link->client->limits, error);
        if (status != BELL_OK) {
            return status;
        }
        bool empty = out->bytes[at + 1] == '}';
        out->bytes[at] = empty ? '}' : ',';
        out->size -= empty;
    }
    if (status != BELL_OK) {
        bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                        "no memory for the request");
    }
    return status;
}
