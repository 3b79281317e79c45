/* http.h: a request of HTTP/1.1 (RFC 9112) as it comes in, and answers. It
 * knows no socket and no WebSocket. */
#ifndef GENERATOR_SERVE_HTTP_H
#define GENERATOR_SERVE_HTTP_H

#include "base/buf.h"

enum { HTTP_HEAD_BYTES_MAX = 16 * 1024 };

/* The head of a message; its texts are lent by the bytes that were read. */
struct http_head {
    bell_string method; /* of a request: "GET" */
    bell_string path;   /* of a request, without its query */
    bell_string query;
    int status; /* of an answer */
    bell_string headers;
    size_t size;    /* of the head */
    size_t body;    /* bytes behind it */
    bool until_end; /* of an answer: the body ends with the line */
    bool chunked;
    bool keep;    /* the line stays for another one */
    bool expects; /* its body waits for a word of ours */
    bool bare;    /* its answer has no body */
};

enum http_read {
    HTTP_PART, /* come again with more */
    HTTP_WHOLE,
    HTTP_WRONG,
    HTTP_LONG
};

enum http_read http_read_request(bell_string bytes, struct http_head *head);
enum http_read http_read_answer(bell_string bytes, struct http_head *head);

/* The value of the first header of that name; empty where there is none. */
bell_string http_header(const struct http_head *head, const char *name);

/* Whether one of the lists of that name has the word, in any case. */
bool http_lists(const struct http_head *head, const char *name,
                const char *word);

bool http_same(bell_string text, const char *word); /* in any case */

/* Whether who asks is no page, or one of this origin; "any": all are, NULL:
 * none is. */
bool http_is_welcome(const struct http_head *head, const char *origin);

/* A body that comes in chunks; all zero at its begin. */
struct http_chunks {
    size_t at;   /* so much of the bytes is read */
    size_t body; /* the body so far: it stands at the front of the bytes */
    bool last;   /* trailers follow */
};

/* Goes on with a body of which more may have come: `bytes` begins where it did
 * before. What is whole is cut out of its chunks in place. */
enum http_read http_read_chunks(struct http_chunks *chunks, char *bytes,
                                size_t size);

struct http_reply {
    int status;
    const char *type;  /* of the body; NULL: text for people */
    bell_string lines; /* more header lines, each with its end */
    bell_string body;
};

/* "HTTP/1.1 404 Not Found", the header lines, the body. `asked` is what is
 * answered, NULL where it could not be read: the line ends. */
void http_answer(struct bell__buf *out, const struct http_reply *reply,
                 const struct http_head *asked);

/* "Not Found" */
const char *http_reason(int status);

#endif
