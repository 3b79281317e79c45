/* mode.c: Centrifugo as a kind of link: by its rpc command, or in channel mode.
 * The one file of the client that names this protocol. */
#include "client/client.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "protocol/centrifugo.h"
#include "protocol/channel.h"

enum { NAME_BYTES_MAX = 256 };

static bell_status invalid(bell_error *error, const char *what)
{
    return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                           "options: %s", what);
}

static bool add(char *name, size_t *size, const char *text, size_t more)
{
    bool fits = more < NAME_BYTES_MAX - *size;
    if (fits) {
        memcpy(name + *size, text, more);
        *size += more;
        name[*size] = '\0';
    }
    return fits;
}

/* Puts the user's id wherever the pattern says {user_id}. */
static bell_status fill_user(const char *pattern, const char *user, char *name,
                             bell_error *error)
{
    static const char mark[] = "{user_id}";
    const char *at = strstr(pattern, mark);
    size_t size = 0;
    bool fits = true;
    if (at != NULL && (user == NULL || user[0] == '\0')) {
        return invalid(error, "channel mode needs a user id");
    }
    for (; fits && at != NULL; at = strstr(pattern, mark)) {
        fits = add(name, &size, pattern, (size_t)(at - pattern)) &&
               add(name, &size, user, strlen(user));
        pattern = at + sizeof mark - 1;
    }
    if (!fits || !add(name, &size, pattern, strlen(pattern))) {
        return invalid(error, "reply_channel is longer than 255 bytes");
    }
    return BELL_OK;
}

/* A channel's protocol over Centrifugo's. */
static bell_status open_channel(struct bell__link *link,
                                struct bell__protocol *inner, bell_error *error)
{
    bell_client *client = link->client;
    const bell_options *options = &client->options;
    struct bell__random *random = &client->loop->random;
    char reply[NAME_BYTES_MAX];
    struct bell__channel_options channel = {
        .memory = &client->memory,
        .inner = inner,
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
    if (status == BELL_OK &&
        !bell__random_take(random, channel.nonce, sizeof channel.nonce)) {
        status = invalid(error, "the system gives no random bytes");
    }
    if (status != BELL_OK) {
        bell__protocol_free(inner);
        return status;
    }
    status = bell__channel_make(&channel, &link->protocol);
    return status == BELL_INVALID
               ? invalid(error, "a channel's name or responder_user is empty, "
                                "longer than 255 bytes or not UTF-8")
               : status;
}

/* The data of the connect command as it is sent: checked, and without white
 * space, so that it holds no line break. */
static bell_status write_data(const struct bell__link *link,
                              struct bell__buf *out, bell_error *error)
{
    static const bell_type json = {.kind = BELL_KIND_JSON,
                                   .size = sizeof(bell_json)};
    const bell_client *client = link->client;
    const bell_json *data = &client->options.connect_data;
    bell_error wrong;
    if (data->size == 0) {
        return BELL_OK;
    }
    bell_status status =
        bell__encode(out, &json, data, &client->limits, &wrong);
    if (status == BELL_NO_MEMORY) {
        return status;
    }
    if (status != BELL_OK) { /* the codec's words stand behind its path */
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "options: the connect data is wrong: %s",
                               wrong.message + strlen(wrong.path) + 2);
    }
    size_t most = bell__link_request_bytes(link);
    if (out->size > most) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "options: the connect data is larger than "
                               "request_bytes_max (%zu)",
                               most);
    }
    return BELL_OK;
}

static bell_status open_mode(struct bell__link *link,
                             const struct bell__link_texts *texts,
                             bell_string data, bell_error *error)
{
    bell_client *client = link->client;
    struct bell__centrifugo_options centrifugo = {
        .memory = &client->memory,
        .token = texts->token,
        .name = client->options.name,
        .data = data,
        .keeps_greeting = client->options.state_changed != NULL,
        .advises = client->options.mode == BELL_MODE_NATIVE,
    };
    struct bell__protocol *inner = NULL;
    bell_status status = bell__centrifugo_make(&centrifugo, &inner);
    if (status == BELL_OK && client->options.mode == BELL_MODE_CHANNEL) {
        status = open_channel(link, inner, error);
    } else {
        link->protocol = inner;
    }
    return status;
}

static bell_status make_protocol(struct bell__link *link,
                                 const struct bell__link_texts *texts,
                                 bell_error *error)
{
    struct bell__buf data;
    bell__buf_open(&data, &link->client->memory, 0);
    bell_status status = write_data(link, &data, error);
    if (status == BELL_OK) {
        bell_string written = {data.bytes, data.size};
        status = open_mode(link, texts, written, error);
    }
    if (data.size != 0) { /* it may hold a secret */
        bell__memory_wipe(data.bytes, data.size);
    }
    bell__buf_close(&data);
    if (status == BELL_NO_MEMORY) {
        bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                        "no memory for a client");
    }
    return status;
}

const bell_link_kind bell_link_centrifugo = {
    .name = "centrifugo",
    .path = "/connection/websocket",
    .not_found = "is the path right? Centrifugo's is /connection/websocket",
    .environment = "CENTRIFUGO",
    .request_bytes_max = 65536, /* Centrifugo's own limit */
    .protocol = make_protocol,
    .transport = bell__link_socket,
};
