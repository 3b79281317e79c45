/* centrifugo_test.c: what real servers sent, damaged: whatever the bytes, the
 * protocol gives events that stand in the frame, and ends. */
#include "protocol/centrifugo.h"

#include <stdlib.h>

#include "base/memory.h"
#include "unit/check.h"

enum { ROUNDS = 60, LINE_BYTES_MAX = 64 * 1024, EVENTS_MAX = 100000 };

static uint64_t seed = 11;

static uint64_t draw(void)
{
    seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return seed >> 33;
}

/* Changes, drops or doubles some bytes; gives the new size. */
static size_t damage(char *bytes, size_t size, size_t room)
{
    static const char marks[] = "{}[]\",:\\\n0-19.eE truefalsn\xff\x80";
    for (uint64_t i = draw() % 4 + 1; i > 0 && size > 1; i--) {
        size_t at = (size_t)draw() % size;
        switch (draw() % 4) {
        case 0:
            bytes[at] = marks[draw() % (sizeof marks - 1)];
            break;
        case 1:
            memmove(bytes + at, bytes + at + 1, size - at - 1);
            size--;
            break;
        case 2:
            if (size < room) {
                memmove(bytes + at + 1, bytes + at, size - at);
                size++;
            }
            break;
        default:
            size = at + 1; /* cut short */
        }
    }
    return size;
}

static bool is_inside(bell_string part, const struct bell__frame *frame)
{
    return part.size == 0 ||
           (part.text >= frame->bytes &&
            part.text + part.size <= frame->bytes + frame->size);
}

/* Everything that a frame of this very size holds. */
static void read_frame(struct bell__protocol *protocol, const char *bytes,
                       size_t size)
{
    char *exact = malloc(size); /* a sanitizer sees a read behind it */
    struct bell__event event;
    size_t at = 0;
    int events = 0;
    memcpy(exact, bytes, size);
    struct bell__frame frame = {.bytes = exact, .size = size};
    while (protocol->ops->decode(protocol, &frame, &at, &event)) {
        CHECK(is_inside(event.payload, &frame));
        CHECK(at <= size);
        CHECK(memchr(event.text, '\0', sizeof event.text) != NULL);
        CHECK(event.kind != BELL__EVENT_BYE || event.text[0] != '\0');
        CHECK(++events < EVENTS_MAX);
    }
    free(exact);
}

static void damage_all(struct bell__protocol *protocol, const char *path)
{
    static char line[LINE_BYTES_MAX];
    static char damaged[LINE_BYTES_MAX];
    FILE *file = fopen(path, "r");
    int frames = 0;
    CHECK(file != NULL);
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "frame ", 6) != 0) {
            continue;
        }
        size_t size = strcspn(line, "\n") - 6;
        read_frame(protocol, line + 6, size);
        for (int i = 0; i < ROUNDS && size != 0; i++) {
            memcpy(damaged, line + 6, size);
            read_frame(protocol, damaged,
                       damage(damaged, size, sizeof damaged));
        }
        frames++;
    }
    CHECK(frames > 20);
    if (file != NULL) {
        fclose(file);
    }
}

int main(void)
{
    struct bell__centrifugo_options options = {
        .memory = &bell__memory_default, .token = "t", .name = "n"};
    struct bell__protocol *protocol = NULL;
    CHECK_INT(BELL_OK, bell__centrifugo_make(&options, &protocol));
    damage_all(protocol, TESTS_DIR "/conformance/frames_v6.txt");
    damage_all(protocol, TESTS_DIR "/conformance/frames_v5.txt");
    damage_all(protocol, TESTS_DIR "/conformance/calls.txt");
    bell__protocol_free(protocol);
    return check_report();
}
