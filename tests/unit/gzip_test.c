/* gzip_test.c: answers of HTTP that are packed with gzip: what comes of them,
 * and how much may. */
#include <stdlib.h>
#include <zlib.h>

#include "transport/inflate.h"
#include "unit/exchange.h"

enum { PACKED_MAX = 1 << 20, INFLATED_MAX = 100000, LARGE = 64 * 1024 * 1024 };

#define GET "GET /a HTTP/1.1\r\n"
#define OK  "HTTP/1.1 200 OK\r\n"

/* So often the same byte; `window` as zlib has it: 31 is gzip. */
static size_t pack_bytes(char byte, size_t count, int window, char *out)
{
    static char piece[65536];
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    memset(piece, byte, sizeof piece);
    CHECK_INT(Z_OK, deflateInit2(&stream, 9, Z_DEFLATED, window, 9,
                                 Z_DEFAULT_STRATEGY));
    stream.next_out = (unsigned char *)out;
    stream.avail_out = PACKED_MAX;
    int result = Z_OK;
    while (result == Z_OK) {
        size_t some = count < sizeof piece ? count : sizeof piece;
        stream.next_in = (unsigned char *)piece;
        stream.avail_in = (unsigned)some;
        count -= some;
        result = deflate(&stream, count == 0 ? Z_FINISH : Z_NO_FLUSH);
    }
    CHECK_INT(Z_STREAM_END, result);
    size_t size = PACKED_MAX - stream.avail_out;
    deflateEnd(&stream);
    return size;
}

static char packed[PACKED_MAX];
static char inflated[INFLATED_MAX + 1];

/* Of `size` bytes of `packed`, on a connection that was kept. */
static void answer(struct rig *rig, uint64_t tag, const char *coding,
                   size_t size)
{
    char text[REQUEST_MAX];
    ask(rig, tag, GET, "");
    if (rig->peer.fd < 0) {
        take_call(rig);
    }
    hear(rig, text);
    CHECK(strstr(text, "\r\nAccept-Encoding: gzip\r\n") != NULL);
    snprintf(text, sizeof text,
             OK "Content-Encoding: %s\r\nContent-Length: %zu\r\n\r\n", coding,
             size);
    say(rig, text);
    for (size_t at = 0; at < size;) {
        ssize_t put = send(rig->peer.fd, packed + at, size - at,
                           MSG_DONTWAIT | MSG_NOSIGNAL);
        at += put > 0 ? (size_t)put : 0;
        bell__loop_pump(rig->loop, 0);
    }
}

static void open_rig(struct rig *rig)
{
    struct bell__http_options options = {.gzip = true,
                                         .message_bytes_max = PACKED_MAX,
                                         .inflated_bytes_max = INFLATED_MAX};
    rig_wire(rig);
    CHECK_INT(BELL_OK, rig_make(rig, "", &options));
}

static void what_is_packed_is_unpacked(void)
{
    struct rig rig;
    open_rig(&rig);
    memset(inflated, 'z', INFLATED_MAX);
    answer(&rig, 1, "gzip", pack_bytes('z', INFLATED_MAX, 31, packed));
    check_reply(&rig, 1, 200, inflated);
    answer(&rig, 2, "X-GZIP", pack_bytes('a', 3, 31, packed));
    check_reply(&rig, 2, 200, "aaa");
    size_t size = pack_bytes('a', 3, 31, packed); /* one behind the other */
    size += pack_bytes('b', 2, 31, packed + size);
    answer(&rig, 3, "gzip", size);
    check_reply(&rig, 3, 200, "aaabb");
    answer(&rig, 4, "gzip", 0);
    check_reply(&rig, 4, 200, "");
    answer(&rig, 5, "gzip", pack_bytes('a', 0, 31, packed));
    check_reply(&rig, 5, 200, "");
    CHECK(!rig.transport->ops->receive(rig.transport, &rig.frame));
    rig.transport->ops->rest(rig.transport);
    answer(&rig, 6, "identity", 0);
    check_reply(&rig, 6, 200, "");
    answer(&rig, 7, "gzip", pack_bytes('c', 1, 31, packed));
    check_reply(&rig, 7, 200, "c");
    rig_close(&rig);
}

