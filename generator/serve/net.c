/* net.c: sockets in one poll(). Whatever a turn does is bounded: so many bytes
 * of each line, so many new lines. */
#include "serve/net.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"

enum {
    BACKLOG = 128,
    ACCEPTED_MAX = 64,     /* in one turn */
    KEPT_BYTES_MAX = 4096, /* of a buffer that is empty */
    FULL_MS = 100,         /* without a descriptor nobody is accepted */
    FULL_TOLD_MS = 10000,
    LINGER_MS = 1000,
    WAIT_MS_MAX = 60000
};

/* A line that is neither read nor written would not be seen to end. */
#ifdef POLLRDHUP
enum { ENDS = POLLRDHUP };
#else
enum { ENDS = 0 };
#endif

static int64_t clock_ms(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

void net_open(struct net *net, void *owner)
{
    memset(net, 0, sizeof *net);
    net->listener = -1;
    net->alarm = -1;
    net->owner = owner;
    net->now = clock_ms();
    net->full_told = -FULL_TOLD_MS;
}

/* ---- Lines --------------------------------------------------------------- */

static bool prepare(int fd)
{
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    int flags = fcntl(fd, F_GETFL);
    return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
           fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

/* Takes the descriptor, also where memory is short. */
static struct net_line *add_line(struct net *net, int fd)
{
    struct net_line *line =
        prepare(fd) ? bell__memory_take(&bell__memory_default, sizeof *line)
                    : NULL;
    if (line == NULL) {
        close(fd);
        return NULL;
    }
    memset(line, 0, sizeof *line);
    line->net = net;
    line->fd = fd;
    line->due = NET_NEVER;
    bell__buf_open(&line->in, &bell__memory_default, 0);
    bell__buf_open(&line->out, &bell__memory_default, 0);
    line->next = net->lines;
    net->lines = line;
    net->count++;
    return line;
}

static void free_line(struct net_line *line)
{
    close(line->fd);
    bell__buf_close(&line->in);
    bell__buf_close(&line->out);
    bell__memory_free(&bell__memory_default, line, sizeof *line);
}

void net_take(struct net_line *line, size_t size)
{
    struct bell__buf *in = &line->in;
    in->size -= size;
    if (in->size != 0) {
        memmove(in->bytes, in->bytes + size, in->size);
    } else if (in->capacity > KEPT_BYTES_MAX) {
        bell__buf_close(in);
    }
}

void net_end(struct net_line *line)
{
    line->ending = true;
}

void net_cut(struct net_line *line, const char *why)
{
    if (!line->gone) {
        line->gone = true;
        line->why = why;
    }
}

/* Those that have ended, after all that a turn did with them. */
static void sweep(struct net *net)
{
    struct net_line **at = &net->lines;
    while (*at != NULL) {
        struct net_line *line = *at;
        if (!line->gone) {
            at = &line->next;
            continue;
        }
        *at = line->next;
        net->count--;
        net->full_until = 0;
        if (line->role != NULL) {
            line->role->gone(line, line->why);
        }
        free_line(line);
    }
}

void net_close(struct net *net)
{
    net_deafen(net);
    for (struct net_line *line = net->lines; line != NULL; line = line->next) {
        net_cut(line, NULL);
    }
    sweep(net);
    bell__memory_free(&bell__memory_default, net->polls,
                      net->polls_max * sizeof *net->polls);
    net->polls = NULL;
    net->polls_max = 0;
}

void net_add_timer(struct net *net, struct net_timer *timer)
{
    timer->due = NET_NEVER;
    timer->next = net->timers;
    net->timers = timer;
}

/* ---- Who comes ----------------------------------------------------------- */

static void say_why(int error, int port, char *wrong, size_t size)
{
    const char *why = strerror(error);
    const char *hint = "";
    switch (error) {
    case EADDRINUSE:
        why = "the port is in use";
        hint = "; leave --port out for a free one";
        break;
    case EACCES:
    case EPERM:
        why = "not permitted";
        hint = port < 1024 ? "; ports from 1024 are for everybody" : "";
        break;
    case EADDRNOTAVAIL:
        why = "this machine has no such address";
        break;
    case EMFILE:
    case ENFILE:
        why = "no file descriptor is left (ulimit -n)";
        break;
    default:
        break;
    }
    snprintf(wrong, size, "cannot listen on 127.0.0.1:%d: %s%s", port, why,
             hint);
}

static bool bind_to(int fd, int port)
{
    int on = 1;
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)port);
    return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
           bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
           listen(fd, BACKLOG) == 0 && prepare(fd);
}

