/* http_lies_test.c: servers that lie: answers that are cut, endless or could be
 * read in two ways. Each ends its exchange as it must, the request reached the
 * server once, and the connection is kept only where that is safe. */
#include <errno.h>

#include "unit/exchange.h"

enum { HEAD_MAX = 16384, BODY_MAX = 100000, REQUEST_BYTES = 256 };

#define OK           "HTTP/1.1 200 OK\r\n"
#define TWO          "Content-Length: 2\r\n"
#define CHUNKED      OK "Transfer-Encoding: chunked\r\n\r\n"
#define NOT_HTTP     "the server's answer is not HTTP/1.1: "
#define A64          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A256         A64 A64 A64 A64
#define A1K          A256 A256 A256 A256
#define ANSWER(text) .bytes = text, .size = sizeof(text) - 1
#define WRONG(words) .end = BELL__EXCHANGE_UNKNOWN, .said = words
#define GOOD(body)   .end = BELL__EXCHANGE_REPLIED, .said = body

enum hangup { STAYS, FIN, RST };

struct lie {
    const char *name;
    const char *bytes;
    size_t size;
    const char *more; /* said again and again, until it has ended */
    enum hangup hangup;
    enum bell__exchange end; /* NONE: it does not end, and is cancelled */
    const char *said;        /* the body, or words of the trouble */
    int status;              /* 0: 200 */
    bool kept;
};

