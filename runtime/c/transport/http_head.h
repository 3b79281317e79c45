/* http_head.h: the head of an HTTP/1.1 answer (RFC 9112), read strictly and as
 * it comes in. It knows no body, no upgrade and no sockets. */
#ifndef BELL__TRANSPORT_HTTP_HEAD_H
#define BELL__TRANSPORT_HTTP_HEAD_H

#include <bell/bell.h>

/* Zeroed before the first read. Places are counted from the answer's first
 * byte: the bytes may move between two reads. */
struct bell__http_head {
    int status;    /* 100 to 999; 0: the first line was not read, or is wrong */
    int minor;     /* HTTP/1.minor */
    size_t size;   /* of the lines that were read; of the head where WHOLE */
    size_t looked; /* bytes in which no further line ends */
    size_t headers; /* where they begin */
};

enum bell__http_read {
    BELL__HTTP_PART,  /* good so far: come again with more */
    BELL__HTTP_WHOLE, /* `size` bytes are the head, the empty line with it */
    BELL__HTTP_LONG,  /* longer than bytes_max */
    BELL__HTTP_WRONG  /* *trouble says why, as "a line is ..." */
};

/* Reads on: `bytes` are all that came since the answer began. What a lenient
 * reader might take in two ways is wrong: lines that do not end with CR LF,
 * that are folded, or that have a space before the colon. */
enum bell__http_read bell__http_head_read(struct bell__http_head *head,
                                          const char *bytes, size_t size,
                                          size_t bytes_max,
                                          const char **trouble);

/* What is wrong with a line of headers, its end included, as "a line is ...";
 * NULL: nothing, or it is the empty one. */
const char *bell__http_line_wrong(const char *line, size_t size);

/* The header lines of a whole head, for seam/head.h. */
bell_string bell__http_head_lines(const struct bell__http_head *head,
                                  const char *bytes);

#endif
