/* http_body.c: the body of an answer, out of what comes: a length, chunks, or
 * all until the line ends. It knows no head and no sockets. */
#include "transport/http_body.h"

#include <string.h>

enum {
    CHUNK_LINE_MAX = 256, /* a size and its extensions */
    TRAILER_LINE_MAX = 8192,
    SIZE_DIGITS_MAX = 15 /* of 16: no sum runs over */
};

/* What is read, and where what is body goes. */
struct pass {
    const char *from;
    const char *end;
    char *to;
    const char *trouble;
};

bool bell__http_body_begin(struct bell__http_body *body,
                           const struct bell__http_reply *reply,
                           size_t size_max, size_t trailer_max)
{
    memset(body, 0, sizeof *body);
    body->framing = reply->framing;
    body->left = reply->framing == BELL__HTTP_LENGTH ? reply->length : 0;
    body->size_max = size_max;
    body->trailer_max = trailer_max;
    return body->left <= size_max;
}

/* ---- Chunks ----------------------------------------------------------------
 */

static int hex_of(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    char small = (char)(digit | 0x20);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/* The next line, its end included, is *line; 0: it is not whole yet, or longer
 * than `most`: trouble. */
static size_t take_line(struct pass *pass, size_t most, const char **line)
{
    size_t there = (size_t)(pass->end - pass->from);
    size_t look = there < most ? there : most;
    const char *feed = look == 0 ? NULL : memchr(pass->from, '\n', look);
    *line = pass->from;
    if (feed != NULL) {
        pass->from = feed + 1;
        return (size_t)(pass->from - *line);
    }
    if (there >= most) {
        pass->trouble = "a line between or behind its chunks is too long";
    }
    return 0;
}

static bool is_extension(const char *text, size_t size)
{
    size_t at = 0;
    while (at < size && (text[at] == ' ' || text[at] == '\t')) {
        at++;
    }
    if (at < size && text[at] != ';') {
        return false;
    }
    for (; at < size; at++) {
        unsigned char byte = (unsigned char)text[at];
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f) {
            return false;
        }
    }
    return true;
}

static bool read_size(const char *line, size_t size, uint64_t *number)
{
    size_t at = 0;
    *number = 0;
    while (at < size && hex_of(line[at]) >= 0) {
        *number = *number * 16 + (uint64_t)hex_of(line[at]);
        at++;
        if (at > SIZE_DIGITS_MAX) {
            return false;
        }
    }
    return at != 0 && is_extension(line + at, size - at);
}

static enum bell__http_read chunk_size(struct bell__http_body *body,
                                       struct pass *pass)
{
    const char *line = NULL;
    size_t size = take_line(pass, CHUNK_LINE_MAX, &line);
    if (size == 0) {
        return BELL__HTTP_PART;
    }
    if (size < 2 || line[size - 2] != '\r' ||
        !read_size(line, size - 2, &body->left)) {
        pass->trouble = "a chunk has no size";
        return BELL__HTTP_WRONG;
    }
    if (body->left > body->size_max - body->size) {
        return BELL__HTTP_LONG;
    }
    body->chunk =
        body->left == 0 ? BELL__HTTP_CHUNK_TRAILER : BELL__HTTP_CHUNK_BYTES;
    return BELL__HTTP_WHOLE;
}

static enum bell__http_read chunk_bytes(struct bell__http_body *body,
                                        struct pass *pass)
{
    size_t there = (size_t)(pass->end - pass->from);
    size_t some = body->left < there ? (size_t)body->left : there;
    if (some == 0) {
        return BELL__HTTP_PART;
    }
    memmove(pass->to, pass->from, some);
    pass->from += some;
    pass->to += some;
    body->size += some;
    body->left -= some;
    if (body->left == 0) {
        body->chunk = BELL__HTTP_CHUNK_END;
    }
    return BELL__HTTP_WHOLE;
}

static enum bell__http_read chunk_end(struct bell__http_body *body,
                                      struct pass *pass)
{
    static const char end[] = "\r\n";
    size_t there = (size_t)(pass->end - pass->from);
    size_t look = there < 2 ? there : 2;
    if (memcmp(pass->from, end, look) != 0) {
        pass->trouble = "a chunk is longer than its size";
        return BELL__HTTP_WRONG;
    }
    if (look < 2) {
        return BELL__HTTP_PART;
    }
    pass->from += 2;
    body->chunk = BELL__HTTP_CHUNK_SIZE;
    return BELL__HTTP_WHOLE;
}

/* Its headers are read and dropped. */
static enum bell__http_read trailer(struct bell__http_body *body,
                                    struct pass *pass)
{
    const char *line = NULL;
    for (;;) {
        size_t size = take_line(pass, TRAILER_LINE_MAX, &line);
        if (size == 0) {
            return BELL__HTTP_PART;
        }
        pass->trouble = bell__http_line_wrong(line, size);
        if (pass->trouble == NULL && size > body->trailer_max) {
            pass->trouble = "the headers behind its chunks are too long";
        }
        if (pass->trouble != NULL) {
            return BELL__HTTP_WRONG;
        }
        if (size == 2) {
            body->framing = BELL__HTTP_NONE;
            return BELL__HTTP_WHOLE;
        }
        body->trailer_max -= size;
    }
}

static enum bell__http_read chunk_step(struct bell__http_body *body,
                                       struct pass *pass)
{
    switch (body->chunk) {
    case BELL__HTTP_CHUNK_SIZE:
        return chunk_size(body, pass);
    case BELL__HTTP_CHUNK_BYTES:
        return chunk_bytes(body, pass);
    case BELL__HTTP_CHUNK_END:
        return chunk_end(body, pass);
    default:
        return trailer(body, pass);
    }
}

static enum bell__http_read read_chunks(struct bell__http_body *body,
                                        char *bytes, size_t *size,
                                        const char **trouble)
{
    struct pass pass = {bytes + body->size, bytes + *size, bytes + body->size,
                        NULL};
    enum bell__http_read read = BELL__HTTP_WHOLE;
    while (read == BELL__HTTP_WHOLE && body->framing == BELL__HTTP_CHUNKED) {
        read = chunk_step(body, &pass);
    }
    if (pass.trouble != NULL) {
        *trouble = pass.trouble;
        read = BELL__HTTP_WRONG;
    }
    size_t rest = (size_t)(pass.end - pass.from);
    if (pass.to != pass.from && rest != 0) {
        memmove(pass.to, pass.from, rest);
    }
    *size = body->size + rest;
    return read;
}

enum bell__http_read bell__http_body_read(struct bell__http_body *body,
                                          char *bytes, size_t *size,
                                          const char **trouble)
{
    size_t some = *size - body->size;
    switch (body->framing) {
    case BELL__HTTP_NONE:
        return BELL__HTTP_WHOLE;
    case BELL__HTTP_CHUNKED:
        return read_chunks(body, bytes, size, trouble);
    case BELL__HTTP_CLOSE:
        body->size = *size;
        return body->size > body->size_max ? BELL__HTTP_LONG : BELL__HTTP_PART;
    default:
        some = body->left < some ? (size_t)body->left : some;
        body->left -= some;
        body->size += some;
        return body->left == 0 ? BELL__HTTP_WHOLE : BELL__HTTP_PART;
    }
}
