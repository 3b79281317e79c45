/* publish.c: publications to rpc.requests, judged and answered. */
#include "serve/publish.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "json/read.h"
#include "json/write.h"

enum { DEPTH_MAX = 64, CORRELATION_BYTES_MAX = 128 };

static const char request_channel[] = "rpc.requests";

struct part {
    const char *name;
    bell_string *value;
};

static bool take_apart(bell_string text, const struct part *parts)
{
    struct bell__json json;
    bell_string key;
    bool escaped = false;
    bell__json_open(&json, text, DEPTH_MAX);
    if (bell__json_peek(&json) != BELL__JSON_MAP ||
        !bell__json_enter_map(&json)) {
        return false;
    }
    while (bell__json_next_key(&json, &key, &escaped)) {
        bell_string *value = NULL;
        for (const struct part *part = parts; part->name != NULL; part++) {
            value = bell__json_key_is(key, part->name) ? part->value : value;
        }
        if (!bell__json_skip(&json, value)) {
            return false;
        }
    }
    return json.wrong == NULL && bell__json_done(&json);
}

/* A JSON string of at most PUBLISH_NAME_BYTES_MAX - 1 bytes, unescaped and
 * without a NUL in it. */
static bool read_name(bell_string quoted, char *out)
{
    if (quoted.size < 2 || quoted.text[0] != '"' ||
        quoted.size - 2 >= PUBLISH_NAME_BYTES_MAX) {
        return false;
    }
    bell_string raw = {quoted.text + 1, quoted.size - 2};
    size_t size = bell__json_unescape(raw, out);
    out[size] = '\0';
    return strlen(out) == size;
}

static void refuse(struct publication *publication, int32_t code,
                   const char *message)
{
    publication->code = code;
    publication->message = message;
}

static bell_status append(struct bell__buf *out, const char *text)
{
    return bell__buf_append(out, text, strlen(text));
}

static bell_status write_error(struct bell__buf *out,
                               const struct answer *answer)
{
    char head[64];
    snprintf(head, sizeof head,
             ",\"error\":{\"code\":%" PRId32 ",\"message\":", answer->code);
    bell_status status = append(out, head);
    if (status == BELL_OK) {
        status = bell__json_write_string(out, answer->message);
    }
    return status == BELL_OK
               ? append(out, answer->temporary ? ",\"temporary\":true}" : "}")
               : status;
}

/* {"correlation_id":"...","result":...} or with "error". */
static bool write_reply(struct bell__buf *out, bell_string correlation,
                        const struct answer *answer)
{
    out->size = 0;
    bell_status status = append(out, "{\"correlation_id\":");
    if (status == BELL_OK) {
        status = bell__buf_append(out, correlation.text, correlation.size);
    }
    if (status == BELL_OK && answer->refused) {
        status = write_error(out, answer);
    } else if (status == BELL_OK) {
        status = append(out, ",\"result\":");
        if (status == BELL_OK) {
            status = answer->data.size != 0
                         ? bell__buf_append(out, answer->data.text,
                                            answer->data.size)
                         : append(out, "null");
        }
    }
    return status == BELL_OK && append(out, "}") == BELL_OK;
}

/* What the client has published. */
static void take_request(struct answers *answers, bell_string data,
                         const char *own_channel,
                         struct publication *publication)
{
    bell_string method = {NULL, 0};
    bell_string params = {NULL, 0};
    bell_string correlation = {NULL, 0};
    bell_string reply_to = {NULL, 0};
    const struct part parts[] = {{"method", &method},
                                 {"params", &params},
                                 {"correlation_id", &correlation},
                                 {"reply_to", &reply_to},
                                 {NULL, NULL}};
    if (!take_apart(data, parts) || !read_name(method, publication->method)) {
        refuse(publication, PUBLISH_BAD_REQUEST,
               "a request is {method, params, correlation_id, reply_to}");
        return;
    }
    publication->quiet = reply_to.size == 0 && correlation.size == 0;
    if (!publication->quiet &&
        (correlation.size < 3 || correlation.text[0] != '"' ||
         correlation.size > CORRELATION_BYTES_MAX ||
         !read_name(reply_to, publication->reply_to))) {
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
    struct answer answer;
    answers_give(answers, bell_str(publication->method), params, &answer);
    if (!write_reply(&publication->reply, correlation, &answer)) {
        refuse(publication, PUBLISH_BUSY, "memory is short");
    }
}

bool publish_take(struct answers *answers, bell_string body,
                  struct publication *publication)
{
    char user[PUBLISH_NAME_BYTES_MAX];
    char channel[PUBLISH_NAME_BYTES_MAX];
    char own[PUBLISH_NAME_BYTES_MAX + 8];
    bell_string user_raw = {"\"\"", 2};
    bell_string channel_raw = {NULL, 0};
    bell_string data = {NULL, 0};
    const struct part parts[] = {{"user", &user_raw},
                                 {"channel", &channel_raw},
                                 {"data", &data},
                                 {NULL, NULL}};
    publication->code = 0;
    publication->message = "";
    publication->quiet = false;
    publication->method[0] = '\0';
    publication->reply.size = 0;
    if (!take_apart(body, parts) || !read_name(user_raw, user) ||
        !read_name(channel_raw, channel)) {
        return false;
    }
    if (strcmp(channel, request_channel) != 0) {
        refuse(publication, PUBLISH_FORBIDDEN,
               "only rpc.requests takes publications here");
        return true;
    }
    snprintf(own, sizeof own, "user#%s", user);
    take_request(answers, data, own, publication);
    return true;
}
