/* api.c: publications by a Centrifugo's server API. */
#include "serve/api.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/tame.h"
#include "serve/http.h"
#include "json/members.h"
#include "json/write.h"

enum {
    RUNNING_MAX = 32,
    WAITING_MAX = 10000,
    LATE_BYTES_MAX = 64 * 1024 * 1024,
    TRIES_MAX = 3,
    AGAIN_MS = 200,
    ANSWER_MS = 10000, /* so long may one try take */
    ANSWER_BYTES_MAX = 64 * 1024,
    ANSWER_TOLD_MAX = 512
};

struct api_request {
    struct api_request *next;
    struct api *api;
    struct bell__buf body;
    struct http_chunks chunks; /* of the answer */
    int tries;
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

/* Host and path go into a request's head as they are. */
static bool is_clean(const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text < 0x21 || *text > 0x7e) {
            return false;
        }
    }
    return true;
}

static bool take_port(struct api *api, const char *digits, size_t size)
{
    api->port = 0;
    for (size_t i = 0; i < size; i++) {
        if (digits[i] < '0' || digits[i] > '9' || api->port > 65535) {
            return false;
        }
        api->port = api->port * 10 + (digits[i] - '0');
    }
    return api->port > 0 && api->port <= 65535;
}

/* http://host[:port]/path, http://[::1]:port/path */
static bool take_url(struct api *api, const char *url)
{
    static const char scheme[] = "http://";
    if (strncmp(url, scheme, sizeof scheme - 1) != 0 || !is_clean(url)) {
        return false;
    }
    const char *host = url + sizeof scheme - 1;
    size_t size = strcspn(host, "/");
    const char *path = host + size;
    bool bracket = host[0] == '[';
    const char *end = bracket ? memchr(host, ']', size) : host;
    if (end == NULL) {
        return false;
    }
    const char *colon = memchr(end, ':', size - (size_t)(end - host));
    size_t host_size = colon != NULL ? (size_t)(colon - host) : size;
    api->port = 80;
    if (colon != NULL && !take_port(api, colon + 1, size - host_size - 1)) {
        return false;
    }
    if (bracket) {
        host++;
        host_size -= 2;
    }
    size_t path_size = strlen(path);
    while (path_size != 0 && path[path_size - 1] == '/') {
        path_size--;
    }
    if (host_size == 0 || host_size >= sizeof api->host ||
        path_size >= sizeof api->path || strchr(host, '@') != NULL) {
        return false;
    }
    snprintf(api->host, sizeof api->host, "%.*s", (int)host_size, host);
    snprintf(api->path, sizeof api->path, "%.*s", (int)path_size, path);
    return true;
}

static void go_on(struct net_timer *timer);

bool api_open(struct api *api, struct net *net, const char *url,
              const char *key)
{
    memset(api, 0, sizeof *api);
    api->net = net;
    api->timer.fire = go_on;
    net_add_timer(net, &api->timer);
    bell__outlet_open(&api->outlet, &bell__memory_default);
    if (url == NULL) {
        url = getenv("CENTRIFUGO_API_URL");
    }
    if (url == NULL) {
        url = "http://127.0.0.1:8000/api";
    }
    if (key == NULL) {
        key = getenv("CENTRIFUGO_API_KEY");
    }
    if (!take_url(api, url)) {
        return refuse(url);
    }
    return take_key(api, key != NULL ? key : "");
}

/* Each address has its turn: where one led nowhere the next one is taken. */
static const struct addrinfo *choose(const struct addrinfo *found,
                                     size_t missed)
{
    const struct addrinfo *at = found;
    for (; missed != 0; missed--) {
        at = at->ai_next != NULL ? at->ai_next : found;
    }
    return at;
}

/* What the resolver says is kept: it is asked while everybody waits. */
static const char *find_host(struct api *api)
{
    struct addrinfo wanted;
    struct addrinfo *found = NULL;
    char port[8];
    if (api->address_size != 0) {
        return NULL;
    }
    memset(&wanted, 0, sizeof wanted);
    wanted.ai_socktype = SOCK_STREAM;
    snprintf(port, sizeof port, "%d", api->port);
    int error = getaddrinfo(api->host, port, &wanted, &found);
    if (error != 0) {
        return gai_strerror(error);
    }
    const struct addrinfo *chosen = choose(found, api->missed);
    memcpy(&api->address, chosen->ai_addr, chosen->ai_addrlen);
    api->address_size = chosen->ai_addrlen;
    freeaddrinfo(found);
    return NULL;
}

