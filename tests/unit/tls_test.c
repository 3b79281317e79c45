/* tls_test.c: a client over wss:// against an OpenSSL server in the test: who
 * is trusted, who is not and why, and bytes that come in any pieces. */
#include <signal.h>
#include <tasks.h>

#include "unit/front.h"
#include "unit/scripted.h"

static struct scripted server;
static struct identity authority;
static struct identity stranger; /* an authority that nobody trusts */
static char folder[] = P_tmpdir "/bell_tls_XXXXXX";
static char ca_file[64];
static char client_file[64];
static char stranger_file[64];

/* How one call over a front of this kind ends. */
struct visit {
    struct identity *server; /* NULL: no TLS */
    bell_options options;
    const char *host;
    bool plain_url;
    const struct identity *clients; /* who must sign clients */
    int version_max;
    const char *banner;
    SSL_CTX_alpn_select_cb_func choose; /* of the server */
    size_t piece;
    size_t cut;
};

static bell_status ask(bell_client *client, bell_error *error)
{
    tasks_task_stats_params params = {.user_id = BELL_STR("n7")};
    tasks_task_stats_result *stats = NULL;
    bell_call_options options = {.deadline_ms = 5000};
    bell_status status =
        tasks_get_stats_with(client, &params, &options, &stats, error);
    CHECK(status != BELL_OK || stats->total == 7);
    bell_free(stats);
    return status;
}

/* What the log said of the first line that was lost. */
static char lost[256];

static void on_log(void *context, const bell_record *record)
{
    (void)context;
    if (strcmp(record->event, "lost") == 0 && lost[0] == '\0') {
        snprintf(lost, sizeof lost, "%s", record->text);
    }
}

/* Until it is connected, or has been lost for the first time. */
static bell_status connect_once(bell_client *client, bell_error *error)
{
    for (int i = 0; i < 100000 && lost[0] == '\0' && !bell_connected(client);
         i++) {
        bell_loop_run(bell_client_loop(client), 100);
    }
    snprintf(error->message, sizeof error->message, "%s", lost);
    return bell_connected(client) ? BELL_OK : BELL_DISCONNECTED;
}

static bell_status visit(struct visit visit, bell_error *error)
{
    struct front front = {
        .backend = server.peer.port, .piece = visit.piece, .cut = visit.cut};
    front.banner = visit.banner;
    struct front raw = {.piece = visit.piece, .cut = visit.cut};
    char url[128];
    bell_client *client = NULL;
    if (visit.server != NULL) {
        front.tls = front_context(visit.server, visit.clients);
    }
    if (visit.choose != NULL) {
        SSL_CTX_set_alpn_select_cb(front.tls, visit.choose, NULL);
    }
    if (visit.version_max != 0) {
        SSL_CTX_set_max_proto_version(front.tls, visit.version_max);
    }
    if (visit.server != NULL) {
        front.piece = 0;
        front.cut = 0;
    }
    front_start(&front);
    raw.backend = front.peer.port; /* pieces of what TLS says */
    front_start(&raw);
    snprintf(url, sizeof url, "%s://%s:%u/line", visit.plain_url ? "ws" : "wss",
             visit.host != NULL ? visit.host : "localhost",
             (unsigned)raw.peer.port);
    visit.options.url = url;
    visit.options.log = on_log;
    visit.options.connect_deadline_ms = 20000;
    lost[0] = '\0';
    visit.options.reconnect_min_ms = 10000;
    visit.options.reconnect_max_ms = 10000;
    if (visit.options.tls_ca_file == NULL) {
        visit.options.tls_ca_file = ca_file;
    }
    bell_status status = tasks_open(&visit.options, &client, error);
    if (status == BELL_OK) {
        status = connect_once(client, error);
    }
    if (status == BELL_OK) {
        status = ask(client, error);
    }
    bell_close(client);
    front_end(&raw);
    front_end(&front);
    SSL_CTX_free(front.tls);
    return status;
}

static void check_refused(struct visit how, const char *words)
{
    bell_error error = {.message = ""};
    CHECK(visit(how, &error) != BELL_OK);
    check_count(strstr(error.message, words) != NULL, words, 0, error.message);
}

static void check_good(struct visit how, const char *what)
{
    bell_error error = {.message = ""};
    bell_status status = visit(how, &error);
    check_count(status == BELL_OK, what, 0, error.message);
}

