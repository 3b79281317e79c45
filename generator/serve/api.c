/* api.c: publications by a Centrifugo's server API. */
#include "serve/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "json/write.h"

enum {
    RUNNING_MAX = 32,
    WAITING_MAX = 10000,
    TRIES_MAX = 3,
    AGAIN_MS = 200,
    ANSWER_BYTES_MAX = 512
};

struct api_request {
    struct api_request *next;
    struct api *api;
    struct bell__buf body;
    size_t written;
    int tries;
    unsigned status;
    bool over;
    size_t answer_size;
    char answer[ANSWER_BYTES_MAX];
};

/* ---- Where it is --------------------------------------------------------- */

static bool refuse(const char *url)
{
    fprintf(stderr,
            "bellpull: the API's url should look like "
            "http://127.0.0.1:8000/api, not %s\n",
            url);
    return false;
}

/* It goes into a header of each request: nothing in it may begin another. */
static bool take_key(struct api *api, const char *key)
{
    size_t size = strlen(key);
    if (size >= sizeof api->key) {
        fprintf(stderr, "bellpull: the API key is longer than %zu bytes\n",
                sizeof api->key - 1);
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (key[i] < 0x21 || key[i] > 0x7e) {
            fprintf(stderr,
                    "bellpull: the API key is no word of ASCII: byte "
                    "%zu of it\n",
                    i + 1);
            return false;
        }
    }
    memcpy(api->key, key, size + 1);
    return true;
}

bool api_open(struct api *api, const char *url, const char *key)
{
    char address[API_HOST_BYTES + API_PATH_BYTES];
    const char *scheme = NULL;
    const char *host = NULL;
    const char *path = NULL;
    int port = 80;
    memset(api, 0, sizeof *api);
    if (url == NULL) {
        url = getenv("CENTRIFUGO_API_URL");
    }
    if (url == NULL) {
        url = "http://127.0.0.1:8000/api";
    }
    if (key == NULL) {
        key = getenv("CENTRIFUGO_API_KEY");
    }
    if (strlen(url) >= sizeof address) {
        return refuse("one of so many bytes");
    }
    snprintf(address, sizeof address, "%s", url); /* is cut into pieces */
    if (lws_parse_uri(address, &scheme, &host, &port, &path) != 0 ||
        strcmp(scheme, "http") != 0 || host[0] == '\0' ||
        strlen(host) >= sizeof api->host || port <= 0 || port > 65535) {
        return refuse(url);
    }
    snprintf(api->host, sizeof api->host, "%s", host);
    snprintf(api->path, sizeof api->path, "/%s", path);
    api->port = port;
    size_t end = strlen(api->path);
    while (end > 0 && api->path[end - 1] == '/') {
        api->path[--end] = '\0';
    }
    return take_key(api, key != NULL ? key : "");
}

/* ---- Requests ------------------------------------------------------------ */

static void free_request(struct api_request *request)
{
    bell__buf_close(&request->body);
    free(request);
}

static void start_waiting(struct api *api);

static void push(struct api *api, struct api_request *request)
{
    request->next = NULL;
    if (api->last != NULL) {
        api->last->next = request;
    } else {
        api->first = request;
    }
    api->last = request;
    api->waiting++;
}

static void go_on(lws_sorted_usec_list_t *timer)
{
    struct api *api = lws_container_of(timer, struct api, timer);
    api->paused = false;
    start_waiting(api);
}

/* What failed goes behind the others, and all of them wait a moment: the
 * server is not there, or has too much to do. */
static void try_again(struct api *api, struct api_request *request)
{
    push(api, request);
    api->paused = true;
    lws_sul_schedule(api->context, 0, &api->timer, go_on,
                     (lws_usec_t)AGAIN_MS * 1000 * request->tries);
}

/* What the server says of it: 200 also where it refuses. */
static void tell(const struct api_request *request, const char *why)
{
    fprintf(stderr, "bellpull: a reply could not be published: %s\n",
            why != NULL ? why
            : request->status == 401
                ? "the API key is wrong (see --api-key-file)"
                : request->answer);
}

/* Once a try. */
static void finish(struct api_request *request, const char *why)
{
    struct api *api = request->api;
    if (request->over) {
        return;
    }
    request->over = true;
    api->running--;
    bool good = why == NULL && request->status == 200 &&
                strstr(request->answer, "\"error\"") == NULL;
    bool again = why != NULL || request->status >= 500;
    if (api->closing) {
        free_request(request);
        return;
    }
    if (!good && again && ++request->tries < TRIES_MAX) {
        try_again(api, request);
    } else {
        if (!good) {
            tell(request, why);
        }
        free_request(request);
    }
    start_waiting(api);
}

static bool start(struct api *api, struct api_request *request)
{
    char path[API_PATH_BYTES + 16];
    struct lws_client_connect_info info;
    snprintf(path, sizeof path, "%s/publish", api->path);
    memset(&info, 0, sizeof info);
    info.context = api->context;
    info.vhost = api->vhost;
    info.address = api->host;
    info.host = api->host;
    info.origin = api->host;
    info.port = api->port;
    info.path = path;
    info.method = "POST";
    info.protocol = "api";
    info.local_protocol_name = "api";
    info.userdata = request;
    request->written = 0;
    request->status = 0;
    request->over = false;
    request->answer_size = 0;
    request->answer[0] = '\0';
    api->running++;
    /* Where this fails at once the callback has said so already. */
    return lws_client_connect_via_info(&info) != NULL;
}

