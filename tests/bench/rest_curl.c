/* rest_curl.c: an exchange by libcurl's multi interface on epoll; handles are
 * used again. It needs rest_server.c at the other end.
 *
 *   rest_curl URL CONNECTIONS COUNT BODY
 *
 * Prints the wall time and the CPU time of an exchange in microseconds. */
#include <curl/curl.h>

#include "wire.h"

#include <sys/epoll.h>

enum { WARM = 200, EVENTS_MAX = 64, CONNECTIONS_MAX = 100 };

static int poller;
static CURLM *multi;
static long timeout_ms = -1;

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *user,
                     void *known)
{
    (void)easy;
    (void)user;
    struct epoll_event event = {.data.fd = fd};
    if (what == CURL_POLL_REMOVE) {
        return epoll_ctl(poller, EPOLL_CTL_DEL, fd, &event);
    }
    event.events = ((what & CURL_POLL_IN) != 0 ? EPOLLIN : 0U) |
                   ((what & CURL_POLL_OUT) != 0 ? EPOLLOUT : 0U);
    int change = known == NULL ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    curl_multi_assign(multi, fd, &poller);
    return epoll_ctl(poller, change, fd, &event);
}

static int on_timer(CURLM *from, long wait_ms, void *user)
{
    (void)from;
    (void)user;
    timeout_ms = wait_ms;
    return 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *user)
{
    (void)bytes;
    *(size_t *)user += size * count;
    return size * count;
}

static CURL *make(const char *url, const char *body, struct curl_slist *heads,
                  size_t *got)
{
    char target[256];
    CURL *easy = curl_easy_init();
    snprintf(target, sizeof target, "%s/echo", url);
    curl_easy_setopt(easy, CURLOPT_URL, target);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, heads);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 30000L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, got);
    return easy;
}

static void turn(void)
{
    struct epoll_event events[EVENTS_MAX];
    int running;
    int ready = epoll_wait(poller, events, EVENTS_MAX, (int)timeout_ms);
    if (ready == 0) {
        timeout_ms = -1;
        curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    for (int i = 0; i < ready; i++) {
        int what = ((events[i].events & EPOLLIN) != 0 ? CURL_CSELECT_IN : 0) |
                   ((events[i].events & EPOLLOUT) != 0 ? CURL_CSELECT_OUT : 0);
        curl_multi_socket_action(multi, events[i].data.fd, what, &running);
    }
}

static void run(CURL **handles, size_t connections, size_t count)
{
    size_t started = 0;
    size_t ended = 0;
    for (; started < connections && started < count; started++) {
        curl_multi_add_handle(multi, handles[started]);
    }
    while (ended < count) {
        int left;
        turn();
        for (CURLMsg *said = curl_multi_info_read(multi, &left); said != NULL;
             said = curl_multi_info_read(multi, &left)) {
            CURL *easy = said->easy_handle;
            if (said->data.result != CURLE_OK) {
                fprintf(stderr, "rest_curl: %s\n",
                        curl_easy_strerror(said->data.result));
                exit(1);
            }
            curl_multi_remove_handle(multi, easy);
            ended++;
            if (started < count) {
                started++;
                curl_multi_add_handle(multi, easy);
            }
        }
    }
}

int main(int words, char **word)
{
    size_t connections = words == 5 ? strtoul(word[2], NULL, 10) : 0;
    size_t count = words == 5 ? strtoul(word[3], NULL, 10) : 0;
    if (connections == 0 || connections > CONNECTIONS_MAX || count == 0) {
        fprintf(stderr, "usage: rest_curl URL CONNECTIONS COUNT BODY\n");
        return 2;
    }
    CURL *handles[CONNECTIONS_MAX];
    size_t got = 0;
    struct curl_slist *heads = NULL;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    heads = curl_slist_append(heads, "Accept: application/json");
    heads = curl_slist_append(heads, "Content-Type: application/json");
    heads = curl_slist_append(
        heads, "Authorization: Bearer abcdefghijklmnopqrstuvwxyz0123456789");
    poller = epoll_create1(EPOLL_CLOEXEC);
    multi = curl_multi_init();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_MAX);
    for (size_t i = 0; i < connections; i++) {
        handles[i] = make(word[1], word[4], heads, &got);
    }
    run(handles, connections, WARM);
    struct wire_times times = wire_times_begin();
    run(handles, connections, count);
    wire_times_print(&times, count);
    for (size_t i = 0; i < connections; i++) {
        curl_easy_cleanup(handles[i]);
    }
    curl_multi_cleanup(multi);
    curl_slist_free_all(heads);
    curl_global_cleanup();
    close(poller);
    return got == 0;
}
