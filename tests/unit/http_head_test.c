/* http_head_test.c: heads of answers, as they should be and in every other
 * way, whole and byte by byte. */
#include "transport/http_head.h"

#include <string.h>

#include "seam/head.h"
#include "unit/check.h"

enum { HEAD_MAX = 256 };

#define OK "HTTP/1.1 200 OK\r\n"

static const struct {
    const char *answer;
    enum bell__http_read read;
    int status;
    const char *says; /* where it is wrong */
} answers[] = {
    {OK "\r\n", BELL__HTTP_WHOLE, 200, NULL},
    {OK "A: b\r\n\r\nbody\n\n", BELL__HTTP_WHOLE, 200, NULL},
    {"HTTP/1.1 204 \r\n\r\n", BELL__HTTP_WHOLE, 204, NULL},
    {"HTTP/1.1 204\r\n\r\n", BELL__HTTP_WHOLE, 204, NULL},
    {"HTTP/1.0 999 \xc3\xa4\r\n\r\n", BELL__HTTP_WHOLE, 999, NULL},
    {OK "a!#$%&'*+-.^_`|~9: \t \r\n\r\n", BELL__HTTP_WHOLE, 200, NULL},
    {OK "A: \xe4\tb\r\n\r\n", BELL__HTTP_WHOLE, 200, NULL},

    {"", BELL__HTTP_PART, 0, NULL},
    {"HTTP", BELL__HTTP_PART, 0, NULL},
    {"HTTP/1.1 200 OK\r", BELL__HTTP_PART, 0, NULL},
    {OK, BELL__HTTP_PART, 200, NULL},
    {OK "A: b\r\n\r", BELL__HTTP_PART, 200, NULL},

    {"http/1.1 200 OK", BELL__HTTP_WRONG, 0, "not an HTTP/1 status"},
    {"\r\n" OK "\r\n", BELL__HTTP_WRONG, 0, "not an HTTP/1 status"},
    {"HTTP/2", BELL__HTTP_WRONG, 0, "not an HTTP/1 status"},
    {"HTTP/1.x 200 OK\r\n\r\n", BELL__HTTP_WRONG, 0, "not an HTTP/1 status"},
    {"HTTP/1.10 200 OK\r\n\r\n", BELL__HTTP_WRONG, 0, "not an HTTP/1 status"},
    {"HTTP/1.1  200 OK\r\n\r\n", BELL__HTTP_WRONG, 0, "not an HTTP/1 status"},
    {"HTTP/1.1 20 OK\r\n\r\n", BELL__HTTP_WRONG, 0, "not an HTTP/1 status"},
    {"HTTP/1.1 2000 OK\r\n\r\n", BELL__HTTP_WRONG, 0, "not an HTTP/1 status"},
    {"HTTP/1.1 099 OK\r\n\r\n", BELL__HTTP_WRONG, 0, "not an HTTP/1 status"},
    {"HTTP/1.1 200 O\x01K\r\n\r\n", BELL__HTTP_WRONG, 0,
     "not an HTTP/1 status"},
    {"HTTP/1.1 200 O\rK\r\n\r\n", BELL__HTTP_WRONG, 0, "not an HTTP/1 status"},
    {"HTTP/1.1 200 OK\n\n", BELL__HTTP_WRONG, 0, "end with CR LF"},
    {"HTTP/1.1\r\n\r\n", BELL__HTTP_WRONG, 0, "not an HTTP/1 status"},

    {OK "A: b\n\r\n", BELL__HTTP_WRONG, 200, "end with CR LF"},
    {OK "\n", BELL__HTTP_WRONG, 200, "end with CR LF"},
    {OK " A: b\r\n\r\n", BELL__HTTP_WRONG, 200, "folded"},
    {OK "A: b\r\n\tc\r\n\r\n", BELL__HTTP_WRONG, 200, "folded"},
    {OK "A : b\r\n\r\n", BELL__HTTP_WRONG, 200,
     "not a name, a colon and a value"},
    {OK ": b\r\n\r\n", BELL__HTTP_WRONG, 200,
     "not a name, a colon and a value"},
    {OK "A\r\n\r\n", BELL__HTTP_WRONG, 200, "not a name, a colon and a value"},
    {OK "A\xe4: b\r\n\r\n", BELL__HTTP_WRONG, 200, "not a name, a colon"},
    {OK "A: b\rc\r\n\r\n", BELL__HTTP_WRONG, 200, "control character"},
    {OK "A: b\x7f\r\n\r\n", BELL__HTTP_WRONG, 200, "control character"},
};

static void check_answer(size_t index, const char *bytes, size_t size,
                         enum bell__http_read read,
                         const struct bell__http_head *head,
                         const char *trouble)
{
    const char *says = answers[index].says;
    CHECK_INT(answers[index].read, read);
    CHECK_INT(answers[index].status, head->status);
    if (says != NULL && (trouble == NULL || strstr(trouble, says) == NULL)) {
        CHECK(false);
        fprintf(stderr, "  answer %zu: want: %s\n  got: %s\n", index, says,
                trouble);
    }
    if (read == BELL__HTTP_WHOLE) {
        const char *body = strstr(bytes, "\r\n\r\n") + 4;
        CHECK_INT(body - bytes, head->size);
        CHECK(head->size <= size);
    }
}