static void who_is_trusted(void)
{
    struct identity good =
        identity_make("x", "DNS:localhost,IP:127.0.0.1", &authority, -1, 1);
    struct identity wild =
        identity_make("x", "DNS:*.localhost", &authority, -1, 1);
    check_good((struct visit){.server = &good}, "a name");
    check_good((struct visit){.server = &good, .host = "127.0.0.1"},
               "an address");
    check_good((struct visit){.server = &good,
                              .options = {.tls_version_min = BELL_TLS_1_3}},
               "TLS 1.3");
    check_good((struct visit){.server = &good, .version_max = TLS1_2_VERSION},
               "TLS 1.2");
    check_good((struct visit){.server = &wild,
                              .options = {.tls_insecure_accept_anybody = true}},
               "unverified");
    check_refused((struct visit){.server = &wild},
                  "is for another name than localhost");
    identity_free(&good);
    identity_free(&wild);
}

static void who_is_not(void)
{
    struct {
        struct identity server;
        const char *host;
        const char *words;
    } cases[] = {
        {identity_make("x", "DNS:example.org", &authority, -1, 1), NULL,
         "is for another name than localhost"},
        {identity_make("localhost", "IP:10.0.0.1", &authority, -1, 1), NULL,
         "is for another name than localhost"},
        {identity_make("localhost", "DNS:localhost", &authority, -1, 1),
         "127.0.0.1", "is for another address than 127.0.0.1"},
        {identity_make("x", "DNS:localhost", &authority, -3, -1), NULL,
         "has expired"},
        {identity_make("x", "DNS:localhost", &authority, 1, 3), NULL,
         "not valid yet"},
        {identity_make("x", "DNS:localhost", NULL, -1, 1), NULL,
         "self-signed: trust it with tls_ca_file"},
        {identity_make("x", "DNS:localhost", &stranger, -1, 1), NULL,
         "not signed by a trusted authority"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_refused(
            (struct visit){.server = &cases[i].server, .host = cases[i].host},
            cases[i].words);
        check_good(
            (struct visit){.server = &cases[i].server,
                           .host = cases[i].host,
                           .options = {.tls_insecure_accept_anybody = true}},
            "accepts anybody");
        identity_free(&cases[i].server);
    }
}

/* Servers that look at what the client offers: exactly http/1.1. */
static int take_first(SSL *ssl, const unsigned char **out,
                      unsigned char *out_size, const unsigned char *offered,
                      unsigned size, void *context)
{
    (void)ssl;
    (void)context;
    CHECK(size == 9 && memcmp(offered, "\x08http/1.1", size) == 0);
    *out = offered + 1;
    *out_size = offered[0];
    return SSL_TLSEXT_ERR_OK;
}

static int take_none(SSL *ssl, const unsigned char **out,
                     unsigned char *out_size, const unsigned char *offered,
                     unsigned size, void *context)
{
    (void)take_first(ssl, out, out_size, offered, size, context);
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static void protocols(void)
{
    struct identity good =
        identity_make("x", "DNS:localhost", &authority, -1, 1);
    check_good((struct visit){.server = &good, .choose = take_first},
               "http/1.1 is chosen");
    check_refused((struct visit){.server = &good, .choose = take_none},
                  "does not speak http/1.1 (ALPN)");
    identity_free(&good);
}

static void wrong_ports(void)
{
    struct identity good =
        identity_make("x", "DNS:localhost", &authority, -1, 1);
    check_refused((struct visit){.server = NULL},
                  "in the TLS handshake: does it speak TLS on this port?");
    check_refused((struct visit){.banner = "HTTP/1.1 400 Bad Request\r\n\r\n"},
                  "does not speak TLS here: is this a ws:// port?");
    check_refused((struct visit){.server = &good, .plain_url = true},
                  "does it speak TLS (wss://)?");
    check_refused((struct visit){.server = &good,
                                 .version_max = TLS1_2_VERSION,
                                 .options = {.tls_version_min = BELL_TLS_1_3}},
                  "tls_version_min");
    identity_free(&good);
}

static void clients_certificate(void)
{
    struct identity good =
        identity_make("x", "DNS:localhost", &authority, -1, 1);
    struct visit how = {.server = &good, .clients = &authority};
    check_refused(how, "tls_certificate_file");
    how.version_max = TLS1_2_VERSION;
    check_refused(how, "certificate");
    how.options.tls_certificate_file = stranger_file;
    check_refused(
        how,
        "does not trust the authority that signed this client's certificate");
    how.version_max = 0;
    how.options.tls_certificate_file = client_file;
    check_good(how, "a client's certificate");
    identity_free(&good);
}

/* Cut anywhere: no crash, no hang, and a reason. */
static void pieces(void)
{
    struct identity good =
        identity_make("x", "DNS:localhost", &authority, -1, 1);
    check_good((struct visit){.server = &good, .piece = 1}, "single bytes");
    check_good((struct visit){.server = &good, .piece = 7}, "seven bytes");
    for (size_t cut = 1; cut < 1600; cut += cut < 200 ? 23 : 151) {
        bell_error error = {.message = ""};
        bell_status status =
            visit((struct visit){.server = &good, .cut = cut}, &error);
        CHECK(status == BELL_OK || error.message[0] != '\0');
        CHECK(cut > 300 || status != BELL_OK);
    }
    identity_free(&good);
}

static void wrong_files(void)
{
    static const struct {
        bell_options options;
        const char *words;
    } cases[] = {
        {{.tls_ca_file = "/nowhere/ca.pem"}, "tls_ca_file /nowhere/ca.pem"},
        {{.tls_ca_file = "/dev/null"}, "tls_ca_file /dev/null"},
        {{.tls_certificate_file = "/nowhere/me.pem"},
         "tls_certificate_file /nowhere/me.pem"},
        {{.tls_key_file = "/nowhere/key.pem"},
         "tls_key_file wants tls_certificate_file"},
        {{.tls_version_min = (bell_tls_version)9}, "tls_version_min"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bell_options options = cases[i].options;
        bell_client *client = NULL;
        bell_error error;
        options.url = "wss://localhost:1/line";
        CHECK_INT(BELL_INVALID, tasks_open(&options, &client, &error));
        check_count(strstr(error.message, cases[i].words) != NULL,
                    cases[i].words, 0, error.message);
        CHECK(client == NULL);
    }
}

/* Long texts both ways, and many calls at once. */
static void much(void)
{
    enum { COUNT = 200, BYTES = 60000 };
    struct identity good =
        identity_make("x", "DNS:localhost", &authority, -1, 1);
    struct front front = {.backend = server.peer.port,
                          .tls = front_context(&good, NULL)};
    char url[128];
    bell_error error;
    bell_client *clients[2] = {NULL, NULL};
    char *user = malloc(BYTES + 1);
    front_start(&front);
    snprintf(url, sizeof url, "wss://localhost:%u/line",
             (unsigned)front.peer.port);
    bell_loop *loop = NULL;
    CHECK_INT(BELL_OK, bell_loop_open(NULL, &loop, &error));
    bell_options options = {.url = url, .tls_ca_file = ca_file, .loop = loop};
    for (int i = 0; i < 2; i++) { /* one context for both */
        CHECK_INT(BELL_OK, tasks_open(&options, &clients[i], &error));
    }
    CHECK(user != NULL);
    if (user != NULL) {
        memset(user, 'x', BYTES);
        user[0] = 'n';
        user[1] = '5';
        user[BYTES] = '\0';
        for (int i = 0; i < COUNT; i++) {
            tasks_task_stats_params params = {.user_id = {user, BYTES}};
            tasks_task_stats_result *stats = NULL;
            CHECK_INT(BELL_OK,
                      tasks_get_stats(clients[i % 2], &params, &stats, &error));
            CHECK(stats != NULL && stats->total == 5);
            bell_free(stats);
        }
    }
    free(user);
    bell_close(clients[0]);
    CHECK_INT(BELL_OK, ask(clients[1], &error));
    bell_close(clients[1]);
    bell_loop_close(loop);
    front_end(&front);
    SSL_CTX_free(front.tls);
    identity_free(&good);
}

static void write_files(void)
{
    struct identity client = identity_make("me", "DNS:me", &authority, -1, 1);
    struct identity unknown = identity_make("me", "DNS:me", &stranger, -1, 1);
    CHECK(mkdtemp(folder) != NULL);
    snprintf(ca_file, sizeof ca_file, "%s/ca.pem", folder);
    snprintf(client_file, sizeof client_file, "%s/me.pem", folder);
    snprintf(stranger_file, sizeof stranger_file, "%s/other.pem", folder);
    identity_write(&authority, ca_file, false);
    identity_write(&client, client_file, true);
    identity_write(&unknown, stranger_file, true);
    identity_free(&client);
    identity_free(&unknown);
}

static int piped;

static void on_pipe(int number)
{
    (void)number;
    piped++;
}

int main(void)
{
    signal(SIGPIPE, on_pipe); /* a program's own handler stays, unused */
    authority = identity_make("authority", NULL, NULL, -1, 9);
    stranger = identity_make("stranger", NULL, NULL, -1, 9);
    write_files();
    scripted_start(&server);
    who_is_trusted();
    who_is_not();
    wrong_ports();
    protocols();
    clients_certificate();
    pieces();
    wrong_files();
    much();
    scripted_end(&server);
    unlink(ca_file);
    unlink(client_file);
    unlink(stranger_file);
    rmdir(folder);
    identity_free(&authority);
    identity_free(&stranger);
    CHECK_INT(0, piped);
    return check_report();
}
