/* mode.c: which protocol carries a client's calls. */
#include "client/client.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "protocol/centrifugo.h"
#include "protocol/channel.h"

enum { NAME_BYTES_MAX = 256 };

static bell_status invalid(bell_error *error, const char *what)
{
    return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                           "options: %s", what);
}

/* Puts the user's id where the pattern says {user_id}. */
static bell_status fill_user(const char *pattern, const char *user, char *name,
                             bell_error *error)
{
    static const char mark[] = "{user_id}";
    const char *at = strstr(pattern, mark);
    int size = 0;
    if (at == NULL) {
        size = snprintf(name, NAME_BYTES_MAX, "%s", pattern);
    } else if (user == NULL || user[0] == '\0') {
        return invalid(error, "channel mode needs a user id");
    } else {
        size = snprintf(name, NAME_BYTES_MAX, "%.*s%s%s", (int)(at - pattern),
                        pattern, user, at + sizeof mark - 1);
    }
    if (size < 0 || size >= NAME_BYTES_MAX) {
        return invalid(error, "reply_channel is longer than 255 bytes");
    }
    return BELL_OK;
}

/* A channel's protocol over Centrifugo's. */
static bell_status open_channel(bell_client *client,
                                struct bell__protocol *inner, bell_error *error)
{
    const bell_options *options = &client->options;
    char reply[NAME_BYTES_MAX];
    struct bell__channel_options channel = {
        .memory = &client->memory,
        .inner = inner,
        .free_inner = bell__centrifugo_free,
        .request_channel = options->request_channel != NULL
                               ? options->request_channel
                               : "rpc.requests",
        .reply_channel = reply,
        .responder_user = options->responder_user,
    };
    const char *pattern = options->reply_channel != NULL
                              ? options->reply_channel
                              : "user#{user_id}";
    bell_status status = fill_user(pattern, options->user_id, reply, error);
    if (status == BELL_OK && !bell__random_take(&client->random, channel.nonce,
                                                sizeof channel.nonce)) {
        status = invalid(error, "the system gives no random bytes");
    }
    if (status != BELL_OK) {
        bell__centrifugo_free(inner);
        return status;
    }
    status = bell__channel_make(&channel, &client->protocol);
    return status == BELL_INVALID
               ? invalid(error, "a channel's name or responder_user is empty, "
                                "longer than 255 bytes or not UTF-8")
               : status;
}

bell_status bell__mode_open(bell_client *client, bell_error *error)
{
    const bell_options *options = &client->options;
    struct bell__centrifugo_options centrifugo = {
        &client->memory, options->token, options->name};
    struct bell__protocol *inner = NULL;
    bell_status status = bell__centrifugo_make(&centrifugo, &inner);
    if (status != BELL_OK) {
        return status;
    }
    client->greeter = inner;
    if (options->mode == BELL_MODE_CHANNEL) {
        return open_channel(client, inner, error);
    }
    client->protocol = inner;
    return BELL_OK;
}

void bell__mode_close(bell_client *client)
{
    if (client->options.mode == BELL_MODE_CHANNEL) {
        bell__channel_free(client->protocol);
    } else {
        bell__centrifugo_free(client->protocol);
    }
}

const bell_link_kind bell_link_centrifugo = {.name = "centrifugo"};