/* ---- Requests ------------------------------------------------------------ */

static void free_request(struct api_request *request)
{
    bell__buf_close(&request->body);
    bell__memory_free(&bell__memory_default, request, sizeof *request);
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

/* What failed goes behind the others, and all of them wait a moment: the
 * server is not there, or has too much to do. */
static void try_again(struct api *api, struct api_request *request)
{
    push(api, request);
    api->pause_until = api->net->now + AGAIN_MS * (int64_t)request->tries;
}

/* Once a try: why it failed, NULL where it did not; `again`: another one may
 * go better. */
static void finish(struct api_request *request, const char *why, bool again)
{
    struct api *api = request->api;
    api->running--;
    if (why != NULL && again && ++request->tries < TRIES_MAX) {
        try_again(api, request);
    } else {
        if (why != NULL) {
            fprintf(stderr, "bellpull: a reply could not be published: %s\n",
                    why);
        }
        free_request(request);
    }
    start_waiting(api);
}

/* ---- HTTP ---------------------------------------------------------------- */

/* The server says 200 also where it refuses. */
static bool has_error(bell_string answer)
{
    bell_string error = {NULL, 0};
    const struct bell__part parts[] = {{"error", &error}, {NULL, NULL}};
    return !bell__json_take_apart(answer, parts) || error.size != 0;
}

static void judge(struct api_request *request, int status, bell_string body)
{
    char told[ANSWER_TOLD_MAX];
    int size = body.size < sizeof told ? (int)body.size : (int)sizeof told - 1;
    snprintf(told, sizeof told, "%.*s", size, body.size != 0 ? body.text : "");
    bell__tame(told);
    if (status == 200 && !has_error(body)) {
        finish(request, NULL, false);
    } else if (status == 401) {
        finish(request, "the API key is wrong (see --api-key-file)", false);
    } else {
        finish(request, told, status >= 500);
    }
}

static void heard(struct net_line *line)
{
    struct api_request *request = line->owner;
    struct http_head head;
    bell_string bytes = {line->in.bytes, line->in.size};
    enum http_read read = http_read_answer(bytes, &head);
    size_t length = head.body;
    if (read == HTTP_WHOLE && head.chunked) {
        struct http_chunks *chunks = &request->chunks;
        read = http_read_chunks(chunks, line->in.bytes + head.size,
                                line->in.size - head.size);
        length = chunks->body;
    } else if (read == HTTP_WHOLE && head.until_end) {
        length = line->in.size - head.size;
        read = line->at_end ? HTTP_WHOLE : HTTP_PART;
    } else if (read == HTTP_WHOLE && line->in.size - head.size < head.body) {
        read = HTTP_PART;
    }
    if (read == HTTP_WHOLE) {
        bell_string body = {line->in.bytes + head.size, length};
        line->owner = NULL;
        net_cut(line, NULL); /* the connection is not kept */
        judge(request, head.status, body);
    } else if (read != HTTP_PART || line->in.size > ANSWER_BYTES_MAX) {
        net_cut(line, "the API's answer is no HTTP, or too long");
    } else if (line->at_end) {
        net_cut(line, "the API ended the connection");
    }
}

static void due(struct net_line *line)
{
    net_cut(line, "the API does not answer");
}

/* Whoever else was on the way to the address has nothing to add. */
static void miss(struct api *api)
{
    if (api->address_size != 0) {
        api->address_size = 0;
        api->missed++;
    }
}

static void gone(struct net_line *line, const char *why)
{
    struct api_request *request = line->owner;
    if (request != NULL) {
        miss(request->api);
        finish(request, why != NULL ? why : "the API ended the connection",
               true);
    }
}

static const struct net_role role = {.heard = heard, .due = due, .gone = gone};

static void write_request(struct net_line *line,
                          const struct api_request *request)
{
    const struct api *api = request->api;
    struct bell__buf *out = &line->out;
    char numbers[64];
    bool bare = strchr(api->host, ':') != NULL; /* an address of IPv6 */
    bell__buf_add_text(out, "POST ");
    bell__buf_add_text(out, api->path);
    bell__buf_add_text(out, "/publish HTTP/1.1\r\nHost: ");
    bell__buf_add_text(out, bare ? "[" : "");
    bell__buf_add_text(out, api->host);
    bell__buf_add_text(out, bare ? "]" : "");
    snprintf(numbers, sizeof numbers, ":%d\r\nContent-Length: %zu\r\n",
             api->port, request->body.size);
    bell__buf_add_text(out, numbers);
    if (api->key[0] != '\0') {
        bell__buf_add_text(out, "X-API-Key: ");
        bell__buf_add_text(out, api->key);
        bell__buf_add_text(out, "\r\n");
    }
    bell__buf_add_text(out, "Content-Type: application/json\r\n"
                            "Connection: close\r\n\r\n");
    bell__buf_add(out, request->body.bytes, request->body.size);
}

static void start(struct api *api, struct api_request *request)
{
    api->running++;
    const char *why = find_host(api);
    struct net_line *line =
        why != NULL ? NULL
                    : net_dial(api->net, (const struct sockaddr *)&api->address,
                               api->address_size, &role, request);
    if (line == NULL) {
        finish(request, why != NULL ? why : "there is no socket for it", true);
        return;
    }
    line->due = api->net->now + ANSWER_MS;
    request->chunks = (struct http_chunks){0};
    write_request(line, request);
    if (bell__buf_settle(&line->out) != BELL_OK) {
        net_cut(line, "out of memory");
    }
}

static void set_timer(struct api *api)
{
    api->timer.due = bell__outlet_due(&api->outlet);
    if (api->first != NULL && api->pause_until > api->net->now &&
        api->pause_until < api->timer.due) {
        api->timer.due = api->pause_until;
    }
}

static void start_waiting(struct api *api)
{
    while (api->first != NULL && api->running < RUNNING_MAX &&
           api->pause_until <= api->net->now) {
        struct api_request *request = api->first;
        api->first = request->next;
        if (api->first == NULL) {
            api->last = NULL;
        }
        api->waiting--;
        start(api, request);
    }
    set_timer(api);
}

/* ---- For the proxy ------------------------------------------------------- */

void api_close(struct api *api)
{
    if (api->net == NULL) {
        return;
    }
    for (struct net_line *line = api->net->lines; line != NULL;
         line = line->next) {
        if (line->role == &role && line->owner != NULL) {
            free_request(line->owner);
            line->owner = NULL;
            net_cut(line, NULL);
        }
    }
    while (api->first != NULL) {
        struct api_request *request = api->first;
        api->first = request->next;
        free_request(request);
    }
    api->last = NULL;
    api->timer.due = NET_NEVER;
    bell__outlet_close(&api->outlet);
}

bool api_has_room(const struct api *api)
{
    return api->waiting < WAITING_MAX && api->outlet.bytes < LATE_BYTES_MAX;
}

/* What is due becomes a request. */
static void go_on(struct net_timer *timer)
{
    struct api *api = (struct api *)(void *)timer;
    const struct bell__parcel *parcel;
    while ((parcel = bell__outlet_next(&api->outlet, api->net->now)) != NULL) {
        if (parcel->kind != BELL__PARCEL_MESSAGE) {
            continue; /* a reply has no line of its own */
        }
        struct api_request *request =
            bell__memory_take(&bell__memory_default, sizeof *request);
        if (request == NULL) {
            break;
        }
        memset(request, 0, sizeof *request);
        request->api = api;
        bell__buf_open(&request->body, &bell__memory_default, 0);
        if (bell__buf_append(&request->body, parcel->text, parcel->size) !=
            BELL_OK) {
            free_request(request);
            break;
        }
        push(api, request);
    }
    start_waiting(api);
}

bool api_publish(struct api *api, bell_string channel, bell_string data,
                 const struct bell__mishap *mishap)
{
    struct bell__buf body;
    bell__buf_open(&body, &bell__memory_default, 0);
    bell__buf_add_text(&body, "{\"channel\":");
    bell__json_add_string(&body, channel);
    bell__buf_add_text(&body, ",\"data\":");
    bell__buf_add_string(&body, data);
    bell__buf_add_text(&body, "}");
    bool good = bell__buf_settle(&body) == BELL_OK &&
                bell__outlet_put(&api->outlet, api->net->now,
                                 (bell_string){body.bytes, body.size},
                                 mishap) == BELL_OK;
    bell__buf_close(&body);
    go_on(&api->timer);
    return good;
}
