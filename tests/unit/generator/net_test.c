/* net_test.c: why the mock cannot listen, told as what it is: the system's own
 * bind() is replaced by one that fails as it is told to. */
#include "serve/net.h"

#include <errno.h>
#include <netinet/in.h>

#include "unit/check.h"

static int failure; /* of bind(); 0: it does not */

/* By its label: the system's header has another type for it. */
int failing_bind(int fd, const void *address, socklen_t size) __asm__("bind");

int failing_bind(int fd, const void *address, socklen_t size)
{
    (void)fd;
    (void)address;
    (void)size;
    errno = failure;
    return failure == 0 ? 0 : -1;
}

static void told_as_what_it_is(void)
{
    static const struct {
        int failure;
        int port;
        const char *said;
    } cases[] = {
        {EADDRINUSE, 8000,
         "cannot listen on 127.0.0.1:8000: the port is in use; leave --port "
         "out for a free one"},
        {EACCES, 80,
         "cannot listen on 127.0.0.1:80: not permitted; ports from 1024 are "
         "for everybody"},
        {EPERM, 8000, "cannot listen on 127.0.0.1:8000: not permitted"},
        {EADDRNOTAVAIL, 1,
         "cannot listen on 127.0.0.1:1: this machine has no such address"},
        {ENOBUFS, 1, "cannot listen on 127.0.0.1:1: No buffer space available"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static struct net net;
        char wrong[160] = "";
        net_open(&net, NULL);
        failure = cases[i].failure;
        CHECK_INT(0, net_listen(&net, cases[i].port, wrong, sizeof wrong));
        CHECK_TEXT(cases[i].said, wrong);
        CHECK_INT(-1, net.listener);
        net_close(&net);
    }
}

int main(void)
{
    told_as_what_it_is();
    return check_report();
}
