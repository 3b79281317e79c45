/* http_redirect.c: where an answer leads a request to (RFC 9110 15.4): read
 * strictly, and followed only where it is safe. It knows no sockets. */
#include "transport/http_line.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "base/str.h"
#include "seam/head.h"

enum { PIECES_MAX = 5 };

/* A url in pieces. */
struct pieces {
    bell_string all[PIECES_MAX];
    size_t count;
};

static const struct bell__url *url_now(const struct bell__http_line *line)
{
    return line->redirect != NULL ? &line->redirect->url : &line->http->url;
}

static void add(struct pieces *pieces, bell_string piece)
{
    assert(pieces->count < PIECES_MAX);
    pieces->all[pieces->count++] = piece;
}

static bell_string cut_at(bell_string text, const char *marks)
{
    size_t size = 0;
    while (size < text.size && strchr(marks, text.text[size]) == NULL) {
        size++;
    }
    return (bell_string){text.text, size};
}

/* The path that was asked for, with the url's in front: in two pieces, cut
 * behind the last slash where the way goes on from there. */
static void add_path(struct pieces *pieces, const struct bell__http_line *line,
                     bool folder)
{
    bell_string base = line->http->base;
    const char *head = line->exchange.head;
    const char *space = memchr(head, ' ', line->exchange.head_size);
    bell_string path =
        cut_at((bell_string){space + 1, line->exchange.head_size -
                                            (size_t)(space + 1 - head)},
               " ?");
    if (line->redirect != NULL) {
        base = (bell_string){NULL, 0};
        path = bell__url_path(&line->redirect->url, NULL);
    }
    while (folder && path.size != 0 && path.text[path.size - 1] != '/') {
        path.size--;
    }
    add(pieces, base);
    add(pieces, path);
}

/* RFC 3986 5.2.2; the dots are still there. */
static bool find_target(const struct bell__http_line *line,
                        bell_string location, struct pieces *pieces)
{
    const struct bell__url *now = url_now(line);
    bell_string scheme = bell_str(now->secure ? "https://" : "http://");
    bell_string first = cut_at(location, ":/?");
    location = cut_at(location, "#");
    pieces->count = 0;
    if (location.size == 0) {
        return false;
    }
    if (first.size < location.size && location.text[first.size] == ':') {
        add(pieces, location);
        return bell__head_is(first, "http") || bell__head_is(first, "https");
    }
    if (bell__str_starts(location, BELL_STR("//"))) {
        scheme.size -= 2;
        add(pieces, scheme);
        add(pieces, location);
        return true;
    }
    add(pieces, scheme);
    add(pieces, now->authority);
    if (location.text[0] != '/') {
        add_path(pieces, line, location.text[0] != '?');
    }
    add(pieces, location);
    return true;
}

static bool is_origin(const struct bell__url *one, const struct bell__url *two)
{
    return one->secure == two->secure && one->port == two->port &&
           one->host.size == two->host.size &&
           strncasecmp(one->host.text, two->host.text, one->host.size) == 0;
}

/* Who the client is, is nobody else's business. */
static bool secure(struct bell__http_line *line,
                   struct bell__http_redirect *redirect)
{
    const struct bell__http *http = line->http;
    struct bell__tls_options options = http->tls_options;
    options.certificate_file = NULL;
    options.key_file = NULL;
    return !redirect->foreign || !redirect->url.secure ||
           bell__tls_open(http->options.loop, &options, &redirect->tls, NULL) ==
               BELL_OK;
}

/* The last segment goes, with its slash. */
static char *drop_segment(const char *path, char *end)
{
    while (end > path && *--end != '/') {
    }
    return end;
}

/* RFC 3986 5.2.4, in place. */
static void drop_dots(char *url)
{
    char *authority = strstr(url, "://");
    char *path =
        authority == NULL ? NULL : authority + 3 + strcspn(authority + 3, "/?");
    if (path == NULL || *path != '/') {
        return;
    }
    const char *end = path + strcspn(path, "?");
    char *to = path;
    for (const char *from = path; from < end;) {
        size_t size = 1 + strcspn(from + 1, "/?");
        bool dot = size == 2 && from[1] == '.';
        bool dots = size == 3 && memcmp(from, "/..", 3) == 0;
        to = dots ? drop_segment(path, to) : to;
        if (!dot && !dots) {
            memmove(to, from, size);
            to += size;
        }
        from += size;
        if ((dot || dots) && from == end) {
            *to++ = '/';
        }
    }
    memmove(to, end, strlen(end) + 1);
}

static struct bell__http_redirect *make(struct bell__http_line *line,
                                        const struct pieces *pieces)
{
    size_t size = sizeof(struct bell__http_redirect) + 1;
    for (size_t i = 0; i < pieces->count; i++) {
        size += pieces->all[i].size;
    }
    struct bell__http_redirect *made =
        bell__memory_take(line->http->options.memory, size);
    if (made == NULL) {
        return NULL;
    }
    memset(made, 0, sizeof *made);
    made->size = size;
    char *at = made->text;
    for (size_t i = 0; i < pieces->count; i++) {
        if (pieces->all[i].size != 0) {
            memcpy(at, pieces->all[i].text, pieces->all[i].size);
        }
        at += pieces->all[i].size;
    }
    *at = '\0';
    made->whole = strlen(made->text) == (size_t)(at - made->text);
    drop_dots(made->text);
    return made;
}

/* Never to where others can read what was secret. */
static bool is_safe(const struct bell__http_line *line,
                    const struct bell__http_redirect *redirect)
{
    return redirect->whole && (redirect->url.secure || !url_now(line)->secure);
}

bool bell__http_is_led(struct bell__http_line *line)
{
    struct pieces pieces;
    bell_string location = {NULL, 0};
    int status = line->answer.status;
    bell_string head = bell__http_head_lines(&line->answer, line->in.bytes);
    if ((status != 307 && status != 308) ||
        line->redirects >= line->http->options.redirects_max ||
        line->written != line->whole || line->connection.socket.held != 0 ||
        bell__head_find(head, "Location", &location) != 1 ||
        !find_target(line, location, &pieces)) {
        return false;
    }
    struct bell__http_redirect *made = make(line, &pieces);
    if (made == NULL) {
        return false;
    }
    bool good = bell__url_read(made->text, &made->url, NULL) == BELL_OK &&
                is_safe(line, made);
    made->foreign =
        good && ((line->redirect != NULL && line->redirect->foreign) ||
                 !is_origin(&made->url, &line->http->url));
    if (!good || !secure(line, made)) {
        bell__memory_free(line->http->options.memory, made, made->size);
        return false;
    }
    int32_t redirects = line->redirects;
    bell__http_forget_redirect(line);
    line->redirects = redirects;
    line->redirect = made;
    return true;
}
