/* answer.c: any bytes as the answer to a request of HTTP: read at once and in
 * pieces it is the same, and what is body lies in it. */
#include <stdlib.h>
#include <string.h>

#include "seam/head.h"
#include "target.h"
#include "transport/http_body.h"

enum { INPUT_MAX = 1 << 16, HEAD_MAX = 2048, BODY_MAX = 4096 };

/* One answer on its way in, as a line reads it. */
struct reading {
    char *bytes;
    size_t size;
    struct bell__http_head head;
    struct bell__http_reply reply;
    struct bell__http_body body;
    bool in_body;
    enum bell__http_read verdict;
};

static void demand(int truth)
{
    if (!truth) {
        abort();
    }
}

static void read_head(struct reading *reading)
{
    const char *trouble = NULL;
    reading->verdict = bell__http_head_read(&reading->head, reading->bytes,
                                            reading->size, HEAD_MAX, &trouble);
    demand((reading->verdict == BELL__HTTP_WRONG) == (trouble != NULL));
    if (reading->verdict != BELL__HTTP_WHOLE) {
        return;
    }
    trouble = bell__http_reply_read(&reading->head, reading->bytes, false,
                                    &reading->reply);
    if (trouble != NULL) {
        reading->verdict = BELL__HTTP_WRONG;
        return;
    }
    demand(reading->reply.quiet_ms >= -1);
    demand(!reading->reply.keeps || reading->reply.framing != BELL__HTTP_CLOSE);
    reading->in_body = true;
    if (!bell__http_body_begin(&reading->body, &reading->reply, BODY_MAX,
                               HEAD_MAX - reading->head.size)) {
        demand(reading->reply.length > BODY_MAX);
        reading->verdict = BELL__HTTP_LONG;
    }
}

static void read_body(struct reading *reading)
{
    const char *trouble = NULL;
    size_t before = reading->size - reading->head.size;
    size_t size = before;
    reading->verdict = bell__http_body_read(
        &reading->body, reading->bytes + reading->head.size, &size, &trouble);
    demand((reading->verdict == BELL__HTTP_WRONG) == (trouble != NULL));
    demand(size <= before && reading->body.size <= size);
    demand(reading->body.size <= BODY_MAX ||
           reading->verdict == BELL__HTTP_LONG);
    reading->size = reading->head.size + size;
}

static void read_on(struct reading *reading)
{
    if (!reading->in_body) {
        read_head(reading);
        if (!reading->in_body || reading->verdict != BELL__HTTP_WHOLE) {
            return;
        }
    }
    read_body(reading);
}

/* In pieces of so many bytes. */
static void read_all(struct reading *reading, char *room, const uint8_t *data,
                     size_t size, size_t piece)
{
    memset(reading, 0, sizeof *reading);
    reading->bytes = room;
    reading->verdict = BELL__HTTP_PART;
    for (size_t at = 0; at < size && reading->verdict == BELL__HTTP_PART;) {
        size_t some = piece < size - at ? piece : size - at;
        memcpy(room + reading->size, data + at, some);
        reading->size += some;
        at += some;
        read_on(reading);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t pieces[] = {1, 2, 7, 100};
    struct reading whole;
    struct reading slow;
    if (size == 0 || size > INPUT_MAX) {
        return 0;
    }
    /* Of the size that is needed, so that a sanitizer sees who reads on. */
    char *first = malloc(size);
    char *second = malloc(size);
    demand(first != NULL && second != NULL);
    read_all(&whole, first, data, size, size);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        read_all(&slow, second, data, size, pieces[i]);
        demand(slow.verdict == whole.verdict);
        demand(slow.head.status == whole.head.status);
        if (whole.verdict == BELL__HTTP_WHOLE) {
            demand(slow.head.size == whole.head.size);
            demand(slow.body.size == whole.body.size);
            demand(memcmp(first + whole.head.size, second + slow.head.size,
                          whole.body.size) == 0);
        }
    }
    free(first);
    free(second);
    return 0;
}
