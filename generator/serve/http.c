/* http.c: heads, headers and chunks of HTTP/1.1. */
#include "serve/http.h"

#include <inttypes.h>
#include <stdio.h>
#include <strings.h>

#include "base/str.h"
#include "peer/asked.h"

/* As many as a size_t of 32 bits holds. */
enum { BODY_DIGITS_MAX = 9, CHUNK_DIGITS_MAX = 7 };

enum { NO_CONTENT = 204 };

/* ---- Lines --------------------------------------------------------------- */

/* A line without its end; false where it has none yet. */
static bool cut_line(bell_string *text, bell_string *line)
{
    const char *end =
        text->size == 0 ? NULL : memchr(text->text, '\n', text->size);
    if (end == NULL) {
        return false;
    }
    size_t size = (size_t)(end - text->text);
    *line = (bell_string){text->text, size};
    text->text += size + 1;
    text->size -= size + 1;
    if (size != 0 && line->text[size - 1] == '\r') {
        line->size--;
    }
    return true;
}

static bell_string trim(bell_string text)
{
    while (text.size != 0 && (*text.text == ' ' || *text.text == '\t')) {
        text.text++;
        text.size--;
    }
    while (text.size != 0 && (text.text[text.size - 1] == ' ' ||
                              text.text[text.size - 1] == '\t')) {
        text.size--;
    }
    return text;
}

/* What stands before the mark; the mark goes, too. */
static bool cut(bell_string *text, char mark, bell_string *before)
{
    const char *at =
        text->size == 0 ? NULL : memchr(text->text, mark, text->size);
    if (at == NULL) {
        return false;
    }
    size_t size = (size_t)(at - text->text);
    *before = (bell_string){text->text, size};
    text->text += size + 1;
    text->size -= size + 1;
    return true;
}

bool http_same(bell_string text, const char *word)
{
    size_t size = strlen(word);
    return text.size == size &&
           (size == 0 || strncasecmp(text.text, word, size) == 0);
}

/* ---- Headers ------------------------------------------------------------- */

static bool next_header(bell_string *headers, bell_string *name,
                        bell_string *value)
{
    bell_string line;
    while (cut_line(headers, &line)) {
        if (cut(&line, ':', name)) {
            *value = trim(line);
            return true;
        }
    }
    return false;
}

bell_string http_header(const struct http_head *head, const char *name)
{
    bell_string headers = head->headers;
    bell_string key;
    bell_string value;
    while (next_header(&headers, &key, &value)) {
        if (http_same(key, name)) {
            return value;
        }
    }
    return (bell_string){NULL, 0};
}

bool http_lists(const struct http_head *head, const char *name,
                const char *word)
{
    bell_string headers = head->headers;
    bell_string key;
    bell_string list;
    bell_string one;
    while (next_header(&headers, &key, &list)) {
        while (http_same(key, name) && bell__asked_next(&list, ',', &one)) {
            if (http_same(one, word)) {
                return true;
            }
        }
    }
    return false;
}

bool http_is_welcome(const struct http_head *head, const char *origin)
{
    bell_string asks = http_header(head, "origin");
    return asks.size == 0 || (origin != NULL && (strcmp(origin, "any") == 0 ||
                                                 http_same(asks, origin)));
}

static bool read_number(bell_string text, size_t digits_max, unsigned base,
                        size_t *number)
{
    static const char digits[] = "0123456789abcdef";
    *number = 0;
    for (size_t i = 0; i < text.size; i++) {
        char letter = text.text[i];
        if (letter >= 'A' && letter <= 'F') {
            letter = (char)(letter - 'A' + 'a');
        }
        const char *at = memchr(digits, letter, base);
        if (at == NULL) {
            return false;
        }
        *number = *number * base + (size_t)(at - digits);
    }
    return text.size != 0 && text.size <= digits_max;
}

/* How long the body is, and what comes behind it. */
static bool read_lengths(struct http_head *head)
{
    bell_string length = http_header(head, "content-length");
    head->chunked = http_lists(head, "transfer-encoding", "chunked");
    head->keep = !http_lists(head, "connection", "close");
    head->until_end = length.text == NULL && !head->chunked;
    return length.text == NULL ||
           read_number(length, BODY_DIGITS_MAX, 10, &head->body);
}

/* The first line and the headers, where all of it is there. */
static enum http_read read_head(bell_string bytes, struct http_head *head,
                                bell_string *first)
{
    bell_string rest = bytes;
    bell_string line;
    memset(head, 0, sizeof *head);
    if (!cut_line(&rest, first)) {
        return bytes.size > HTTP_HEAD_BYTES_MAX ? HTTP_LONG : HTTP_PART;
    }
    head->headers.text = rest.text;
    do {
        head->headers.size = (size_t)(rest.text - head->headers.text);
        if (!cut_line(&rest, &line)) {
            return bytes.size > HTTP_HEAD_BYTES_MAX ? HTTP_LONG : HTTP_PART;
        }
    } while (line.size != 0);
    head->size = (size_t)(rest.text - bytes.text);
    return head->size > HTTP_HEAD_BYTES_MAX ? HTTP_LONG : HTTP_WHOLE;
}

/* What two readers could read in two ways is refused: RFC 9112, 5.1, 6.3. */
static bool is_clear(const struct http_head *head)
{
    bell_string headers = head->headers;
    bell_string length = http_header(head, "content-length");
    bell_string key;
    bell_string value;
    size_t codings = 0;
    while (next_header(&headers, &key, &value)) {
        if (key.size == 0 || trim(key).size != key.size) {
            return false;
        }
        if (http_same(key, "content-length") &&
            !bell__str_equal(value, length)) {
            return false;
        }
        if (http_same(key, "transfer-encoding")) {
            codings++;
            if (!http_same(value, "chunked")) {
                return false;
            }
        }
    }
    return codings == 0 || (codings == 1 && length.text == NULL);
}

