/* centrifugo_guess_test.c: replies whose data's end is guessed mean the same as
 * when they are read with care, whatever happens to them on the way. */
#include <stdlib.h>

#include "base/memory.h"
#include "protocol/centrifugo.h"
#include "unit/check.h"
#include "unit/codec_damage.h"
#include "json/read.h"

enum { LINE_MAX = 256, ROUNDS = 60000 };

static const char *const seeds[] = {
    "{\"id\":77,\"rpc\":{\"data\":{\"a\":[1,{}],\"b\":\"}}\"}}}",
    "{\"id\":77,\"rpc\":{\"data\":{}},\"x\":{\"y\":{}}}",
    "{\"id\":77,\"rpc\":{\"m\":\"n\",\"data\":[{}],\"x\":[{}]}}",
    "{\"id\":77,\"rpc\":{\"data\":[1],\"data\":{\"a\":\"\\\"]\"}}}",
    "{\"id\":77,\"rpc\":{\"data\":[]},\"error\":{\"code\":1,\"z\":{}}}",
    "{\"id\":77,\"rpc\":{\"m\":{\"data\":{}},\"data\":{\"data\":{}}}}"};

/* The line's first event; it lies in a block of its own size. */
static char *read_line(struct bell__protocol *protocol, const char *text,
                       size_t size, struct bell__event *event)
{
    char *block = malloc(size);
    if (block == NULL) {
        abort();
    }
    memcpy(block, text, size);
    struct bell__frame frame = {.bytes = block, .size = size};
    size_t at = 0;
    CHECK(protocol->ops->decode(protocol, &frame, &at, event));
    return block;
}

static bool is_value(bell_string text)
{
    struct bell__json json;
    bell__json_open(&json, text, 64);
    return bell__json_skip(&json, NULL) && bell__json_done(&json);
}

/* Whether the guess, or what becomes of it, is the data that a careful reader
 * finds. White space behind the brace is for the careful one. */
static void check_line(struct bell__protocol *protocol, const char *text,
                       size_t size, int *compared)
{
    struct bell__event guess;
    struct bell__event careful;
    char spaced[LINE_MAX + 1] = {text[0], ' '};
    memcpy(spaced + 2, text + 1, size - 1);
    char *block = read_line(protocol, text, size, &guess);
    char *other = read_line(protocol, spaced, size + 1, &careful);
    bool useful = careful.kind == BELL__EVENT_REPLY && !careful.guessed &&
                  careful.id == guess.id;
    if (guess.kind == BELL__EVENT_REPLY && guess.guessed) {
        bell_string payload = guess.payload;
        bool whole =
            is_value(payload) ||
            (protocol->ops->reread(protocol, &payload) && is_value(payload));
        /* Its call fails where there is no value; it never gets another. */
        CHECK(!whole || useful);
        CHECK(whole || !useful);
        if (whole && useful) {
            check_text_at(careful.payload.text, careful.payload.size,
                          payload.text, payload.size, __FILE__, __LINE__);
        }
        (*compared)++;
    }
    free(block);
    free(other);
}

int main(void)
{
    struct bell__centrifugo_options options = {
        .memory = &bell__memory_default, .token = "t", .name = "n"};
    struct bell__protocol *protocol = NULL;
    int compared = 0;
    CHECK_INT(BELL_OK, bell__centrifugo_make(&options, &protocol));
    for (size_t round = 0; round < ROUNDS; round++) {
        char text[LINE_MAX];
        const char *seed = seeds[round % (sizeof seeds / sizeof seeds[0])];
        size_t size = strlen(seed);
        memcpy(text, seed, size);
        for (size_t i = random_below(4); i > 0 && size > 1; i--) {
            size = mutate(text, size);
        }
        if (size > 1 && memchr(text, '\n', size) == NULL) {
            check_line(protocol, text, size, &compared);
        }
    }
    CHECK(compared > ROUNDS / 10);
    bell__protocol_free(protocol);
    return check_report();
}
