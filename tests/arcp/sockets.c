/* sockets.c: the three sockets of a real ARCP server: who may listen, what
 * comes, what is answered, who is refused. Called with the server's url, an
 * administrator's token and an agent's. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arcp.h>

enum { WAIT_MS = 20000 };

static int failures;

#define WANT(condition)                                                        \
    do {                                                                       \
        if (!(condition)) {                                                    \
            printf("sockets.c:%d: %s\n", __LINE__, #condition);                \
            failures++;                                                        \
        }                                                                      \
    } while (0)

static void want_ok(bell_status status, const bell_error *error,
                    const char *what)
{
    if (status != BELL_OK) {
        printf("%s: status %d: %s (path %s, offset %zu)\n", what, (int)status,
               error->message, error->path, error->offset);
        failures++;
    }
}

static bell_client *open_client(const char *url, const char *token)
{
    bell_options options = {.url = url, .token = token};
    bell_client *client = NULL;
    bell_error error;
    bell_status status = arcp_open(&options, &client, &error);
    want_ok(status, &error, "open");
    if (status != BELL_OK) {
        exit(1);
    }
    return client;
}

/* ---- Public: pushes, and calls beside them ---------------------------------
 */

static void take_welcome(bell_client *client)
{
    arcp_push *push = NULL;
    bell_error error;
    bell_status status = arcp_next(client, &push, WAIT_MS, &error);
    want_ok(status, &error, "welcome");
    if (status == BELL_OK) {
        WANT(push->tag == ARCP_PUSH_WELCOME);
        WANT(push->welcome->features.count == 4);
    }
    bell_free(push);
}

static void ask_public(bell_client *client)
{
    bell_error error;
    arcp_discovery *discovery = NULL;
    arcp_get_discovery_params params = {.page_size = 7, .has_page_size = true};
    bell_status status =
        arcp_get_discovery(client, &params, &discovery, &error);
    want_ok(status, &error, "get_discovery");
    if (status == BELL_OK) {
        WANT(discovery->data.pagination.page_size == 7);
        WANT(discovery->data.pagination.current_page == 1);
    }
    bell_free(discovery);
    arcp_ping_params nothing = {0};
    arcp_ping_result *pong = NULL;
    status = arcp_ping(client, &nothing, &pong, &error);
    want_ok(status, &error, "ping");
    if (status == BELL_OK) {
        WANT(pong->timestamp.seconds > 1700000000);
    }
    bell_free(pong);
}

static void public_socket(const char *url)
{
    bell_client *client = open_client(url, NULL);
    arcp_push *push = NULL;
    bell_error error;
    take_welcome(client);
    ask_public(client);
    WANT(arcp_next(client, &push, 0, &error) == BELL_DEADLINE);
    WANT(push == NULL);
    bell_counts counts = arcp_counts(client);
    WANT(counts.came == 1 && counts.bad == 0 && counts.dropped == 0);
    bell_close(client);
}

/* ---- Agents: the server speaks first --------------------------------------
 */

static void agents_socket(const char *url, const char *token)
{
    bell_client *client = open_client(url, token);
    arcp_agent_info_list *agents = NULL;
    bell_error error;
    bell_status status = arcp_agents_next(client, &agents, WAIT_MS, &error);
    want_ok(status, &error, "agents");
    if (status == BELL_OK) {
        WANT(agents->count == 1);
        WANT(agents->count == 1 &&
             strcmp(agents->items[0].agent_id.text, "scanner-1") == 0);
    }
    bell_free(agents);
    bell_close(client);
}

static void agents_refused(const char *url)
{
    bell_client *client = open_client(url, "nonsense");
    arcp_agent_info_list *agents = NULL;
    bell_error error;
    bell_status status = arcp_agents_next(client, &agents, WAIT_MS, &error);
    WANT(status == BELL_TERMINAL);
    WANT(strcmp(error.message, "the server refused the token: Invalid token") ==
         0);
    WANT(arcp_agents_next(client, &agents, WAIT_MS, &error) == BELL_TERMINAL);
    printf("%s\n", error.message);
    bell_close(client);
}

