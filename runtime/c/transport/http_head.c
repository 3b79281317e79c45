/* http_head.c: the head of an HTTP/1.1 answer (RFC 9112), read strictly and as
 * it comes in. It knows no body, no upgrade and no sockets. */
#include "transport/http_head.h"

#include <assert.h>
#include <string.h>

/* "HTTP/1.1 200", behind which a space and a reason may stand. */
enum { VERSION_BYTES = 7, CODE_AT = 9, CODE_END = 12 };

static const char version[] = "HTTP/1.";
static const char no_status[] = "the first line is not an HTTP/1 status line";

static bool is_digit(char byte)
{
    return byte >= '0' && byte <= '9';
}

/* tchar of RFC 9110 5.6.2: a bit for each letter of ASCII. */
static const uint64_t token_letters[2] = {UINT64_C(0x03ff6cfa00000000),
                                          UINT64_C(0x57ffffffc7fffffe)};

static bool is_token(char byte)
{
    unsigned letter = (unsigned char)byte;
    return letter < 128 &&
           (token_letters[letter >> 6] >> (letter & 63) & 1) != 0;
}

static bool is_plain(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f) {
            return false;
        }
    }
    return true;
}

/* Eight bytes; what looks like a control character among them may be a tab, or
 * stand behind one. */
static bool is_plain_word(const char *text)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word;
    memcpy(&word, text, sizeof word);
    uint64_t control = (word - ones * 0x20) & ~word;
    uint64_t other = word ^ (ones * 0x7f);
    uint64_t erased = (other - ones) & ~other;
    return ((control | erased) & (ones << 7)) == 0 ||
           is_plain(text, sizeof word);
}

/* The last eight bytes may be looked at twice. */
static bool is_text(const char *text, size_t size)
{
    if (size < sizeof(uint64_t)) {
        return is_plain(text, size);
    }
    const char *last = text + size - sizeof(uint64_t);
    for (; text < last; text += sizeof(uint64_t)) {
        if (!is_plain_word(text)) {
            return false;
        }
    }
    return is_plain_word(last);
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

static const char *const no_end = "a line does not end with CR LF";

static bool ends_well(const char *line, size_t size)
{
    return size >= 2 && line[size - 2] == '\r';
}

const char *bell__http_line_wrong(const char *line, size_t size)
{
    if (!ends_well(line, size)) {
        return no_end;
    }
    size -= 2;
    if (size == 0) {
        return NULL;
    }
    if (line[0] == ' ' || line[0] == '\t') {
        return "a line is folded";
    }
    size_t name = name_size(line, size);
    if (name == 0 || name == size || line[name] != ':') {
        return "a header line is not a name, a colon and a value";
    }
    return is_text(line + name, size - name) ? NULL
                                             : "a line has a control character";
}

/* One line, its end included. */
static const char *read_line(struct bell__http_head *head, const char *line,
                             size_t size)
{
    if (head->status != 0) {
        return bell__http_line_wrong(line, size);
    }
    return ends_well(line, size) ? read_status(head, line, size - 2) : no_end;
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
    if (head->status == 0 && !begins_well(bytes, size)) {
        *trouble = no_status;
        return BELL__HTTP_WRONG;
    }
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
    return size >= bytes_max ? BELL__HTTP_LONG : BELL__HTTP_PART;
}

bell_string bell__http_head_lines(const struct bell__http_head *head,
                                  const char *bytes)
{
    assert(head->headers != 0 && head->headers + 2 <= head->size);
    return (bell_string){bytes + head->headers, head->size - head->headers - 2};
}
