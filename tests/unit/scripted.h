/* scripted.h: a small Centrifugo in threads of the test. What it does with a
 * call stands in the call's user_id:
 *   n7     answers {"total":7,...}          error  answers error 404
 *   slow   answers behind the next call     wrong  answers a text for a number
 *   hang   drops the connection             final  closes with 3501
 *   more   answers 9, with members behind the data that end like it
 *   never  does not answer
 *   many   answers 5 behind 40,000 pings in the same message
 * A client whose name is quiet is promised no pings. */
#ifndef TESTS_UNIT_SCRIPTED_H
#define TESTS_UNIT_SCRIPTED_H

#include <netinet/tcp.h>
#include <pthread.h>

#include "unit/peer.h"

enum { SCRIPTED_FRAME_MAX = 128 * 1024, SCRIPTED_PINGS = 40000 };

struct scripted {
    struct peer peer;
    pthread_t thread;
};

struct scripted_line {
    struct peer peer;
    uint32_t held; /* the id of a slow call; 0: none */
    char in[SCRIPTED_FRAME_MAX + 1];
    char out[SCRIPTED_FRAME_MAX];
    size_t out_size;
};

static inline void scripted_add(struct scripted_line *line, uint32_t id,
                                const char *rest)
{
    char *at = line->out + line->out_size;
    size_t room = sizeof line->out - line->out_size;
    int size = snprintf(at, room, "%s{\"id\":%u,%s}",
                        line->out_size == 0 ? "" : "\n", (unsigned)id, rest);
    line->out_size += (size_t)size < room ? (size_t)size : 0;
}

static inline void scripted_count(struct scripted_line *line, uint32_t id,
                                  long total)
{
    char rest[160];
    snprintf(rest, sizeof rest,
             "\"rpc\":{\"data\":{\"total\":%ld,\"completed\":0,"
             "\"pending\":1}}",
             total);
    scripted_add(line, id, rest);
}

/* False: the connection ends here. */
static inline bool scripted_call(struct scripted_line *line, uint32_t id,
                                 const char *user)
{
    if (strncmp(user, "hang", 4) == 0) {
        return false;
    }
    if (strncmp(user, "final", 5) == 0) {
        peer_say(&line->peer,
                 "\x88\x05\x0d\xad"
                 "bye",
                 7);
        return false;
    }
    if (strncmp(user, "slow", 4) == 0) {
        line->held = id;
        return true;
    }
    if (strncmp(user, "never", 5) == 0) {
        return true;
    }
    if (strncmp(user, "error", 5) == 0) {
        scripted_add(line, id,
                     "\"error\":{\"code\":404,\"message\":\"no such user\"}");
    } else if (strncmp(user, "wrong", 5) == 0) {
        scripted_add(line, id, "\"rpc\":{\"data\":{\"total\":\"many\"}}");
    } else if (strncmp(user, "more", 4) == 0) {
        scripted_add(line, id,
                     "\"rpc\":{\"data\":{\"total\":9,\"completed\":0,"
                     "\"pending\":1},\"cost\":[{}]},\"took\":{\"ms\":{}}");
    } else if (strncmp(user, "many", 4) == 0) {
        memset(line->out, '\n', SCRIPTED_PINGS * 3);
        for (size_t i = 0; i < SCRIPTED_PINGS; i++) {
            memcpy(line->out + i * 3, "{}", 2);
        }
        line->out_size = SCRIPTED_PINGS * 3;
        scripted_count(line, id, 5);
    } else {
        scripted_count(line, id, strtol(user + 1, NULL, 10));
    }
    if (line->held != 0) {
        scripted_count(line, line->held, -1);
        line->held = 0;
    }
    return true;
}

static inline bool scripted_command(struct scripted_line *line,
                                    const char *text)
{
    static const char user[] = "\"user_id\":\"";
    const char *number = strstr(text, "\"id\":");
    if (number == NULL) {
        return true; /* a pong */
    }
    uint32_t id = (uint32_t)strtoul(number + 5, NULL, 10);
    if (strstr(text, "\"rpc\"") == NULL) {
        bool quiet = strstr(text, "\"name\":\"quiet\"") != NULL;
        scripted_add(line, id,
                     quiet ? "\"connect\":{\"client\":\"c\"}"
                           : "\"connect\":{\"client\":\"c\",\"version\":"
                             "\"t\",\"ping\":25,\"pong\":true}");
        return true;
    }
    const char *at = strstr(text, user);
    return scripted_call(line, id, at == NULL ? "" : at + sizeof user - 1);
}

/* The commands of one frame are answered by one frame. */
static inline bool scripted_turn(struct scripted_line *line)
{
    int first = 0;
    size_t size = 0;
    if (!peer_frame(&line->peer, &first, line->in, SCRIPTED_FRAME_MAX, &size) ||
        first != 0x81) {
        return false;
    }
    line->in[size] = '\0';
    line->out_size = 0;
    char *at = line->in;
    while (at != NULL) {
        char *end = strchr(at, '\n');
        if (end != NULL) {
            *end = '\0';
        }
        if (!scripted_command(line, at)) {
            return false;
        }
        at = end == NULL ? NULL : end + 1;
    }
    return line->out_size == 0 ||
           peer_text(&line->peer, line->out, line->out_size);
}

static inline void *scripted_serve(void *context)
{
    struct scripted_line *line = context;
    if (peer_upgrade(&line->peer, NULL, 0)) {
        while (scripted_turn(line)) {
        }
    }
    peer_close(&line->peer);
    free(line);
    return NULL;
}

static inline void *scripted_accept(void *context)
{
    struct scripted *scripted = context;
    for (;;) {
        int fd = accept(scripted->peer.listener, NULL, NULL);
        if (fd < 0) {
            return NULL;
        }
        struct scripted_line *line = calloc(1, sizeof *line);
        pthread_t thread;
        if (line == NULL) {
            abort();
        }
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        line->peer.fd = fd;
        if (pthread_create(&thread, NULL, scripted_serve, line) != 0) {
            abort();
        }
        pthread_detach(thread);
    }
}

static inline void scripted_start(struct scripted *scripted)
{
    peer_listen(&scripted->peer);
    if (pthread_create(&scripted->thread, NULL, scripted_accept, scripted) !=
        0) {
        abort();
    }
}

static inline void scripted_end(struct scripted *scripted)
{
    shutdown(scripted->peer.listener, SHUT_RDWR);
    pthread_join(scripted->thread, NULL);
    peer_end(&scripted->peer);
}

#endif