/* ---- Dashboard: the client speaks first, nothing says that it is good ------
 */

struct seen {
    int monitoring;
    int health;
    int agents;
    int paused;
    int bad;
};

static void on_frame(bell_client *client, const arcp_dashboard_frame *frame,
                     void *context)
{
    struct seen *seen = context;
    (void)client;
    seen->monitoring += frame->tag == ARCP_DASHBOARD_FRAME_MONITORING;
    seen->health += frame->tag == ARCP_DASHBOARD_FRAME_HEALTH;
    seen->agents += frame->tag == ARCP_DASHBOARD_FRAME_AGENTS;
    seen->paused += frame->tag == ARCP_DASHBOARD_FRAME_PAUSE_ACK;
}

static void on_bad(bell_client *client, bell_string raw,
                   const bell_error *error, void *context)
{
    struct seen *seen = context;
    (void)client;
    printf("bad: %s in %.*s\n", error->message,
           raw.size < 300 ? (int)raw.size : 300, raw.text);
    seen->bad++;
}

static void dashboard_socket(const char *url, const char *token)
{
    bell_client *client = open_client(url, token);
    struct seen seen = {0};
    bell_error error;
    arcp_dashboard_handlers handlers = {.on_item = on_frame, .on_bad = on_bad};
    bell_status status =
        arcp_dashboard_listen(client, &handlers, &seen, &error);
    want_ok(status, &error, "dashboard");
    for (int i = 0; i < 200 && seen.agents == 0; i++) {
        bell_loop_run(bell_client_loop(client), 100);
    }
    WANT(seen.monitoring >= 1 && seen.health >= 1 && seen.agents >= 1);
    status = arcp_dashboard_pause_monitoring(client, &error);
    want_ok(status, &error, "pause_monitoring");
    for (int i = 0; i < 200 && seen.paused == 0; i++) {
        bell_loop_run(bell_client_loop(client), 100);
    }
    WANT(seen.paused == 1);
    WANT(seen.bad == 0);
    arcp_dashboard_stop(client);
    WANT(arcp_dashboard_counts(client).came == 0);
    bell_close(client);
}

static void dashboard_refused(const char *url, const char *token)
{
    bell_client *client = open_client(url, token);
    arcp_dashboard_frame *frame = NULL;
    bell_error error;
    WANT(arcp_dashboard_next(client, &frame, WAIT_MS, &error) == BELL_TERMINAL);
    WANT(error.code == 4003);
    printf("%s\n", error.message);
    bell_close(client);
}

/* The token of its role, once there is one. */
static void roles_are_shown(const char *url, const char *token)
{
    bell_client *client = open_client(url, NULL);
    arcp_dashboard_frame *frame = NULL;
    bell_error error;
    WANT(arcp_dashboard_next(client, &frame, WAIT_MS, &error) == BELL_TERMINAL);
    WANT(strcmp(error.message, "there is no token to show") == 0);
    want_ok(bell_token_set(client, ARCP_ROLE_ADMIN, token, &error), &error,
            "bell_token_set");
    want_ok(arcp_dashboard_listen(client, NULL, NULL, &error), &error,
            "listening again");
    want_ok(arcp_dashboard_next(client, &frame, WAIT_MS, &error), &error,
            "a frame for a role");
    bell_free(frame);
    bell_close(client);
}

int main(int count, char **words)
{
    if (count != 4) {
        return 2;
    }
    public_socket(words[1]);
    agents_socket(words[1], words[3]);
    agents_refused(words[1]);
    dashboard_socket(words[1], words[2]);
    dashboard_refused(words[1], words[3]);
    roles_are_shown(words[1], words[2]);
    printf("%d failures\n", failures);
    return failures == 0 ? 0 : 1;
}