static void start_waiting(struct api *api)
{
    while (api->first != NULL && api->running < RUNNING_MAX && !api->paused &&
           !api->closing) {
        struct api_request *request = api->first;
        api->first = request->next;
        if (api->first == NULL) {
            api->last = NULL;
        }
        api->waiting--;
        start(api, request);
    }
}

void api_stop(struct api *api)
{
    api->closing = true;
    if (api->paused) {
        lws_sul_cancel(&api->timer);
    }
}

void api_close(struct api *api)
{
    while (api->first != NULL) {
        struct api_request *request = api->first;
        api->first = request->next;
        free_request(request);
    }
    api->last = NULL;
}

bool api_has_room(const struct api *api)
{
    return api->waiting < WAITING_MAX;
}

bool api_publish(struct api *api, bell_string channel, bell_string data)
{
    struct api_request *request = calloc(1, sizeof *request);
    if (request == NULL) {
        return false;
    }
    request->api = api;
    bell__buf_open(&request->body, &bell__memory_default, 0);
    struct bell__buf *body = &request->body;
    bell__buf_add_text(body, "{\"channel\":");
    bell__json_add_string(body, channel);
    bell__buf_add_text(body, ",\"data\":");
    bell__buf_add_string(body, data);
    bell__buf_add_text(body, "}");
    if (bell__buf_settle(body) != BELL_OK) {
        free_request(request);
        return false;
    }
    push(api, request);
    start_waiting(api);
    return true;
}

/* ---- HTTP ---------------------------------------------------------------- */

static int add_headers(struct lws *wsi, const struct api_request *request,
                       unsigned char **at, size_t room)
{
    static const char type[] = "application/json";
    unsigned char *end = *at + room;
    const char *key = request->api->key;
    char length[24];
    int size = snprintf(length, sizeof length, "%zu", request->body.size);
    if (lws_add_http_header_by_token(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE,
                                     (const unsigned char *)type,
                                     (int)sizeof type - 1, at, end) != 0 ||
        lws_add_http_header_by_token(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH,
                                     (const unsigned char *)length, size, at,
                                     end) != 0) {
        return -1;
    }
    if (key[0] != '\0' &&
        lws_add_http_header_by_name(wsi, (const unsigned char *)"x-api-key:",
                                    (const unsigned char *)key,
                                    (int)strlen(key), at, end) != 0) {
        return -1;
    }
    lws_client_http_body_pending(wsi, 1);
    lws_callback_on_writable(wsi);
    return 0;
}

static int write_body(struct lws *wsi, struct api_request *request)
{
    enum { PIECE = 16 * 1024 };
    unsigned char room[LWS_PRE + PIECE];
    size_t left = request->body.size - request->written;
    size_t some = left < PIECE ? left : PIECE;
    memcpy(room + LWS_PRE, request->body.bytes + request->written, some);
    bool last = some == left;
    if (lws_write(wsi, room + LWS_PRE, some,
                  last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < (int)some) {
        return -1;
    }
    request->written += some;
    if (last) {
        lws_client_http_body_pending(wsi, 0);
    } else {
        lws_callback_on_writable(wsi);
    }
    return 0;
}

static int read_some(struct lws *wsi)
{
    char room[LWS_PRE + 2048];
    char *start = room + LWS_PRE;
    int size = sizeof room - LWS_PRE;
    return lws_http_client_read(wsi, &start, &size) < 0 ? -1 : 0;
}

static void keep_answer(struct api_request *request, const char *bytes,
                        size_t size)
{
    size_t left = sizeof request->answer - 1 - request->answer_size;
    size_t some = size < left ? size : left;
    memcpy(request->answer + request->answer_size, bytes, some);
    request->answer_size += some;
    request->answer[request->answer_size] = '\0';
}

int api_callback(struct lws *wsi, enum lws_callback_reasons reason, void *user,
                 void *in, size_t size)
{
    struct api_request *request = user;
    switch (reason) {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
        return add_headers(wsi, request, in, size);
    case LWS_CALLBACK_CLIENT_HTTP_WRITEABLE:
        return write_body(wsi, request);
    case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
        request->status = lws_http_client_http_response(wsi);
        return 0;
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP:
        return read_some(wsi);
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ:
        keep_answer(request, in, size);
        return 0;
    case LWS_CALLBACK_COMPLETED_CLIENT_HTTP:
        lws_set_wsi_user(wsi, NULL);
        finish(request, NULL);
        return -1; /* the connection is not kept */
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        lws_set_wsi_user(wsi, NULL);
        finish(request, in != NULL ? in : "the API cannot be reached");
        return 0;
    case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
        if (request != NULL) {
            lws_set_wsi_user(wsi, NULL);
            finish(request, "the API ended the connection");
        }
        return 0;
    default:
        return 0;
    }
}
