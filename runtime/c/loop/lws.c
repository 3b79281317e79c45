/* lws.c: a libwebsockets context drives the loop beside its own sockets: one
 * adopted descriptor and one timer. It knows no clients. */
#include <libwebsockets.h>

#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "loop/loop.h"

struct driver {
    lws_sorted_usec_list_t timer; /* first: the timer's callback casts back */
    bell_allocator memory;
    struct bell_loop *loop;
    struct lws_context *context;
};

static void run(struct driver *driver);

static void timer_rings(lws_sorted_usec_list_t *timer)
{
    run((struct driver *)(void *)timer);
}

static void set_timer(struct driver *driver)
{
    int64_t wait = bell_next_deadline_ms(driver->loop);
    if (wait < 0) {
        lws_sul_cancel(&driver->timer);
        return;
    }
    lws_usec_t time = wait == 0 ? 1 : (lws_usec_t)wait * LWS_US_PER_MS;
    lws_sul_schedule(driver->context, 0, &driver->timer, timer_rings, time);
}

static void run(struct driver *driver)
{
    if (bell_loop_run(driver->loop, 0) == BELL_OK && driver->loop != NULL) {
        set_timer(driver);
    }
}

static void poke(void *context)
{
    set_timer(context);
}

static void let_go(struct driver *driver)
{
    lws_sul_cancel(&driver->timer);
    if (driver->loop != NULL) {
        driver->loop->poke = NULL;
        driver->loop->poke_context = NULL;
        driver->loop->evict = NULL;
        driver->loop = NULL;
    }
}

static void evict(void *context)
{
    let_go(context);
}

static int serve(struct lws *line, enum lws_callback_reasons reason, void *user,
                 void *bytes, size_t size)
{
    (void)user;
    (void)bytes;
    (void)size;
    if (reason != LWS_CALLBACK_RAW_RX_FILE &&
        reason != LWS_CALLBACK_RAW_CLOSE_FILE) {
        return 0;
    }
    struct driver *driver = lws_get_vhost_user(lws_get_vhost(line));
    if (reason == LWS_CALLBACK_RAW_CLOSE_FILE) {
        let_go(driver);
        return 0;
    }
    if (driver->loop == NULL) {
        return -1;
    }
    run(driver);
    return 0;
}

static void vhost_ends(struct lws_vhost *vhost, void *context)
{
    (void)vhost;
    struct driver *driver = context;
    let_go(driver);
    bell_allocator memory = driver->memory;
    bell__memory_free(&memory, driver, sizeof *driver);
}

static const struct lws_protocols protocols[] = {
    {.name = "bell-loop", .callback = serve},
    {.name = NULL},
};

static struct lws_vhost *make_vhost(struct driver *driver)
{
    struct lws_context_creation_info info;
    memset(&info, 0, sizeof info);
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.vhost_name = "bell-loop";
    info.protocols = protocols;
    info.user = driver;
    info.finalize = vhost_ends;
    info.finalize_arg = driver;
    return lws_create_vhost(driver->context, &info);
}

/* lws closes what it adopted, even where it refuses: it gets a duplicate. */
static bool adopt(struct driver *driver, struct lws_vhost *vhost)
{
    lws_sock_file_fd_type fd;
    fd.filefd = fcntl(bell_fd(driver->loop), F_DUPFD_CLOEXEC, 0);
    return fd.filefd >= 0 &&
           lws_adopt_descriptor_vhost(vhost, LWS_ADOPT_RAW_FILE_DESC, fd,
                                      "bell-loop", NULL) != NULL;
}

/* A vhost of our own brings our protocol into any context, whatever the
 * user's vhosts speak; the driver ends with it. */
bell_status bell_loop_adopt(bell_loop *loop, struct lws_context *context,
                            bell_error *error)
{
    bell__error_clear(error);
    if (bell__loop_is_others(loop)) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "another thread runs the loop: see "
                               "bell_loop_release()");
    }
    if (loop->poke != NULL) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "the loop is driven by a context already");
    }
    if (bell_fd(loop) < 0) {
        return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                               "the library was built with "
                               "BELLPULL_POLLER=poll: no context can drive its "
                               "loops");
    }
    struct driver *driver = bell__memory_take(&loop->memory, sizeof *driver);
    if (driver == NULL) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory to adopt a loop");
    }
    memset(driver, 0, sizeof *driver);
    driver->memory = loop->memory;
    driver->context = context;
    struct lws_vhost *vhost = make_vhost(driver);
    if (vhost == NULL) {
        bell__memory_free(&loop->memory, driver, sizeof *driver);
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "libwebsockets made no vhost for the loop");
    }
    driver->loop = loop;
    if (!adopt(driver, vhost)) {
        driver->loop = NULL;
        lws_vhost_destroy(vhost);
        return bell__error_set(error, BELL_LIMIT, BELL_ORIGIN_LOCAL,
                               "libwebsockets did not adopt the loop");
    }
    loop->poke = poke;
    loop->poke_context = driver;
    loop->evict = evict;
    set_timer(driver);
    return BELL_OK;
}
