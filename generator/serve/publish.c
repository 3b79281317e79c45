/* publish.c: publications to rpc.requests, judged and answered. */
#include "serve/publish.h"

#include <stdio.h>
#include <string.h>

#include "json/members.h"

enum { CORRELATION_BYTES_MAX = 128 };

static const char request_channel[] = "rpc.requests";

/* A JSON string of at most PUBLISH_NAME_BYTES_MAX - 1 bytes, unescaped and
 * without a NUL in it. */
static bool read_name(bell_string quoted, char *out)
{
    bell_string name;
    if (!bell__peer_text(quoted, out, PUBLISH_NAME_BYTES_MAX, &name)) {
        return false;
    }
    out[name.size] = '\0';
    return strlen(out) == name.size;
}

static void refuse(struct publication *publication, int32_t code,
                   const char *message)
{
    publication->code = code;
    publication->message = message;
}

/* What the client has published. */
static void take_request(struct backend *backend, bell_string data,
                         const char *own_channel,
                         struct publication *publication)
{
    struct bell__peer_call call;
    if (!bell__peer_read_request(data, &call) ||
        !read_name(call.method, publication->method)) {
        refuse(publication, PUBLISH_BAD_REQUEST,
               "a request is {method, params, correlation_id, reply_to}");
        return;
    }
    publication->quiet = call.reply_to.size == 0 && call.correlation.size == 0;
    if (!publication->quiet &&
        (call.correlation.size < 3 || call.correlation.text[0] != '"' ||
         call.correlation.size > CORRELATION_BYTES_MAX ||
         !read_name(call.reply_to, publication->reply_to))) {
        refuse(publication, PUBLISH_BAD_REQUEST,
               "correlation_id and reply_to are texts of at most 126 and 255 "
               "bytes");
        return;
    }
    if (!publication->quiet &&
        strcmp(publication->reply_to, own_channel) != 0) {
        refuse(publication, PUBLISH_FORBIDDEN,
               "replies go to the channel of the user who asks: user#ID");
        return;
    }
    struct bell__outcome outcome;
    struct asker asker = {.number = 0};
    publication->mishap = backend_call(
        backend, &asker, bell_str(publication->method), call.params, &outcome);
    struct bell__peer_error error = answers_error(&outcome);
    publication->reply.size = 0;
    bell__peer_add_envelope(&publication->reply, call.correlation,
                            outcome.refused ? &error : NULL, outcome.data);
    if (bell__buf_settle(&publication->reply) != BELL_OK) {
        refuse(publication, PUBLISH_BUSY, "out of memory");
    }
}

bool publish_take(struct backend *backend, bell_string body,
                  struct publication *publication)
{
    char user[PUBLISH_NAME_BYTES_MAX];
    char channel[PUBLISH_NAME_BYTES_MAX];
    char own[PUBLISH_NAME_BYTES_MAX + 8];
    bell_string user_raw = {"\"\"", 2};
    bell_string channel_raw = {NULL, 0};
    bell_string data = {NULL, 0};
    const struct bell__part parts[] = {{"user", &user_raw},
                                       {"channel", &channel_raw},
                                       {"data", &data},
                                       {NULL, NULL}};
    publication->code = 0;
    publication->message = "";
    publication->quiet = false;
    publication->mishap = NULL;
    publication->method[0] = '\0';
    publication->reply.size = 0;
    if (!bell__json_take_apart(body, parts) || !read_name(user_raw, user) ||
        !read_name(channel_raw, channel)) {
        return false;
    }
    if (strcmp(channel, request_channel) != 0) {
        refuse(publication, PUBLISH_FORBIDDEN,
               "only rpc.requests takes publications here");
        return true;
    }
    snprintf(own, sizeof own, "user#%s", user);
    take_request(backend, data, own, publication);
    return true;
}
