/* http_redirect_test.c: answers that lead to elsewhere: the same request goes
 * there, what is secret does not go to others, and what leads nowhere is handed
 * on. */
#include "transport/http_line.h"
#include "unit/exchange.h"

enum { URL_MAX = 128 };

#define POST                                                                   \
    "POST /a?x=1 HTTP/1.1\r\nAccept: */*\r\nAuthorization: Bearer s\r\n"       \
    "cookie: c\r\nX-Own: o\r\n"
#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

static const bell_header headers[] = {{"X-Key", "k"}};

static void open_rig(struct rig *rig, int32_t redirects_max)
{
    struct bell__http_options options = {.headers = headers,
                                         .header_count = 1,
                                         .redirects_max = redirects_max,
                                         .user_agent = "test/1"};
    rig_wire(rig);
    CHECK_INT(BELL_OK, rig_make(rig, "/base", &options));
}

static void lead(struct rig *rig, int status, const char *location)
{
    char text[512];
    snprintf(text, sizeof text,
             "HTTP/1.1 %d To\r\nLocation: %s\r\nContent-Length: 3\r\n\r\nxyz",
             status, location);
    say(rig, text);
}

/* To the same server: on the same connection, with all that it had. */
static void the_same_server_hears_it_again(void)
{
    static const struct {
        const char *location;
        const char *target;
    } cases[] = {
        {"/b/c?d=e", "/b/c?d=e"},
        {"b", "/base/b"},
        {"b/c?d", "/base/b/c?d"},
        {"?y=2", "/base/a?y=2"},
        {"/b#fragment", "/b"},
        {"http://127.0.0.1:%u/b", "/b"},
        {"//127.0.0.1:%u/b", "/b"},
        {"HTTP://127.0.0.1:%u", "/"},
        {"../c/./d", "/c/d"},
        {"../../../c", "/c"},
        {"/a/../b", "/b"},
        {"/a/b/..", "/a/"},
        {"/.", "/"},
        {"/..", "/"},
        {"./", "/base/"},
        {"/a/..?x=/../y", "/?x=/../y"},
        {"/..a/.b/...", "/..a/.b/..."},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig rig;
        char location[URL_MAX];
        char first[REQUEST_MAX];
        char text[REQUEST_MAX];
        open_rig(&rig, 0);
        ask(&rig, 1, POST, "body");
        take_call(&rig);
        hear(&rig, first);
        const char *mark = strstr(cases[i].location, "%u");
        int stem = (int)(mark == NULL ? strlen(cases[i].location)
                                      : (size_t)(mark - cases[i].location));
        snprintf(location, sizeof location, "%.*s", stem, cases[i].location);
        if (mark != NULL) {
            snprintf(location + stem, sizeof location - (size_t)stem, "%u%s",
                     (unsigned)rig.peer.port, mark + 2);
        }
        lead(&rig, i % 2 == 0 ? 307 : 308, location);
        CHECK(!rig.transport->ops->receive(rig.transport, &rig.frame));
        pump(&rig);
        CHECK(!rig.transport->ops->receive(rig.transport, &rig.frame));
        hear(&rig, text);
        char want[URL_MAX];
        snprintf(want, sizeof want, "POST %s HTTP/1.1\r\n", cases[i].target);
        CHECK(strncmp(want, text, strlen(want)) == 0);
        CHECK_TEXT(strchr(first, '\n'), strchr(text, '\n'));
        say(&rig, OK);
        check_reply(&rig, 1, 200, "ok");
        ask(&rig, 2, POST, "body"); /* kept, and where it was */
        hear(&rig, text);
        CHECK_TEXT(first, text);
        rig_close(&rig);
    }
}

/* To another server: the request without what is secret, and nothing of the
 * connection stays. */
static void another_server_hears_no_secrets(void)
{
    struct rig rig;
    struct rig other;
    char location[URL_MAX];
    char want[REQUEST_MAX];
    char text[REQUEST_MAX];
    open_rig(&rig, 0);
    open_rig(&other, 0);
    ask(&rig, 1, POST, "body");
    take_call(&rig);
    hear(&rig, text);
    snprintf(location, sizeof location, "http://127.0.0.1:%u/b?c",
             (unsigned)other.peer.port);
    lead(&rig, 307, location);
    int own = rig.peer.fd;
    struct peer here = rig.peer;
    CHECK(!next_now(&rig));
    rig.peer = other.peer; /* whom it calls now */
    take_call(&rig);
    hear(&rig, text);
    snprintf(want, sizeof want,
             "POST /b?c HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUser-Agent: "
             "test/1\r\nAccept: */*\r\nX-Own: o\r\nContent-Length: "
             "4\r\n\r\nbody",
             (unsigned)other.peer.port);
    CHECK_TEXT(want, text);
    /* And back: who was led by another one is not trusted any more. */
    snprintf(location, sizeof location, "http://127.0.0.1:%u/d",
             (unsigned)here.port);
    lead(&rig, 308, location);
    int there = rig.peer.fd;
    CHECK(!next_now(&rig));
    rig.peer = here;
    take_call(&rig);
    hear(&rig, text);
    CHECK(strncmp(text, "POST /d HTTP/1.1\r\n", 18) == 0);
    CHECK(strstr(text, "Bearer") == NULL && strstr(text, "X-Key") == NULL);
    say(&rig, OK);
    check_reply(&rig, 1, 200, "ok");
    CHECK(!rig.transport->ops->receive(rig.transport, &rig.frame));
    const struct bell__http *http =
        (const struct bell__http *)(void *)rig.transport;
    CHECK_INT(0, http->line_count);
    close(own);
    close(there);
    rig_close(&rig);
    rig_close(&other);
}