int net_listen(struct net *net, int port, char *wrong, size_t wrong_size)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    memset(&address, 0, sizeof address);
    if (fd < 0 || !bind_to(fd, port) ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        say_why(errno, port, wrong, wrong_size);
        if (fd >= 0) {
            close(fd);
        }
        return 0;
    }
    net->listener = fd;
    return ntohs(address.sin_port);
}

void net_deafen(struct net *net)
{
    if (net->listener >= 0) {
        close(net->listener);
        net->listener = -1;
    }
}

/* Without a descriptor poll() would tell of whoever waits without end. */
static void wait_for_room(struct net *net, int error)
{
    net->full_until = net->now + FULL_MS;
    if (net->now - net->full_told < FULL_TOLD_MS) {
        return;
    }
    net->full_told = net->now;
    fprintf(stderr,
            "bellpull: %s: %zu connections are open, whoever comes waits\n",
            error == EMFILE || error == ENFILE
                ? "no file descriptor is left (ulimit -n)"
                : strerror(error),
            net->count);
}

static void accept_some(struct net *net)
{
    for (int i = 0; i < ACCEPTED_MAX && net->listener >= 0; i++) {
        int fd = accept(net->listener, NULL, NULL);
        if (fd < 0) {
            if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
                errno == ENOMEM) {
                wait_for_room(net, errno);
            }
            return;
        }
        struct net_line *line = add_line(net, fd);
        if (line != NULL) {
            net->accepted(line);
        }
    }
}

struct net_line *net_dial(struct net *net, const struct sockaddr *address,
                          size_t size, const struct net_role *role, void *owner)
{
    int fd = socket(address->sa_family, SOCK_STREAM, 0);
    struct net_line *line = fd < 0 ? NULL : add_line(net, fd);
    if (line == NULL) {
        return NULL;
    }
    line->role = role;
    line->owner = owner;
    line->dialing = true;
    if (connect(fd, address, (socklen_t)size) != 0 && errno != EINPROGRESS) {
        net_cut(line, strerror(errno));
    }
    return line;
}

/* ---- Bytes --------------------------------------------------------------- */

static void read_some(struct net_line *line)
{
    char *room = line->net->room;
    ssize_t got = recv(line->fd, room, NET_READ_BYTES, 0);
    if (got < 0) {
        if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            net_cut(line, strerror(errno));
        }
        return;
    }
    line->at_end = got == 0;
    if (line->ending) {
        return; /* so that what is written is not lost by a reset */
    }
    if (bell__buf_append(&line->in, room, (size_t)got) != BELL_OK) {
        net_cut(line, "out of memory");
        return;
    }
    line->role->heard(line);
    if (line->at_end) {
        net_end(line);
    }
}

size_t net_flush(struct net_line *line)
{
    struct bell__buf *out = &line->out;
    while (line->sent < out->size && !line->mute && !line->gone &&
           !line->dialing) {
        ssize_t some = send(line->fd, out->bytes + line->sent,
                            out->size - line->sent, MSG_NOSIGNAL);
        if (some < 0) {
            if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
                net_cut(line, strerror(errno));
            }
            break;
        }
        line->sent += (size_t)some;
    }
    if (line->sent == out->size) {
        line->sent = 0;
        out->size = 0;
        if (out->capacity > KEPT_BYTES_MAX) {
            bell__buf_close(out);
        }
    }
    return out->size - line->sent;
}

static void write_some(struct net_line *line)
{
    if (net_flush(line) != 0) {
        return;
    }
    if (!line->ending) {
        if (!line->gone && line->role->sent != NULL) {
            line->role->sent(line);
        }
    } else if (line->at_end || shutdown(line->fd, SHUT_WR) != 0) {
        net_cut(line, NULL);
    } else {
        line->lingering = true;
        line->due = line->net->now + LINGER_MS;
    }
}