static void test_answers(void)
{
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        const char *bytes = answers[i].answer;
        size_t size = strlen(bytes);
        struct bell__http_head whole = {0};
        struct bell__http_head slow = {0};
        const char *trouble = NULL;
        enum bell__http_read read =
            bell__http_head_read(&whole, bytes, size, HEAD_MAX, &trouble);
        check_answer(i, bytes, size, read, &whole, trouble);
        enum bell__http_read last = BELL__HTTP_PART;
        for (size_t end = 0; end <= size && last == BELL__HTTP_PART; end++) {
            last = bell__http_head_read(&slow, bytes, end, HEAD_MAX, &trouble);
        }
        check_answer(i, bytes, size, last, &slow, trouble);
    }
}

/* A NUL ends no text of a peer's. */
static void test_nul(void)
{
    static const char bytes[] = OK "A: b\0c\r\n\r\n";
    struct bell__http_head head = {0};
    const char *trouble = NULL;
    CHECK_INT(BELL__HTTP_WRONG,
              bell__http_head_read(&head, bytes, sizeof bytes - 1, HEAD_MAX,
                                   &trouble));
}

static void test_bounds(void)
{
    char bytes[HEAD_MAX + 8];
    const char *trouble = NULL;
    size_t start = sizeof OK - 1;
    memcpy(bytes, OK, start);
    memset(bytes + start, 'a', sizeof bytes - start);
    bytes[start + 1] = ':';
    memcpy(bytes + HEAD_MAX - 4, "\r\n\r\n", 4);
    struct bell__http_head just = {0};
    CHECK_INT(BELL__HTTP_WHOLE, bell__http_head_read(&just, bytes, sizeof bytes,
                                                     HEAD_MAX, &trouble));
    struct bell__http_head less = {0};
    CHECK_INT(BELL__HTTP_LONG, bell__http_head_read(&less, bytes, sizeof bytes,
                                                    HEAD_MAX - 1, &trouble));
    struct bell__http_head cut = {0};
    CHECK_INT(BELL__HTTP_PART, bell__http_head_read(&cut, bytes, HEAD_MAX - 1,
                                                    HEAD_MAX, &trouble));
    memset(bytes + HEAD_MAX - 4, 'a', 4);
    CHECK_INT(BELL__HTTP_LONG,
              bell__http_head_read(&cut, bytes, HEAD_MAX, HEAD_MAX, &trouble));
}

static void test_headers(void)
{
    static const char bytes[] = OK "Connection:keep-alive ,\t, Close\r\n"
                                   "Empty:\r\n"
                                   "X-Connection: upgrade\r\n"
                                   "EMPTY: \t some  thing \t\r\n"
                                   "connection: UPGRADE\r\n\r\nmore: body\r\n";
    struct bell__http_head head = {0};
    const char *trouble = NULL;
    bell_string name = {NULL, 0};
    bell_string value = {NULL, 0};
    size_t at = 0;
    int count = 0;
    CHECK_INT(BELL__HTTP_WHOLE,
              bell__http_head_read(&head, bytes, sizeof bytes - 1, sizeof bytes,
                                   &trouble));
    bell_string lines = bell__http_head_lines(&head, bytes);
    while (bell__head_next(lines, &at, &name, &value)) {
        count++;
    }
    CHECK_INT(5, count);
    CHECK_BYTES("connection", name.text, name.size);
    CHECK_BYTES("UPGRADE", value.text, value.size);
    CHECK_INT(1, bell__head_find(lines, "empty", &value));
    CHECK_BYTES("some  thing", value.text, value.size);
    CHECK_INT(2, bell__head_find(lines, "CONNECTION", &value));
    CHECK_BYTES("keep-alive ,\t, Close", value.text, value.size);
    CHECK_INT(0, bell__head_find(lines, "more", &value));
    CHECK_INT(0, bell__head_find(lines, "conn", &value));
    CHECK(bell__head_lists(lines, "Connection", "keep-alive"));
    CHECK(bell__head_lists(lines, "Connection", "close"));
    CHECK(bell__head_lists(lines, "Connection", "upgrade"));
    CHECK(!bell__head_lists(lines, "Connection", "keep"));
    CHECK(!bell__head_lists(lines, "more", "body"));
}

/* Each byte where a name has one. */
static void test_names(void)
{
    static const char letters[] = "!#$%&'*+-.^_`|~0123456789"
                                  "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (int byte = 1; byte < 256; byte++) {
        char line[] = "a?b: c\r\n";
        line[1] = (char)byte;
        bool good = strchr(letters, byte) != NULL || byte == ':';
        CHECK(good == (bell__http_line_wrong(line, sizeof line - 1) == NULL));
    }
}

/* Each byte at each place of values of each length. */
static void test_values(void)
{
    for (size_t size = 1; size <= 20; size++) {
        for (size_t at = 0; at < size; at++) {
            for (int byte = 0; byte < 256; byte++) {
                char line[32] = "a:\t                    ";
                line[2 + at] = (char)byte;
                memcpy(line + 2 + size, "\r\n", 2);
                bool good = byte == '\t' || (byte >= 0x20 && byte != 0x7f);
                CHECK(good == (bell__http_line_wrong(line, size + 4) == NULL));
            }
        }
    }
}

int main(void)
{
    test_answers();
    test_nul();
    test_bounds();
    test_headers();
    test_names();
    test_values();
    return check_report();
}
