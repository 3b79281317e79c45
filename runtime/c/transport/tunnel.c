/* tunnel.c: a proxy is asked for a way to a server. It knows nothing of what
 * is said there. */
#include "transport/tunnel.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "transport/http_head.h"

enum {
    HEAD_BYTES_MAX = 16 * 1024,
    READ_BYTES = 1024,
    INTERIMS_MAX = 8, /* answers before the final one */
    PORT_BYTES = 8
};

struct bell__tunnel {
    const bell_allocator *memory;
    const struct bell__proxy *proxy;
    struct bell__buf bytes; /* the request, then the answer */
    size_t written;
    bool asked;
    int interims;
    struct bell__http_head answer;
};

static bool write_request(struct bell__tunnel *tunnel,
                          const struct bell__url *url)
{
    struct bell__buf *out = &tunnel->bytes;
    const char *authorization = tunnel->proxy->authorization;
    bool bracketed = url->authority.text[0] == '[';
    char port[PORT_BYTES];
    snprintf(port, sizeof port, ":%" PRIu16, url->port);
    for (int i = 0; i < 2; i++) {
        bell__buf_add_text(out, i == 0 ? "CONNECT " : " HTTP/1.1\r\nHost: ");
        bell__buf_add_text(out, bracketed ? "[" : "");
        bell__buf_add_string(out, url->host);
        bell__buf_add_text(out, bracketed ? "]" : "");
        bell__buf_add_text(out, port);
    }
    if (authorization != NULL) {
        bell__buf_add_text(out, "\r\nProxy-Authorization: ");
        bell__buf_add_text(out, authorization);
    }
    bell__buf_add_text(out, "\r\n\r\n");
    return bell__buf_settle(out) == BELL_OK;
}

/* It may hold a password. */
static void wipe(struct bell__buf *bytes)
{
    if (bytes->bytes != NULL) {
        bell__memory_wipe(bytes->bytes, bytes->capacity);
    }
}

void bell__tunnel_free(struct bell__tunnel *tunnel)
{
    if (tunnel != NULL) {
        wipe(&tunnel->bytes);
        bell__buf_close(&tunnel->bytes);
        bell__memory_free(tunnel->memory, tunnel, sizeof *tunnel);
    }
}

struct bell__tunnel *bell__tunnel_make(const bell_allocator *memory,
                                       const struct bell__url *url,
                                       const struct bell__proxy *proxy)
{
    struct bell__tunnel *made = bell__memory_take(memory, sizeof *made);
    if (made == NULL) {
        return NULL;
    }
    memset(made, 0, sizeof *made);
    made->memory = memory;
    made->proxy = proxy;
    bell__buf_open(&made->bytes, memory, 0);
    if (!write_request(made, url)) {
        bell__tunnel_free(made);
        return NULL;
    }
    return made;
}

static enum bell__flow ask(struct bell__tunnel *tunnel,
                           struct bell__socket *socket)
{
    while (tunnel->written < tunnel->bytes.size) {
        struct iovec piece = {tunnel->bytes.bytes + tunnel->written,
                              tunnel->bytes.size - tunnel->written};
        size_t moved = 0;
        enum bell__flow flow = socket->ops->write(socket, &piece, 1, &moved);
        if (flow != BELL__FLOW_MOVED) {
            socket->wants_write = true;
            return flow;
        }
        tunnel->written += moved;
    }
    wipe(&tunnel->bytes);
    tunnel->bytes.size = 0;
    tunnel->asked = true;
    socket->wants_write = false;
    return BELL__FLOW_MOVED;
}

static enum bell__flow judge(struct bell__tunnel *tunnel, char *text,
                             size_t text_size)
{
    int status = tunnel->answer.status;
    if (status == 407) {
        snprintf(text, text_size, "the proxy wants other credentials (407)");
        return BELL__FLOW_FAILED;
    }
    if (status > 299) {
        snprintf(text, text_size, "the proxy has refused the way with %d",
                 status);
        return BELL__FLOW_FAILED;
    }
    if (tunnel->bytes.size != tunnel->answer.size) {
        snprintf(text, text_size, "the proxy says more than it was asked for");
        return BELL__FLOW_FAILED;
    }
    return BELL__FLOW_MOVED;
}

/* BLOCKED: more of the answer is needed. */
static enum bell__flow take(struct bell__tunnel *tunnel, char *text,
                            size_t text_size)
{
    struct bell__buf *in = &tunnel->bytes;
    const char *trouble = NULL;
    enum bell__http_read read = bell__http_head_read(
        &tunnel->answer, in->bytes, in->size, HEAD_BYTES_MAX, &trouble);
    while (read == BELL__HTTP_WHOLE && tunnel->answer.status < 200 &&
           tunnel->interims++ < INTERIMS_MAX) {
        in->size -= tunnel->answer.size;
        memmove(in->bytes, in->bytes + tunnel->answer.size, in->size);
        memset(&tunnel->answer, 0, sizeof tunnel->answer);
        read = bell__http_head_read(&tunnel->answer, in->bytes, in->size,
                                    HEAD_BYTES_MAX, &trouble);
    }
    if (read == BELL__HTTP_PART) {
        return BELL__FLOW_BLOCKED;
    }
    if (read == BELL__HTTP_WHOLE && tunnel->answer.status >= 200) {
        return judge(tunnel, text, text_size);
    }
    snprintf(text, text_size, "the proxy's answer is not HTTP/1.1%s%s",
             trouble != NULL ? ": " : "", trouble != NULL ? trouble : "");
    return BELL__FLOW_FAILED;
}

static enum bell__flow hear(struct bell__tunnel *tunnel,
                            struct bell__socket *socket, char *text,
                            size_t text_size)
{
    struct bell__buf *in = &tunnel->bytes;
    enum bell__flow flow = BELL__FLOW_MOVED;
    while (flow == BELL__FLOW_MOVED) {
        size_t moved = 0;
        if (bell__buf_reserve(in, READ_BYTES) != BELL_OK) {
            snprintf(text, text_size, "no memory for the proxy's answer");
            return BELL__FLOW_FAILED;
        }
        flow =
            socket->ops->read(socket, in->bytes + in->size, READ_BYTES, &moved);
        in->size += moved;
        if (flow != BELL__FLOW_MOVED) {
            break;
        }
        enum bell__flow taken = take(tunnel, text, text_size);
        if (taken != BELL__FLOW_BLOCKED) {
            return taken;
        }
    }
    return flow;
}

enum bell__flow bell__tunnel_go(struct bell__tunnel *tunnel,
                                struct bell__socket *socket, char *text,
                                size_t text_size)
{
    enum bell__flow flow = BELL__FLOW_MOVED;
    text[0] = '\0';
    if (!tunnel->asked) {
        flow = ask(tunnel, socket);
    }
    if (flow == BELL__FLOW_MOVED) {
        flow = hear(tunnel, socket, text, text_size);
    }
    if (text[0] == '\0' && flow == BELL__FLOW_ENDED) {
        snprintf(text, text_size, "the proxy ended the connection");
    } else if (text[0] == '\0') {
        snprintf(text, text_size, "the connection to the proxy broke: %s",
                 strerror(socket->os_error));
    }
    return flow;
}