static void finish_dialing(struct net_line *line)
{
    int error = 0;
    socklen_t size = sizeof error;
    line->dialing = false;
    if (getsockopt(line->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 ||
        error != 0) {
        net_cut(line, strerror(error));
    }
}

/* Nobody waits for it but the other side's kernel. */
static void linger(struct net_line *line)
{
    if (line->at_end || line->due <= line->net->now) {
        net_cut(line, NULL);
    }
}

static void serve_line(struct net_line *line, short ready)
{
    if (line->dialing && ready != 0) {
        finish_dialing(line);
    }
    bool over = (ready & (POLLHUP | POLLERR | ENDS)) != 0;
    if (!line->gone && !line->at_end && (!line->deaf || line->lingering) &&
        ((ready & POLLIN) != 0 || over)) {
        read_some(line);
    } else if (!line->gone && over) {
        net_cut(line, NULL); /* it can neither be read nor written */
    }
    if (line->lingering && !line->gone) {
        linger(line);
        return;
    }
    if (!line->gone && line->due <= line->net->now) {
        line->due = NET_NEVER;
        line->role->due(line);
    }
    if (!line->gone && !line->dialing &&
        (line->out.size != 0 || line->ending)) {
        write_some(line);
    }
}

/* ---- A turn -------------------------------------------------------------- */

static bool has_room(struct net *net, size_t count)
{
    if (count <= net->polls_max) {
        return true;
    }
    size_t more = count * 2;
    struct pollfd *polls = bell__memory_resize(
        &bell__memory_default, net->polls, net->polls_max * sizeof *polls,
        more * sizeof *polls);
    if (polls == NULL) {
        return false;
    }
    net->polls = polls;
    net->polls_max = more;
    return true;
}

static struct pollfd watch(const struct net_line *line)
{
    bool reads =
        (!line->deaf || line->lingering) && !line->at_end && !line->dialing;
    bool writes = line->dialing || (!line->mute && !line->lingering &&
                                    (line->out.size != 0 || line->ending));
    short events = (short)((reads ? POLLIN : 0) | (writes ? POLLOUT : 0) |
                           (line->mute ? ENDS : 0));
    return (struct pollfd){.fd = line->fd, .events = events};
}

/* The listener, the alarm, then the lines; what is watched, and until when. */
static size_t prepare_polls(struct net *net, int64_t *until)
{
    bool full = net->full_until > net->now;
    size_t count = 0;
    net->polls[count++] =
        (struct pollfd){.fd = full ? -1 : net->listener, .events = POLLIN};
    net->polls[count++] = (struct pollfd){.fd = net->alarm, .events = POLLIN};
    if (full && net->full_until < *until) {
        *until = net->full_until;
    }
    for (struct net_line *line = net->lines; line != NULL; line = line->next) {
        net->polls[count++] = watch(line);
        *until = line->due < *until ? line->due : *until;
    }
    for (struct net_timer *at = net->timers; at != NULL; at = at->next) {
        *until = at->due < *until ? at->due : *until;
    }
    return count;
}

static void fire_timers(struct net *net)
{
    for (struct net_timer *at = net->timers; at != NULL; at = at->next) {
        if (at->due <= net->now) {
            at->due = NET_NEVER;
            at->fire(at);
        }
    }
}

static void drain(int fd)
{
    char bytes[64];
    while (read(fd, bytes, sizeof bytes) > 0) {
    }
}

bool net_turn(struct net *net, int64_t until)
{
    if (!has_room(net, net->count + 2)) {
        return false;
    }
    struct net_line *line = net->lines; /* those that come stand before it */
    size_t count = prepare_polls(net, &until);
    net->now = clock_ms();
    int64_t wait = until <= net->now ? 0 : until - net->now;
    int ready = poll(net->polls, (nfds_t)count,
                     wait < WAIT_MS_MAX ? (int)wait : WAIT_MS_MAX);
    if (ready < 0 && errno != EINTR) {
        return false;
    }
    net->now = clock_ms();
    if (ready > 0 && net->polls[1].revents != 0) {
        drain(net->alarm);
    }
    for (size_t i = 2; line != NULL; line = line->next, i++) {
        serve_line(line, ready > 0 ? net->polls[i].revents : 0);
    }
    fire_timers(net);
    if (ready > 0 && net->polls[0].revents != 0) {
        accept_some(net);
    }
    sweep(net);
    return true;
}
