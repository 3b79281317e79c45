/* message.c: what links of messages and of streams have in common: their
 * protocol, and calls as messages. */
#include "client/message.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "client/client.h"
#include "client/tokens.h"
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

/* False where memory is short. */
static bool show(struct bell__link *link, bell_string text)
{
    const bell_allocator *memory = &link->client->memory;
    char *token = bell__memory_take(memory, text.size + 1);
    if (token == NULL) {
        return false;
    }
    memcpy(token, text.text, text.size);
    token[text.size] = '\0';
    bell_status status = link->protocol->ops->token(link->protocol, token);
    bell__memory_wipe(token, text.size);
    bell__memory_free(memory, token, text.size + 1);
    return status == BELL_OK;
}

enum bell__pass bell__message_pass(struct bell__link *link)
{
    const bell_socket *socket = link->table->socket;
    const struct bell__tokens *tokens = link->client->tokens;
    if (socket->auth_token == NULL) {
        return BELL__PASS_READY;
    }
    if (tokens != NULL && !link->own_token) {
        const bell_route roles = {.roles = socket->roles,
                                  .role_count = socket->role_count};
        const struct bell__token *token = bell__tokens_choose(tokens, &roles);
        bool theirs = token != NULL && token->serial == tokens->own_serial;
        if (token != NULL && !theirs && show(link, bell__token_text(token))) {
            return BELL__PASS_READY;
        }
        if (token == NULL && !link->asks) { /* it was forgotten */
            (void)link->protocol->ops->token(link->protocol, NULL);
        }
    }
    if (link->asks) {
        return BELL__PASS_ASK;
    }
    return bell__message_has_token(link->protocol) ? BELL__PASS_READY
                                                   : BELL__PASS_NONE;
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
