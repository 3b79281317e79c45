/* pattern_turn_test.c: what patterns do counts as work of a turn: replies that
 * come in one message, each with much of it, do not end in one turn. */
#include <pthread.h>

#include <bell/schema.h>

#include "unit/check.h"
#include "unit/peer.h"

enum { CALLS = 6, TEXT_BYTES = 100000, FRAME_BYTES = 1024 * 1024 };

/* ---- A method whose result is {"text": ...}, of ^(a*)*$ -------------------
 */

static const uint32_t steps[] = {BELL_STEP_BEGIN,
                                 BELL_STEP_FORK,
                                 4,
                                 13,
                                 BELL_STEP_FORK,
                                 7,
                                 11,
                                 BELL_STEP_POINT,
                                 'a',
                                 BELL_STEP_JUMP,
                                 4,
                                 BELL_STEP_JUMP,
                                 1,
                                 BELL_STEP_END,
                                 BELL_STEP_MATCH};
static const bell_pattern pattern = {
    .text = "^(a*)*$", .words = steps, .count = sizeof steps / sizeof steps[0]};
static const bell_rule rule = {.pattern = &pattern};
static const bell_type text_type = {
    .kind = BELL_KIND_STRING, .size = sizeof(bell_string), .name = "string"};
static const bell_type ruled_type = {.kind = BELL_KIND_RULED,
                                     .size = sizeof(bell_string),
                                     .name = "string",
                                     .item = &text_type,
                                     .rule = &rule,
                                     .codec = &bell_codec_ruled};
static const bell_field fields[] = {{.key = "\"text\":",
                                     .name = "text",
                                     .key_size = 7,
                                     .name_size = 4,
                                     .type = &ruled_type}};
static const bell_type result_type = {.kind = BELL_KIND_RECORD,
                                      .flags = BELL_TYPE_STRICT,
                                      .count = 1,
                                      .size = sizeof(bell_string),
                                      .fields = fields,
                                      .name = "Result"};

static void deliver(bell_function done, void *context, bell_status status,
                    const void *result, const bell_error *error)
{
    ((void (*)(void *, bell_status, const void *, const bell_error *))done)(
        context, status, result, error);
}

static const bell_method method = {.name = "get",
                                   .json = "\"get\"",
                                   .name_size = 3,
                                   .json_size = 5,
                                   .result = &result_type,
                                   .deliver = deliver};
static const bell_link link_row = {
    .name = "rpc", .kind = &bell_link_centrifugo, .flags = BELL_LINK_AT_OPEN};
static const bell_service service = {.name = "big",
                                     .version = "1",
                                     .contract = "0",
                                     .tables = &bell_tables_v6,
                                     .links = &link_row,
                                     .methods = &method,
                                     .link_count = 1,
                                     .method_count = 1};

/* ---- A server that answers all calls in one message -----------------------
 */

static char frame[FRAME_BYTES];

static size_t answer(size_t size, unsigned long id)
{
    int head = snprintf(frame + size, sizeof frame - size,
                        "%s{\"id\":%lu,\"rpc\":{\"data\":{\"text\":\"",
                        size == 0 ? "" : "\n", id);
    size += head > 0 ? (size_t)head : 0;
    memset(frame + size, 'a', TEXT_BYTES);
    size += TEXT_BYTES;
    memcpy(frame + size, "\"}}}", 4);
    return size + 4;
}

static void *serve(void *context)
{
    static const char hello[] = "{\"id\":1,\"connect\":{\"client\":\"c\"}}";
    struct peer *peer = context;
    char text[4096];
    size_t size = 0;
    int first = 0;
    int calls = 0;
    size_t out = 0;
    peer->fd = accept(peer->listener, NULL, NULL);
    CHECK(peer_upgrade(peer, NULL, 0));
    CHECK(peer_frame(peer, &first, text, sizeof text - 1, &size));
    CHECK(peer_text(peer, hello, sizeof hello - 1));
    while (calls < CALLS &&
           peer_frame(peer, &first, text, sizeof text - 1, &size)) {
        text[size] = '\0';
        const char *at = strstr(text, "\"id\":");
        for (; at != NULL; at = strstr(at + 5, "\"id\":")) {
            out = answer(out, strtoul(at + 5, NULL, 10));
            calls++;
        }
    }
    CHECK_INT(CALLS, calls);
    CHECK(peer_text(peer, frame, out));
    peer_frame(peer, &first, text, sizeof text, &size);
    peer_close(peer);
    return NULL;
}

static void on_done(void *context, bell_status status, const void *result,
                    const bell_error *error)
{
    int *ended = context;
    (void)error;
    CHECK_INT(BELL_OK, status);
    CHECK_INT(TEXT_BYTES, ((const bell_string *)result)->size);
    (*ended)++;
}

/* A round of the loop has two turns at most. */
static void in_many_turns(bell_client *client)
{
    int ended = 0;
    int most = 0;
    for (int i = 0; i < CALLS; i++) {
        bell_error error;
        CHECK_INT(BELL_OK, bell_client_start(client, &method, NULL,
                                             (bell_function)on_done, &ended,
                                             NULL, 0, NULL, &error));
    }
    while (ended < CALLS) {
        int before = ended;
        CHECK_INT(BELL_OK, bell_loop_run(bell_client_loop(client), -1));
        most = ended - before > most ? ended - before : most;
    }
    CHECK(most <= 2);
}

int main(void)
{
    struct peer peer;
    pthread_t thread;
    bell_client *client = NULL;
    bell_error error;
    peer_listen(&peer);
    CHECK_INT(0, pthread_create(&thread, NULL, serve, &peer));
    bell_options options = {.url = peer.url, .deadline_ms = -1};
    CHECK_INT(BELL_OK, bell_client_open(&service, &options, sizeof options,
                                        &client, &error, sizeof error));
    in_many_turns(client);
    bell_close(client);
    CHECK_INT(0, pthread_join(thread, NULL));
    peer_end(&peer);
    return check_report();
}
