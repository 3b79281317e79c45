/* wipe_test.c: a token does not outlive its protocol and the frames that showed
 * it: no block that is given back has one in it. */
#include <bell/schema.h>
#include <stdlib.h>

#include "base/memory.h"
#include "protocol/centrifugo.h"
#include "unit/check.h"

static const char mark[] = "secret-";

/* An allocator that looks at what is given back. */
struct watcher {
    int given;
    int leaked; /* blocks with a token in them */
};

static bool has_mark(const char *bytes, size_t size)
{
    return memmem(bytes, size, mark, sizeof mark - 1) != NULL;
}

static void *resize(void *context, void *pointer, size_t old_size,
                    size_t new_size)
{
    struct watcher *watcher = context;
    if (pointer != NULL) {
        watcher->given++;
        watcher->leaked += has_mark(pointer, old_size);
    }
    if (new_size == 0) {
        free(pointer);
        return NULL;
    }
    return realloc(pointer, new_size);
}

/* The greeting, so that the token was in use. */
static void greet(struct bell__protocol *protocol, const char *token)
{
    static const uint32_t ids[] = {1, 2, 3, 4};
    struct bell__buf out;
    CHECK(protocol->ops->own_max <= sizeof ids / sizeof ids[0]);
    bell__buf_open(&out, &bell__memory_default, 0);
    CHECK_INT(BELL_OK, protocol->ops->hello(protocol, &out, ids));
    CHECK(memmem(out.bytes, out.size, token, strlen(token)) != NULL);
    bell__buf_close(&out);
}

static void the_first_token(void)
{
    struct watcher watcher = {0, 0};
    bell_allocator memory = {resize, &watcher};
    struct bell__centrifugo_options options = {
        .memory = &memory, .token = "secret-of-old", .name = "n"};
    struct bell__protocol *protocol = NULL;
    CHECK_INT(BELL_OK, bell__centrifugo_make(&options, &protocol));
    greet(protocol, "secret-of-old");
    bell__protocol_free(protocol);
    CHECK_INT(1, watcher.given);
    CHECK_INT(0, watcher.leaked);
}

static void the_next_ones(void)
{
    struct watcher watcher = {0, 0};
    bell_allocator memory = {resize, &watcher};
    struct bell__centrifugo_options options = {.memory = &memory, .name = "n"};
    struct bell__protocol *protocol = NULL;
    CHECK_INT(BELL_OK, bell__centrifugo_make(&options, &protocol));
    CHECK_INT(BELL_OK, protocol->ops->token(protocol, "secret-one"));
    greet(protocol, "secret-one");
    CHECK_INT(BELL_OK, protocol->ops->token(protocol, "secret-two"));
    CHECK_INT(1, watcher.given);
    greet(protocol, "secret-two");
    bell__protocol_free(protocol);
    CHECK_INT(3, watcher.given);
    CHECK_INT(0, watcher.leaked);
}

/* A greeting that was sent lies in the outbox's memory until that goes. */
static void the_outbox(void)
{
    static const uint32_t ids[] = {1};
    struct watcher watcher = {0, 0};
    bell_allocator memory = {resize, &watcher};
    struct bell__centrifugo_options options = {
        .memory = &bell__memory_default, .token = "secret-sent", .name = "n"};
    struct bell__protocol *protocol = NULL;
    struct bell__outbox outbox;
    CHECK_INT(BELL_OK, bell__centrifugo_make(&options, &protocol));
    bell__outbox_open(&outbox, &memory, 0);
    CHECK_INT(BELL_OK, bell__outbox_begin(&outbox));
    CHECK_INT(BELL_OK, protocol->ops->hello(protocol, &outbox.bytes, ids));
    bell__outbox_end(&outbox);
    bell__outbox_clear(&outbox);
    CHECK(has_mark(outbox.bytes.bytes, outbox.bytes.capacity));
    bell__outbox_close(&outbox);
    CHECK_INT(2, watcher.given); /* spans and bytes */
    CHECK_INT(0, watcher.leaked);
    bell__protocol_free(protocol);
}

/* What a program says of itself at connecting may be a password. */
static void the_connect_data(void)
{
    static const char data[] = " {\"password\": \"secret-data\"}";
    static const bell_link rpc = {.name = "rpc", .kind = &bell_link_centrifugo};
    const bell_service service = {
        .name = "s", .tables = &bell_tables_v6, .links = &rpc, .link_count = 1};
    struct watcher watcher = {0, 0};
    bell_allocator memory = {resize, &watcher};
    bell_options options = {.url = "ws://127.0.0.1:1",
                            .allocator = &memory,
                            .connect_data = {data, sizeof data - 1}};
    bell_client *client = NULL;
    bell_error error;
    CHECK_INT(BELL_OK, bell_client_open(&service, &options, sizeof options,
                                        &client, &error, sizeof error));
    bell_close(client);
    CHECK(watcher.given > 2);
    CHECK_INT(0, watcher.leaked);
}

int main(void)
{
    the_connect_data();
    the_outbox();
    the_first_token();
    the_next_ones();
    return check_report();
}
