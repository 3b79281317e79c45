/* api_test.c: a server API whose host has two addresses, of which one leads
 * nowhere. It asks no resolver. */
#include "serve/api.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "serve/http.h"
#include "unit/check.h"

enum { ADDRESSES = 2, TURNS_MAX = 1000 };

static struct sockaddr_in addresses[ADDRESSES];
static size_t lookups;
static size_t answered;

/* In place of the C library's. */
int getaddrinfo(const char *host, const char *port,
                const struct addrinfo *wanted, struct addrinfo **found)
{
    static struct addrinfo all[ADDRESSES];
    CHECK_TEXT("two.addresses", host);
    CHECK_TEXT("8000", port);
    CHECK(wanted != NULL);
    for (size_t i = 0; i < ADDRESSES; i++) {
        memset(&all[i], 0, sizeof all[i]);
        all[i].ai_addr = (struct sockaddr *)(void *)&addresses[i];
        all[i].ai_addrlen = sizeof addresses[i];
        all[i].ai_next = i + 1 < ADDRESSES ? &all[i + 1] : NULL;
    }
    lookups++;
    *found = all;
    return 0;
}

void freeaddrinfo(struct addrinfo *found)
{
    (void)found;
}

static void heard(struct net_line *line)
{
    struct http_head head;
    bell_string bytes = {line->in.bytes, line->in.size};
    if (http_read_request(bytes, &head) != HTTP_WHOLE ||
        line->in.size < head.size + head.body) {
        return;
    }
    net_take(line, line->in.size);
    http_answer(&line->out,
                &(struct http_reply){.status = 200,
                                     .type = "application/json",
                                     .body = BELL_STR("{}")},
                NULL);
    answered++;
    net_end(line);
}

static void due(struct net_line *line)
{
    net_cut(line, NULL);
}

static void gone(struct net_line *line, const char *why)
{
    (void)line;
    (void)why;
}

static void take(struct net_line *line)
{
    static const struct net_role role = {
        .heard = heard, .due = due, .gone = gone};
    line->role = &role;
}

/* An address at which nobody listens: its port is taken, so that nobody comes
 * to. */
static int take_port(struct sockaddr_in *address)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    socklen_t size = sizeof *address;
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CHECK_INT(0, bind(fd, (const struct sockaddr *)address, size));
    CHECK_INT(0, getsockname(fd, (struct sockaddr *)address, &size));
    return fd;
}

static void run_until(struct net *net, const struct api *api, size_t count)
{
    for (int i = 0; i < TURNS_MAX && (answered < count || api->running != 0);
         i++) {
        CHECK(net_turn(net, net->now + 100));
    }
    CHECK_INT(count, answered);
}

/* The second one is tried, and kept: it is the one that answers. */
static void test_both_have_a_turn(struct net *net)
{
    struct api api;
    CHECK(api_open(&api, net, "http://two.addresses:8000/api", "key"));
    CHECK(api_publish(&api, BELL_STR("a"), BELL_STR("1"), NULL));
    CHECK(api_publish(&api, BELL_STR("a"), BELL_STR("2"), NULL));
    run_until(net, &api, 2);
    CHECK_INT(2, lookups);
    CHECK(api_publish(&api, BELL_STR("a"), BELL_STR("3"), NULL));
    run_until(net, &api, 3);
    CHECK_INT(2, lookups);
    api_close(&api);
}

int main(void)
{
    static struct net net;
    char wrong[160];
    int fd = take_port(&addresses[0]);
    net_open(&net, NULL);
    net.accepted = take;
    int port = net_listen(&net, 0, wrong, sizeof wrong);
    CHECK(port != 0);
    addresses[1] = addresses[0];
    addresses[1].sin_port = htons((uint16_t)port);
    test_both_have_a_turn(&net);
    net_close(&net);
    close(fd);
    return check_report();
}