static void what_leads_nowhere_is_handed_on(void)
{
    static const struct {
        int status;
        const char *location;
    } cases[] = {
        {301, "/b"},
        {302, "/b"},
        {303, "/b"},
        {304 + 1, "/b"},
        {307, ""},
        {307, "#here"},
        {307, "ftp://127.0.0.1/b"},
        {307, "ws://127.0.0.1/b"},
        {307, "mailto:x"},
        {307, "http://user@127.0.0.1/b"},
        {307, "/a/%2e%2E/b"},
        {307, "/with space"},
        {307, "http:///b"},
        {308, "/b\r\nLocation: /c"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct rig rig;
        char text[REQUEST_MAX];
        open_rig(&rig, 0);
        ask(&rig, 1, POST, "body");
        take_call(&rig);
        hear(&rig, text);
        lead(&rig, cases[i].status, cases[i].location);
        check_reply(&rig, 1, cases[i].status, "xyz");
        rig_close(&rig);
    }
}

/* Followed so often, and then handed on. */
static void there_is_an_end(int32_t redirects_max, int followed)
{
    struct rig rig;
    char text[REQUEST_MAX];
    open_rig(&rig, redirects_max);
    for (uint64_t tag = 1; tag <= 2; tag++) {
        ask(&rig, tag, POST, "body");
        if (tag == 1) {
            take_call(&rig);
        }
        for (int i = 0; i < followed; i++) {
            hear(&rig, text);
            lead(&rig, 307, "/again");
            CHECK(!next_now(&rig));
        }
        hear(&rig, text);
        lead(&rig, 307, "/again");
        check_reply(&rig, tag, 307, "xyz");
    }
    rig_close(&rig);
}

/* An answer ended the first request: of the second nothing has left. */
static void nobody_is_there(void)
{
    struct rig rig;
    char text[REQUEST_MAX];
    open_rig(&rig, 0);
    ask(&rig, 1, POST, "body");
    take_call(&rig);
    hear(&rig, text);
    lead(&rig, 307, "http://127.0.0.1:1/b");
    check_end(&rig, 1, BELL__EXCHANGE_NOT_SENT, "127.0.0.1:1");
    rig_close(&rig);
}

/* Who gives up while the new server is dialed has sent it nothing. */
static void it_is_given_up_on_the_way(void)
{
    struct rig rig;
    struct rig other;
    char location[URL_MAX];
    char text[REQUEST_MAX];
    open_rig(&rig, 0);
    open_rig(&other, 0);
    ask(&rig, 1, POST, "body");
    take_call(&rig);
    hear(&rig, text);
    snprintf(location, sizeof location, "http://127.0.0.1:%u/b",
             (unsigned)other.peer.port);
    lead(&rig, 307, location);
    CHECK(!next_now(&rig));
    CHECK(rig.transport->ops->cancel(rig.transport, 1));
    rig_close(&rig);
    rig_close(&other);
}

/* The body is not whole there yet: what is led elsewhere is not sent twice. */
static void an_early_one_is_handed_on(void)
{
    static char large[4 * 1024 * 1024];
    struct rig rig;
    char text[REQUEST_MAX];
    memset(large, 'p', sizeof large);
    open_rig(&rig, 0);
    put(&rig, 1, POST, large, sizeof large);
    flush(&rig);
    take_call(&rig);
    pump(&rig);
    CHECK(peer_request(&rig.peer, text, sizeof text));
    lead(&rig, 307, "/b");
    check_reply(&rig, 1, 307, "xyz");
    rig_close(&rig);
}

int main(void)
{
    the_same_server_hears_it_again();
    another_server_hears_no_secrets();
    what_leads_nowhere_is_handed_on();
    there_is_an_end(0, 5);
    there_is_an_end(2, 2);
    there_is_an_end(-1, 0);
    nobody_is_there();
    it_is_given_up_on_the_way();
    an_early_one_is_handed_on();
    return check_report();
}
