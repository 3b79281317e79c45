/* command.c: what a command of the driver's says. It knows no client. */
#include "command.h"

#include <string.h>

const char *text_of(const cJSON *from, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItem(from, name));
}

int64_t number_of(const cJSON *from, const char *name)
{
    const cJSON *item = cJSON_GetObjectItem(from, name);
    return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : 0;
}

bool is_true(const cJSON *from, const char *name)
{
    return cJSON_IsTrue(cJSON_GetObjectItem(from, name));
}

/* "Name: value", as long as the command lives; cJSON's texts are its own. */
static void take_headers(const cJSON *open, bell_header headers[HEADERS_MAX],
                         bell_options *options)
{
    const cJSON *line = NULL;
    size_t count = 0;
    cJSON_ArrayForEach(line, cJSON_GetObjectItem(open, "headers"))
    {
        char *colon = strstr(line->valuestring, ": ");
        if (count == HEADERS_MAX || colon == NULL) {
            continue;
        }
        *colon = '\0';
        headers[count++] = (bell_header){line->valuestring, colon + 2};
    }
    options->headers = headers;
    options->header_count = count;
}

static void take_urls(const cJSON *open, const char *urls[URLS_MAX],
                      bell_options *options)
{
    const cJSON *url = NULL;
    cJSON_ArrayForEach(url, cJSON_GetObjectItem(open, "urls"))
    {
        if (options->url_count < URLS_MAX) {
            urls[options->url_count++] = url->valuestring;
        }
    }
    options->urls = urls;
}

bell_options read_options(const cJSON *open, struct lists *lists)
{
    const char *mode = text_of(open, "mode");
    bool channel = mode != NULL && strcmp(mode, "channel") == 0;
    bell_options options = {
        .url = text_of(open, "url"),
        .token = text_of(open, "token"),
        .user_id = text_of(open, "user"),
        .mode = channel ? BELL_MODE_CHANNEL : BELL_MODE_NATIVE,
        .request_channel = text_of(open, "request_channel"),
        .reply_channel = text_of(open, "reply_channel"),
        .responder_user = text_of(open, "responder_user"),
        .deadline_ms = number_of(open, "deadline_ms"),
        .connect_deadline_ms = number_of(open, "connect_deadline_ms"),
        .reconnect_min_ms = number_of(open, "reconnect_min_ms"),
        .reconnect_max_ms = number_of(open, "reconnect_max_ms"),
        .fail_fast = is_true(open, "fail_fast"),
        .retries = (uint32_t)number_of(open, "retries"),
        .request_bytes_max = (size_t)number_of(open, "request_bytes_max"),
        .queue_bytes_max = (size_t)number_of(open, "queue_bytes_max"),
        .message_bytes_max = (size_t)number_of(open, "message_bytes_max"),
        .reply_bytes_max = (size_t)number_of(open, "reply_bytes_max"),
        .depth_max = (uint32_t)number_of(open, "depth_max"),
        .items_max = (uint32_t)number_of(open, "items_max"),
        .calls_max = (uint32_t)number_of(open, "calls_max"),
        .ping_grace_ms = number_of(open, "ping_grace_ms"),
        .rest_retries = (int32_t)number_of(open, "rest_retries"),
        .retry_min_ms = number_of(open, "retry_min_ms"),
        .retry_max_ms = number_of(open, "retry_max_ms"),
        .retry_budget = (int32_t)number_of(open, "retry_budget"),
        .connections_max = (uint32_t)number_of(open, "connections_max"),
        .idle_max = (uint32_t)number_of(open, "idle_max"),
        .idle_ms = number_of(open, "idle_ms"),
        .user_agent = text_of(open, "user_agent"),
        .head_bytes_max = (size_t)number_of(open, "head_bytes_max"),
        .redirects_max = (int32_t)number_of(open, "redirects_max"),
        .gzip = is_true(open, "gzip"),
        .inflated_bytes_max = (size_t)number_of(open, "inflated_bytes_max"),
        .proxy = text_of(open, "proxy"),
        .url_rest_ms = number_of(open, "url_rest_ms"),
        .cache_ms = number_of(open, "cache_ms"),
        .cache_bytes_max = (size_t)number_of(open, "cache_bytes_max"),
        .tls_ca_file = text_of(open, "authority"),
    };
    options.connect_data.text = text_of(open, "connect_data");
    if (options.connect_data.text != NULL) {
        options.connect_data.size = strlen(options.connect_data.text);
    }
    take_headers(open, lists->headers, &options);
    take_urls(open, lists->urls, &options);
    return options;
}

const char *for_role(const char *token, const char *role)
{
    const char *equals = token != NULL ? strchr(token, '=') : NULL;
    size_t size = strlen(role);
    if (equals == NULL) {
        return token;
    }
    return (size_t)(equals - token) == size && memcmp(token, role, size) == 0
               ? equals + 1
               : NULL;
}
