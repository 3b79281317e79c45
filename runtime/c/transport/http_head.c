/* http_head.c: the head of an HTTP/1.1 answer (RFC 9112), read strictly and as
 * it comes in. It knows no body, no upgrade and no sockets. */
#include "transport/http_head.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

/* "HTTP/1.1 200", behind which a space and a reason may stand. */
enum { VERSION_BYTES = 7, CODE_AT = 9, CODE_END = 12 };

static const char version[] = "HTTP/1.";
static const char no_status[] = "the first line is not an HTTP/1 status line";

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* RFC 9110 5.6.2. */
static bool is_token(char byte)
{
    return is_digit(byte) || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z') ||
           (byte != '\0' && strchr("!#$%&'*+-.^_`|~", byte) != NULL);
}

static bool is_text(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f) {
            return false;
        }
    }
    return true;
}

static bell_string trim(const char *text, size_t size)
{
    while (size > 0 && (text[0] == ' ' || text[0] == '\t')) {
        text++;
        size--;
    }
    while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\t')) {
        size--;
    }
    return (bell_string){text, size};
}

static bool is_word(bell_string text, const char *word)
{
    return text.size == strlen(word) &&
           strncasecmp(text.text, word, text.size) == 0;
}

/* The line without its end; NULL where it is a status line. */
static const char *read_status(struct bell__http_head *head, const char *line,
                               size_t size)
{
    if (size < CODE_END || memcmp(line, version, VERSION_BYTES) != 0 ||
        !is_digit(line[VERSION_BYTES]) || line[CODE_AT - 1] != ' ' ||
        (size > CODE_END && line[CODE_END] != ' ') || !is_text(line, size)) {
        return no_status;
    }
    int status = 0;
    for (int i = CODE_AT; i < CODE_END; i++) {
        if (!is_digit(line[i])) {
            return no_status;
        }
        status = status * 10 + (line[i] - '0');
    }
    if (status < 100) {
        return no_status;
    }
    head->status = status;
    head->minor = line[VERSION_BYTES] - '0';
    return NULL;
}

static size_t name_size(const char *line, size_t size)
{
    size_t at = 0;
    while (at < size && is_token(line[at])) {
        at++;
    }
    return at;
}

/* NULL where the line is a header. */
static const char *check_header(const char *line, size_t size)
{
    if (line[0] == ' ' || line[0] == '\t') {
        return "a line is folded";
    }
    size_t name = name_size(line, size);
    if (name == 0 || name == size || line[name] != ':') {
        return "a header line is not a name, a colon and a value";
    }
    return is_text(line, size) ? NULL : "a line has a control character";
}

/* One line, its end included. */
static const char *read_line(struct bell__http_head *head, const char *line,
                             size_t size)
{
    if (size < 2 || line[size - 2] != '\r') {
        return "a line does not end with CR LF";
    }
    size -= 2;
    if (head->status == 0) {
        return read_status(head, line, size);
    }
    return size == 0 ? NULL : check_header(line, size);
}

/* What does not begin as an answer will be none, however long it gets. */
static bool begins_well(const char *bytes, size_t size)
{
    return memcmp(bytes, version,
                  size < VERSION_BYTES ? size : VERSION_BYTES) == 0;
}

enum bell__http_read bell__http_head_read(struct bell__http_head *head,
                                          const char *bytes, size_t size,
                                          size_t bytes_max,
                                          const char **trouble)
{
    assert(head->size <= head->looked && head->looked <= size);
    size_t end = size < bytes_max ? size : bytes_max;
    while (head->looked < end) {
        const char *line = bytes + head->size;
        const char *feed =
            memchr(bytes + head->looked, '\n', end - head->looked);
        if (feed == NULL) {
            head->looked = end;
            break;
        }
        size_t line_size = (size_t)(feed - line) + 1;
        bool first = head->status == 0;
        *trouble = read_line(head, line, line_size);
        if (*trouble != NULL) {
            return BELL__HTTP_WRONG;
        }
        head->size += line_size;
        head->looked = head->size;
        if (first) {
            head->headers = head->size;
        } else if (line_size == 2) {
            return BELL__HTTP_WHOLE;
        }
    }
    if (head->status == 0 && !begins_well(bytes, size)) {
        *trouble = no_status;
        return BELL__HTTP_WRONG;
    }
    return size >= bytes_max ? BELL__HTTP_LONG : BELL__HTTP_PART;
}

bool bell__http_head_next(const struct bell__http_head *head, const char *bytes,
                          size_t *at, bell_string *name, bell_string *value)
{
    assert(head->headers != 0 && head->headers + 2 <= head->size);
    size_t start = *at == 0 ? head->headers : *at;
    const char *line = bytes + start;
    if (start == head->size - 2) {
        return false;
    }
    const char *feed = memchr(line, '\n', head->size - start);
    assert(feed != NULL);
    size_t size = (size_t)(feed - line) - 1;
    *at = start + size + 2;
    *name = (bell_string){line, name_size(line, size)};
    *value = trim(line + name->size + 1, size - name->size - 1);
    return true;
}

size_t bell__http_head_find(const struct bell__http_head *head,
                            const char *bytes, const char *name,
                            bell_string *value)
{
    bell_string found;
    bell_string said;
    size_t at = 0;
    size_t count = 0;
    while (bell__http_head_next(head, bytes, &at, &found, &said)) {
        if (!is_word(found, name) || said.size == 0) {
            continue;
        }
        if (count == 0) {
            *value = said;
        }
        count++;
    }
    return count;
}

/* A list of words, parted by commas. */
static bool has_word(bell_string list, const char *word)
{
    size_t at = 0;
    assert(word[0] != '\0');
    while (at < list.size) {
        const char *start = list.text + at;
        const char *comma = memchr(start, ',', list.size - at);
        size_t size = comma == NULL ? list.size - at : (size_t)(comma - start);
        if (is_word(trim(start, size), word)) {
            return true;
        }
        at += size + 1;
    }
    return false;
}

bool bell__http_head_lists(const struct bell__http_head *head,
                           const char *bytes, const char *name,
                           const char *word)
{
    bell_string found;
    bell_string list;
    size_t at = 0;
    while (bell__http_head_next(head, bytes, &at, &found, &list)) {
        if (is_word(found, name) && has_word(list, word)) {
            return true;
        }
    }
    return false;
}