static const struct lie lies[] = {
    {"lines of a head without end", ANSWER(OK), "X-A: aaaaaaaaaaaaaaaaaaaa\r\n",
     WRONG("head of the server's answer is larger than head_bytes_max")},
    {"a line without end", ANSWER(OK "X: "),
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     WRONG("head of the server's answer is larger than head_bytes_max")},
    {"a head that drips", ANSWER(OK "X: a")},
    {"answers before the answer without end", ANSWER(""),
     "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n",
     WRONG(NOT_HTTP "it has more than 8 heads with a status below 200")},
    {"large ones before the answer", ANSWER(""),
     "HTTP/1.1 103 Hints\r\nLink: " A1K A1K A1K "\r\n\r\n",
     WRONG("head of the server's answer is larger than head_bytes_max")},
    {"one that drips", ANSWER("HTTP/1.1 102 Processing\r\n\r\n")},
    {"a body that drips", ANSWER(OK "Content-Length: 90000\r\n\r\na")},
    {"a body without end", ANSWER(OK "\r\n"),
     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
     WRONG("larger than message_bytes_max (100000)")},
    {"chunks without end", ANSWER(CHUNKED), "8\r\nbbbbbbbb\r\n",
     WRONG("larger than message_bytes_max (100000)")},
    {"a chunk's extension without end", ANSWER(CHUNKED "5;"), "eeeeeeeeeeeeeee",
     WRONG(NOT_HTTP "a line between or behind its chunks is too long")},
    {"a trailer without end", ANSWER(CHUNKED "1\r\na\r\n0\r\n"),
     "X-T: ttttttttttttttttttttttt\r\n",
     WRONG(NOT_HTTP "the headers behind its chunks are too long")},
    {"a trailer's line without end", ANSWER(CHUNKED "1\r\na\r\n0\r\nX: "),
     "ttttttttttttttttttttttttttttt",
     WRONG(NOT_HTTP "a line between or behind its chunks is too long")},
    {"a trailer that is no header", ANSWER(CHUNKED "0\r\nHTTP/1.1 200 OK\r\n"),
     WRONG(NOT_HTTP "a header line is not a name, a colon and a value")},
    {"a chunk too large for a number",
     ANSWER(CHUNKED "FFFFFFFFFFFFFFFFFF\r\nabc"),
     WRONG(NOT_HTTP "a chunk has no size")},
    {"a chunk that is too large", ANSWER(CHUNKED "FFFFFFFFFFFFFFF\r\nabc"),
     WRONG("larger than message_bytes_max")},
    {"a chunk without a size", ANSWER(CHUNKED "zz\r\nabc\r\n0\r\n\r\n"),
     WRONG(NOT_HTTP "a chunk has no size")},
    {"a chunk with an empty size", ANSWER(CHUNKED "\r\nabc\r\n0\r\n\r\n"),
     WRONG(NOT_HTTP "a chunk has no size")},
    {"a chunk with a signed size", ANSWER(CHUNKED "+3\r\nabc\r\n0\r\n\r\n"),
     WRONG(NOT_HTTP "a chunk has no size")},
    {"a chunk with two sizes", ANSWER(CHUNKED "3 4\r\nabc\r\n0\r\n\r\n"),
     WRONG(NOT_HTTP "a chunk has no size")},
    {"a chunk with a prefix", ANSWER(CHUNKED "0x3\r\nabc\r\n0\r\n\r\n"),
     WRONG(NOT_HTTP "a chunk has no size")},
    {"a chunk's line end is bare", ANSWER(CHUNKED "3\nabc\r\n0\r\n\r\n"),
     WRONG(NOT_HTTP "a chunk has no size")},
    {"an extension with a bare CR", ANSWER(CHUNKED "3;\rx\r\nabc\r\n0\r\n\r\n"),
     WRONG(NOT_HTTP "a chunk has no size")},
    {"a chunk that is longer", ANSWER(CHUNKED "3\r\nabcd\r\n0\r\n\r\n"),
     WRONG(NOT_HTTP "a chunk is longer than its size")},
    {"a chunk that ends with LF", ANSWER(CHUNKED "3\r\nabc\n0\r\n\r\n"),
     WRONG(NOT_HTTP "a chunk is longer than its size")},
    {"chunks that are cut", ANSWER(CHUNKED "3\r\nabc\r\n"), .hangup = FIN,
     WRONG("the server ended the connection within its answer")},
    {"chunks with spaces behind a size",
     ANSWER(CHUNKED "3  \r\nabc\r\n0\r\n\r\n"), GOOD("abc"), .kept = true},
    {"a body longer than it says", ANSWER(OK "Content-Length: 3\r\n\r\nabcdef"),
     GOOD("abc")},
    {"an answer behind the answer",
     ANSWER(OK "Content-Length: 3\r\n\r\nabc" OK
               "Content-Length: 4\r\n\r\nevil"),
     GOOD("abc")},
    {"a body shorter than it says", ANSWER(OK "Content-Length: 30\r\n\r\nabc"),
     .hangup = FIN, WRONG("the server ended the connection within its answer")},
    {"a body that breaks", ANSWER(OK "Content-Length: 30\r\n\r\nabc"),
     .hangup = RST, WRONG("the connection broke: Connection reset by peer")},
    {"a body larger than allowed", ANSWER(OK "Content-Length: 100001\r\n\r\n"),
     WRONG("the server's answer is larger than message_bytes_max (100000)")},
    {"two lengths",
     ANSWER(OK "Content-Length: 3\r\nContent-Length: 8\r\n\r\nabcdefgh"),
     WRONG(NOT_HTTP "it has two different Content-Lengths")},
    {"a length said twice",
     ANSWER(OK "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
     GOOD("abc"), .kept = true},
    {"a list of lengths", ANSWER(OK "Content-Length: 3, 8\r\n\r\nabcdefgh"),
     WRONG(NOT_HTTP "it has a Content-Length that is not a number")},
    {"a negative length", ANSWER(OK "Content-Length: -3\r\n\r\nabc"),
     WRONG(NOT_HTTP "it has a Content-Length that is not a number")},
    {"a signed length", ANSWER(OK "Content-Length: +3\r\n\r\nabcdef"),
     WRONG(NOT_HTTP "it has a Content-Length that is not a number")},
    {"a length and more", ANSWER(OK "Content-Length: 3abc\r\n\r\nabcdef"),
     WRONG(NOT_HTTP "it has a Content-Length that is not a number")},
    {"an empty length", ANSWER(OK "Content-Length:\r\n\r\nabcdef"),
     WRONG(NOT_HTTP "it has a Content-Length that is not a number")},
    {"a length that is no number of bytes",
     ANSWER(OK "Content-Length: 99999999999999999999\r\n\r\nabc"),
     WRONG(NOT_HTTP "it has a Content-Length that is not a number")},
    {"a length and chunks",
     ANSWER(OK "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n"
               "5\r\nabcde\r\n0\r\n\r\n"),
     WRONG(NOT_HTTP "it has both Content-Length and Transfer-Encoding")},
    {"chunks and a length",
     ANSWER(OK "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n"
               "5\r\nabcde\r\n0\r\n\r\n"),
     WRONG(NOT_HTTP "it has both Content-Length and Transfer-Encoding")},
    {"an encoding that nobody knows",
     ANSWER(OK "Transfer-Encoding: banana\r\nContent-Length: 3\r\n\r\nabc"),
     WRONG(NOT_HTTP "it has a Transfer-Encoding other than chunked")},
    {"chunks of gzip", ANSWER(OK "Transfer-Encoding: gzip, chunked\r\n\r\n"),
     WRONG(NOT_HTTP "it has a Transfer-Encoding other than chunked")},
    {"chunks of chunks",
     ANSWER(OK "Transfer-Encoding: chunked\r\nTransfer-Encoding: "
               "chunked\r\n\r\n0\r\n\r\n"),
     WRONG(NOT_HTTP "it has a Transfer-Encoding other than chunked")},
    {"chunks of HTTP/1.0",
     ANSWER("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
     WRONG(NOT_HTTP "it has a Transfer-Encoding, which HTTP/1.0 does not")},
    {"gzip that was not asked for",
     ANSWER(OK "Content-Encoding: gzip\r\n" TWO "\r\nok"),
     WRONG(NOT_HTTP "it has a Content-Encoding that was not asked for")},
    {"gzip of gzip", ANSWER(OK "Content-Encoding: gzip, gzip\r\n" TWO "\r\nok"),
     WRONG(NOT_HTTP "it has a Content-Encoding that was not asked for")},
    {"nothing done to the content",
     ANSWER(OK "Content-Encoding: identity\r\n" TWO "\r\nok"), GOOD("ok"),
     .kept = true},
    {"a way to elsewhere",
     ANSWER("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
            "Content-Length: 0\r\n\r\n"),
     GOOD(""), .status = 302, .kept = true},
    {"no HTTP", ANSWER("hello, I am not HTTP\n"), .hangup = FIN,
     WRONG(NOT_HTTP "the first line is not an HTTP/1 status line")},
    {"HTTP/2", ANSWER("HTTP/2 200\r\n" TWO "\r\nok"),
     WRONG(NOT_HTTP "the first line is not an HTTP/1 status line")},
    {"HTTP/9.9", ANSWER("HTTP/9.9 200 OK\r\n" TWO "\r\nok"),
     WRONG(NOT_HTTP "the first line is not an HTTP/1 status line")},
    {"a status of letters", ANSWER("HTTP/1.1 abc OK\r\n" TWO "\r\nok"),
     WRONG(NOT_HTTP "the first line is not an HTTP/1 status line")},
    {"a status of 0", ANSWER("HTTP/1.1 000 OK\r\n" TWO "\r\nok"),
     WRONG(NOT_HTTP "the first line is not an HTTP/1 status line")},
    {"a status of four digits", ANSWER("HTTP/1.1 2000 OK\r\n" TWO "\r\nok"),
     WRONG(NOT_HTTP "the first line is not an HTTP/1 status line")},
    {"a status that nobody knows", ANSWER("HTTP/1.1 799 Hm\r\n" TWO "\r\nok"),
     GOOD("ok"), .status = 799},
    {"another protocol", ANSWER("HTTP/1.1 101 X\r\nUpgrade: x\r\n\r\nxyz"),
     WRONG(NOT_HTTP "it has the status 101, which was not asked for")},
    {"204 with a body",
     ANSWER("HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\nabcde"), GOOD(""),
     .status = 204},
    {"205 without a body",
     ANSWER("HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n"), GOOD(""),
     .status = 205, .kept = true},
    {"304 with a length",
     ANSWER("HTTP/1.1 304 Same\r\nContent-Length: 500\r\n\r\n"), GOOD(""),
     .status = 304, .kept = true},
    {"a NUL", ANSWER(OK "X: a\0b\r\n" TWO "\r\nok"),
     WRONG(NOT_HTTP "a line has a control character")},
    {"a bare CR", ANSWER(OK "X: a\rb\r\n" TWO "\r\nok"),
     WRONG(NOT_HTTP "a line has a control character")},
    {"no colon", ANSWER(OK "garbage line\r\n" TWO "\r\nok"),
     WRONG(NOT_HTTP "a header line is not a name, a colon and a value")},
    {"a folded line", ANSWER(OK "X: a\r\n b\r\n" TWO "\r\nok"),
     WRONG(NOT_HTTP "a line is folded")},
    {"bare line ends", ANSWER("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"),
     WRONG(NOT_HTTP "a line does not end with CR LF")},
    {"a space before the colon", ANSWER(OK "Content-Length : 2\r\n\r\nok"),
     WRONG(NOT_HTTP "a header line is not a name, a colon and a value")},
    {"a body until the end", ANSWER(OK "\r\nabc"), .hangup = FIN, GOOD("abc")},
    {"a body until it breaks", ANSWER(OK "\r\nabc"), .hangup = RST,
     WRONG("the connection broke: Connection reset by peer")},
    {"a head that is cut", ANSWER(OK "Content-"), .hangup = FIN,
     WRONG("the server ended the connection within its answer")},
    {"a status line that is cut", ANSWER("HTTP/1.1 2"), .hangup = FIN,
     WRONG("the server ended the connection within its answer")},
    {"nothing", ANSWER(""), .hangup = FIN,
     WRONG("the server ended the connection without an answer")},
    {"TLS", ANSWER("\x15\x03\x01\x00\x02\x02\x46"),
     WRONG("the server speaks TLS: write https://")},
    {"a good answer", ANSWER(OK TWO "\r\nok"), GOOD("ok"), .kept = true},
    {"one that ends the line", ANSWER(OK TWO "Connection: close\r\n\r\nok"),
     GOOD("ok")},
    {"one that ends it among others",
     ANSWER(OK TWO "Connection: x,\tCLOSE\r\n\r\nok"), GOOD("ok")},
    {"a word that is like it", ANSWER(OK TWO "Connection: closed\r\n\r\nok"),
     GOOD("ok"), .kept = true},
    {"HTTP/1.0",
     ANSWER("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" TWO "\r\nok"),
     GOOD("ok")},
    {"an error of the server", ANSWER("HTTP/1.1 500 Oh\r\n" TWO "\r\nok"),
     GOOD("ok"), .status = 500},
    {"an error of ours", ANSWER("HTTP/1.1 404 No\r\n" TWO "\r\nok"), GOOD("ok"),
     .status = 404, .kept = true},
    {"a line that is quiet for a second",
     ANSWER(OK TWO "Keep-Alive: max=9, timeout=1\r\n\r\nok"), GOOD("ok")},
    {"a line that is quiet for longer",
     ANSWER(OK TWO "Keep-Alive: timeout=3\r\n\r\nok"), GOOD("ok"),
     .kept = true},
};

static void hang_up(struct peer *peer, enum hangup hangup)
{
    struct linger hard = {1, 0};
    if (hangup == RST) {
        setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        peer_close(peer);
    } else if (hangup == FIN) {
        shutdown(peer->fd, SHUT_WR);
    }
}

static bool take(struct rig *rig)
{
    return rig->transport->ops->receive(rig->transport, &rig->frame);
}

/* Says it again and again. Bounded: what is taken without end fails here. */
static bool say_more(struct rig *rig, const char *more)
{
    enum { SAID_MAX = 4 * 1024 * 1024 };
    size_t size = strlen(more);
    for (size_t said = 0; said < SAID_MAX; said += size) {
        ssize_t put =
            send(rig->peer.fd, more, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put != (ssize_t)size) {
            if (put >= 0 || errno != EAGAIN) {
                break; /* they have hung up */
            }
            said -= size;
        }
        if (put < 0 || said % (64 * size) == 0) {
            pump(rig);
            if (take(rig)) {
                return true;
            }
        }
    }
    return next(rig);
}

/* Nothing ends by itself: who asked has a deadline, and gives it up. */
static void check_waits(struct rig *rig)
{
    char byte;
    for (int i = 0; i < 3; i++) {
        pump(rig);
        CHECK(!take(rig));
    }
    rig->transport->ops->cancel(rig->transport, 1);
    CHECK(!take(rig));
    CHECK_INT(0, recv(rig->peer.fd, &byte, 1, 0));
}

static void check_verdict(struct rig *rig, const struct lie *lie)
{
    bool ended = lie->more != NULL ? say_more(rig, lie->more) : next(rig);
    const struct bell__frame *frame = &rig->frame;
    CHECK(ended);
    CHECK_INT(lie->end, frame->exchange);
    CHECK_INT(1, frame->tag);
    if (frame->exchange != BELL__EXCHANGE_REPLIED) {
        const char *trouble = frame->trouble != NULL ? frame->trouble : "";
        check_count(strstr(trouble, lie->said) != NULL, trouble, 0, lie->said);
        return;
    }
    CHECK_INT(lie->status != 0 ? lie->status : 200, frame->code);
    CHECK_BYTES(lie->said, frame->bytes, frame->size);
}

/* The next request comes on the same connection, or on a new one; nothing of
 * the first comes again. */
static void check_kept(struct rig *rig, bool kept)
{
    char text[REQUEST_MAX];
    ask(rig, 2, "GET /next HTTP/1.1\r\n", "");
    if (!kept) {
        peer_close(&rig->peer);
        take_call(rig);
    }
    hear(rig, text);
    CHECK(strncmp(text, "GET /next ", 10) == 0);
    say(rig, OK TWO "\r\nno");
    check_reply(rig, 2, 200, "no");
}

static void tell(const struct lie *lie)
{
    struct bell__http_options options = {.message_bytes_max = BODY_MAX,
                                         .head_bytes_max = HEAD_MAX};
    struct rig rig;
    char body[REQUEST_BYTES + 1];
    char text[REQUEST_MAX];
    int failed = check_failed;
    memset(body, 'p', REQUEST_BYTES);
    body[REQUEST_BYTES] = '\0';
    rig_wire(&rig);
    CHECK_INT(BELL_OK, rig_make(&rig, "", &options));
    ask(&rig, 1, "POST /lie HTTP/1.1\r\n", body);
    take_call(&rig);
    hear(&rig, text);
    CHECK(strncmp(text, "POST /lie ", 10) == 0);
    CHECK(peer_say(&rig.peer, lie->bytes, lie->size));
    hang_up(&rig.peer, lie->hangup);
    if (lie->end == BELL__EXCHANGE_NONE) {
        check_waits(&rig);
    } else {
        check_verdict(&rig, lie);
    }
    check_kept(&rig, lie->kept);
    rig_close(&rig);
    if (check_failed != failed) {
        fprintf(stderr, "  of: %s\n", lie->name);
    }
}

int main(void)
{
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        tell(&lies[i]);
    }
    return check_report();
}
