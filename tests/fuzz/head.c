/* head.c: any bytes as the head of an HTTP answer: read at once and in pieces
 * it is the same, and what is read lies in it. */
#include <stdlib.h>
#include <string.h>

#include "seam/head.h"
#include "target.h"
#include "transport/handshake.h"

enum { HEAD_MAX = 512 };

static void demand(int truth)
{
    if (!truth) {
        abort();
    }
}

static void walk(const struct bell__http_head *head, const char *bytes)
{
    bell_string name;
    bell_string value;
    char text[128];
    size_t at = 0;
    bell_string lines = bell__http_head_lines(head, bytes);
    while (bell__head_next(lines, &at, &name, &value)) {
        demand(name.size != 0 && name.text >= lines.text);
        demand(value.text + value.size <= bytes + head->size - 4);
        demand(memchr(name.text, '\n', name.size) == NULL);
        demand(memchr(value.text, '\n', value.size) == NULL);
    }
    demand(at == lines.size);
    struct bell__handshake_answer answer = {.key = "dGhlIHNhbXBsZSBub25jZQ==",
                                            .offered = "one, two"};
    bell__handshake_check(head, bytes, &answer, text, sizeof text);
    demand(answer.chosen.size == 0 || answer.chosen.size == 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    const char *trouble = NULL;
    struct bell__http_head whole = {0};
    struct bell__http_head slow = {0};
    enum bell__http_read read =
        bell__http_head_read(&whole, bytes, size, HEAD_MAX, &trouble);
    enum bell__http_read last = BELL__HTTP_PART;
    for (size_t end = 1; end <= size && last == BELL__HTTP_PART; end++) {
        last = bell__http_head_read(&slow, bytes, end, HEAD_MAX, &trouble);
    }
    demand(last == read);
    demand(slow.status == whole.status && slow.size == whole.size);
    demand((read == BELL__HTTP_WRONG) == (trouble != NULL));
    if (read == BELL__HTTP_WHOLE) {
        demand(memcmp(bytes + whole.size - 4, "\r\n\r\n", 4) == 0);
        walk(&whole, bytes);
    }
    return 0;
}