static void what_is_not_gzip_is_none(void)
{
    static const char wrong[] = "the server's answer is not gzip, as it says";
    struct rig rig;
    open_rig(&rig);
    for (uint64_t tag = 0; tag < 6; tag++) {
        size_t size = pack_bytes('a', 1000, 31, packed);
        switch (tag) {
        case 0:
            memcpy(packed, "{}", 2);
            size = 2;
            break;
        case 1: /* zlib's own */
            size = pack_bytes('a', 1000, 15, packed);
            break;
        case 2: /* cut */
            size -= 1;
            break;
        case 3: /* its sum */
            packed[size - 6] ^= 1;
            break;
        case 4: /* more behind it */
            packed[size++] = 'x';
            break;
        default: /* within */
            packed[12] ^= 0x55;
        }
        answer(&rig, tag, "gzip", size);
        check_end(&rig, tag, BELL__EXCHANGE_UNKNOWN, wrong);
    }
    rig_close(&rig);
}

/* Twice packed, or in another way: that was not asked for. */
static void other_codings_are_refused(void)
{
    static const char *const codings[] = {"gzip, gzip", "deflate", "br",
                                          "gzip\r\nContent-Encoding: gzip"};
    for (size_t i = 0; i < sizeof codings / sizeof codings[0]; i++) {
        struct rig rig;
        open_rig(&rig);
        answer(&rig, 1, codings[i], pack_bytes('a', 9, 31, packed));
        check_end(&rig, 1, BELL__EXCHANGE_UNKNOWN,
                  "Content-Encoding that was not asked for");
        rig_close(&rig);
    }
}

/* 64 MB in as many KB: no more memory is taken than may be. */
static void a_bomb_does_not_go_off(void)
{
    struct rig rig;
    open_rig(&rig);
    answer(&rig, 1, "gzip", pack_bytes('0', LARGE, 31, packed));
    check_end(&rig, 1, BELL__EXCHANGE_UNKNOWN,
              "larger than inflated_bytes_max (");
    CHECK(rig.counter.bytes < 1024 * 1024);
    answer(&rig, 2, "gzip", pack_bytes('0', INFLATED_MAX + 1, 31, packed));
    check_end(&rig, 2, BELL__EXCHANGE_UNKNOWN,
              "larger than inflated_bytes_max");
    answer(&rig, 3, "gzip", pack_bytes('0', 1, 31, packed));
    check_reply(&rig, 3, 200, "0");
    rig_close(&rig);
}

static void memory_fails_in_turn(void)
{
    size_t fail = 1;
    for (; fail < 100; fail++) {
        struct counter counter;
        bell_allocator memory = counter_allocator(&counter);
        struct bell__inflate *inflate = NULL;
        struct bell__buf out;
        bell_string text = {packed, pack_bytes('a', 50000, 31, packed)};
        bell__buf_open(&out, &memory, 0);
        counter.fail = fail;
        enum bell__inflated got =
            bell__inflate(&inflate, &memory, text, INFLATED_MAX, &out);
        bool failed = counter.calls >= fail;
        CHECK_INT(failed ? BELL__INFLATE_NO_MEMORY : BELL__INFLATE_WHOLE, got);
        bell__inflate_free(inflate);
        bell__buf_close(&out);
        CHECK_INT(0, counter.bytes);
        if (!failed) {
            break;
        }
    }
    CHECK(fail > 3 && fail < 100);
}

int main(void)
{
    what_is_packed_is_unpacked();
    what_is_not_gzip_is_none();
    other_codings_are_refused();
    a_bomb_does_not_go_off();
    memory_fails_in_turn();
    return check_report();
}