/* Empty lines may stand before a request. */
static size_t count_blank(bell_string bytes)
{
    size_t at = 0;
    while (at < bytes.size && (bytes.text[at] == '\n' ||
                               (bytes.text[at] == '\r' && at + 1 < bytes.size &&
                                bytes.text[at + 1] == '\n'))) {
        at += bytes.text[at] == '\n' ? 1 : 2;
    }
    return at;
}

enum http_read http_read_request(bell_string bytes, struct http_head *head)
{
    bell_string line;
    size_t blank = count_blank(bytes);
    if (blank > HTTP_HEAD_BYTES_MAX) {
        return HTTP_LONG;
    }
    if (blank != 0) {
        bytes.text += blank;
        bytes.size -= blank;
    }
    enum http_read read = read_head(bytes, head, &line);
    if (read != HTTP_WHOLE) {
        return read;
    }
    head->size += blank;
    bell_string target;
    if (!cut(&line, ' ', &head->method) || !cut(&line, ' ', &target) ||
        !(http_same(line, "HTTP/1.1") || http_same(line, "HTTP/1.0")) ||
        target.size == 0 || target.text[0] != '/' || !is_clear(head) ||
        !read_lengths(head)) {
        return HTTP_WRONG;
    }
    head->expects = http_lists(head, "expect", "100-continue");
    head->bare = bell__str_is(head->method, "HEAD");
    if (http_same(line, "HTTP/1.0")) {
        head->expects = false;
        head->keep = http_lists(head, "connection", "keep-alive");
    }
    head->path = target;
    if (cut(&target, '?', &head->path)) {
        head->query = target;
    }
    head->until_end = false;
    return HTTP_WHOLE;
}

enum http_read http_read_answer(bell_string bytes, struct http_head *head)
{
    bell_string line;
    bell_string version;
    size_t status = 0;
    enum http_read read = read_head(bytes, head, &line);
    if (read != HTTP_WHOLE) {
        return read;
    }
    if (!cut(&line, ' ', &version) || version.size < 5 ||
        strncmp(version.text, "HTTP/", 5) != 0 || line.size < 3 ||
        !read_number((bell_string){line.text, 3}, 3, 10, &status) ||
        !read_lengths(head)) {
        return HTTP_WRONG;
    }
    head->status = (int)status;
    return HTTP_WHOLE;
}

/* ---- Bodies -------------------------------------------------------------- */

/* One chunk with its end, or the line before the trailers. */
static enum http_read read_chunk(struct http_chunks *chunks, char *bytes,
                                 size_t size)
{
    bell_string rest = {bytes + chunks->at, size - chunks->at};
    bell_string line;
    bell_string digits;
    bell_string end;
    size_t chunk = 0;
    if (!cut_line(&rest, &line)) {
        return HTTP_PART;
    }
    digits = line;
    cut(&line, ';', &digits); /* extensions mean nothing here */
    if (!read_number(trim(digits), CHUNK_DIGITS_MAX, 16, &chunk)) {
        return HTTP_WRONG;
    }
    if (chunk != 0) {
        bell_string after = rest;
        if (rest.size < chunk) {
            return HTTP_PART;
        }
        after.text += chunk;
        after.size -= chunk;
        if (!cut_line(&after, &end)) {
            return after.size > 1 ? HTTP_WRONG : HTTP_PART;
        }
        if (end.size != 0) {
            return HTTP_WRONG;
        }
        memmove(bytes + chunks->body, rest.text, chunk);
        chunks->body += chunk;
        rest = after;
    }
    chunks->last = chunk == 0;
    chunks->at = size - rest.size;
    return HTTP_WHOLE;
}

enum http_read http_read_chunks(struct http_chunks *chunks, char *bytes,
                                size_t size)
{
    bell_string line;
    while (!chunks->last) {
        enum http_read read = read_chunk(chunks, bytes, size);
        if (read != HTTP_WHOLE) {
            return read;
        }
    }
    do { /* trailers mean nothing here */
        bell_string rest = {bytes + chunks->at, size - chunks->at};
        if (!cut_line(&rest, &line)) {
            return HTTP_PART;
        }
        chunks->at = size - rest.size;
    } while (line.size != 0);
    return HTTP_WHOLE;
}

const char *http_reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        {200, "OK"},
        {204, "No Content"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {413, "Content Too Large"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].status == status) {
            return reasons[i].reason;
        }
    }
    return "Error";
}

void http_answer(struct bell__buf *out, const struct http_reply *reply,
                 const struct http_head *asked)
{
    char head[256];
    const char *type =
        reply->type != NULL ? reply->type : "text/plain; charset=utf-8";
    snprintf(head, sizeof head, "HTTP/1.1 %d %s\r\n", reply->status,
             http_reason(reply->status));
    bell__buf_add_text(out, head);
    if (reply->status != NO_CONTENT) {
        snprintf(head, sizeof head,
                 "Content-Type: %s\r\nContent-Length: %zu\r\n", type,
                 reply->body.size);
        bell__buf_add_text(out, head);
    }
    bell__buf_add_string(out, reply->lines);
    bell__buf_add_text(out, asked != NULL && asked->keep
                                ? "\r\n"
                                : "Connection: close\r\n\r\n");
    if (asked == NULL || !asked->bare) {
        bell__buf_add_string(out, reply->body);
    }
}
