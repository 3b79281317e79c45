/* arcp.c: an agent and what ARCP does for it, from its registration to its end:
 * what its users ask, what it tells, what an administrator sees.
 *
 *     arcp [URL [ENDPOINT]]
 *
 * URL is the server's, http://localhost:8001 if none is given. ENDPOINT is
 * where the agent listens: the server passes on there what others want of it.
 */
#include <inttypes.h>
#include <stdio.h>

#include <arcp.h>

#define AGENT "my-testing-agent"

enum { LIST_MAX = 8 };

/* Says how a call went; true where it went well. */
static bool went_well(const char *what, bell_status status,
                      const bell_error *error)
{
    if (status == BELL_REFUSED) {
        printf("%s: refused: %d %s\n", what, (int)error->code, error->message);
    } else if (status != BELL_OK) {
        fprintf(stderr, "arcp: %s: %s\n", what, error->message);
    }
    return status == BELL_OK;
}

static void print_list(const char *what, const arcp_string_list *texts)
{
    printf("%s:", what);
    for (size_t i = 0; i < texts->count && i < LIST_MAX; i++) {
        printf("%s %s", i != 0 ? "," : "", texts->items[i].text);
    }
    printf("\n");
}

/* ---- What anybody may ask ------------------------------------------------ */

static bool show_server(bell_client *client)
{
    arcp_health *health = NULL;
    arcp_system_root_type *info = NULL;
    arcp_allowed_agent_types *types = NULL;
    bell_error error;

    bool good =
        went_well("health", arcp_health_get(client, &health, &error), &error) &&
        went_well("info", arcp_system_root(client, &info, &error), &error) &&
        went_well("types", arcp_public_agent_types(client, &types, &error),
                  &error);
    if (good) {
        printf("server: %s %s, %s\n", info->service.text, info->version.text,
               health->status.text.text);
        print_list("types of agents", &types->allowed_agent_types);
    }
    bell_free(health); /* one call frees any reply; NULL is fine */
    bell_free(info);
    bell_free(types);
    return good;
}

static bool discover(bell_client *client)
{
    static const bell_string wanted[] = {{"data-processing", 15}};
    arcp_public_discover_params params = {
        .query = {.has_agent_type = true,
                  .agent_type = BELL_STR("testing"),
                  .has_capabilities = true,
                  .capabilities = {wanted, 1},
                  .has_limit = true,
                  .limit = 10}};
    arcp_public_discover_result *found = NULL;
    bell_error error;

    bell_status status = arcp_public_discover(client, &params, &found, &error);
    for (size_t i = 0; status == BELL_OK && i < found->value.count; i++) {
        printf("found: %s\n", found->value.items[i].name.text);
    }
    bell_free(found);
    return went_well("discover", status, &error);
}

static void print_found(const arcp_search_response_list *found)
{
    for (size_t i = 0; i < found->count; i++) {
        const arcp_search_response *agent = &found->items[i];
        printf("  %s, similarity %.2f\n", agent->name.text,
               agent->has_similarity ? agent->similarity : 0);
        if (agent->metrics != NULL) { /* the search was weighted */
            printf("    reputation %.2f\n", agent->metrics->reputation_score);
        }
    }
}

static bool search(bell_client *client)
{
    static const bell_string wanted[] = {{"data-processing", 15}};
    arcp_search_request request = {
        .query = BELL_STR("data processing and file conversion"),
        .has_top_k = true,
        .top_k = 5,
        .has_min_similarity = true,
        .min_similarity = 0.3};
    arcp_agents_search_result *mine = NULL;
    arcp_public_search_result *any = NULL;
    bell_error error;

    bell_status status = arcp_agents_search(
        client, &(arcp_agents_search_params){.body = request}, &mine, &error);
    if (status == BELL_OK) {
        printf("search: %zu agents\n", mine->value.count);
        print_found(&mine->value);
    }
    bell_free(mine);
    if (!went_well("search", status, &error)) {
        return false;
    }
    /* Setters set a value and that it is there. */
    arcp_search_request_set_capabilities(&request,
                                         (arcp_string_list){wanted, 1});
    arcp_search_request_set_agent_type(&request, BELL_STR("testing"));
    arcp_search_request_set_weighted(&request, true);
    status = arcp_public_search(
        client, &(arcp_public_search_params){.body = request}, &any, &error);
    if (status == BELL_OK) {
        printf("public search, weighted: %zu agents\n", any->value.count);
        print_found(&any->value);
    }
    bell_free(any);
    return went_well("public search", status, &error);
}

/* ---- An administrator ---------------------------------------------------- */

/* The token of the reply is shown from then on where an administrator's is
 * wanted, and so is an id of the client's own, by itself. */
static bool log_in(bell_client *client, const char *user, const char *password)
{
    arcp_auth_login_params params = {
        .body = {.username = bell_str(user), .password = bell_str(password)}};
    arcp_login_response *session = NULL;
    bell_error error;

    bell_status status = arcp_auth_login(client, &params, &session, &error);
    if (status == BELL_OK) {
        printf("logged in for %" PRId64 " s, authenticated: %s\n",
               session->expires_in,
               bell_is_authenticated(client, ARCP_ROLE_ADMIN) ? "yes" : "no");
    }
    bell_free(session);
    return went_well("login", status, &error);
}

static bool show_stats(bell_client *client)
{
    arcp_public_stats_type *stats = NULL;
    bell_error error;

    bell_status status = arcp_public_stats(client, &stats, &error);
    if (status == BELL_OK) {
        printf("stats: %" PRId64 " of %" PRId64 " agents alive\n",
               stats->alive_agents, stats->total_agents);
    }
    bell_free(stats);
    return went_well("stats", status, &error);
}

/* Whether a token is a good one; the client's own is shown without a word. */
static bool check_token(bell_client *client)
{
    arcp_tokens_validate_query_params params = {
        .query = {.token = BELL_STR("your-jwt-token")}};
    arcp_token_owner *mine = NULL;
    arcp_token_check *other = NULL;
    bell_error error;

    bool good =
        went_well("my token", arcp_tokens_validate(client, &mine, &error),
                  &error) &&
        went_well("another token",
                  arcp_tokens_validate_query(client, &params, &other, &error),
                  &error);
    if (good) {
        printf("tokens: mine is %s, another is %s\n",
               mine->valid ? "valid" : "not valid",
               other->valid ? "valid" : "not valid");
    }
    bell_free(mine);
    bell_free(other);
    return good;
}

/* ---- The agent ----------------------------------------------------------- */

/* All that an agent says of itself. */
static arcp_agent_registration registration(const char *id,
                                            const char *endpoint)
{
    static const bell_string capabilities[] = {{"data-processing", 15},
                                               {"file-conversion", 15},
                                               {"text-analysis", 13}};
    static const bell_string language = {"c", 1};
    static const arcp_metadata_value_map_entry metadata[] = {
        {.key = {"language", 8},
         .value = {.tag = ARCP_METADATA_VALUE_TEXT, .text = &language}}};
    static const arcp_agent_requirements needs = {.minimum_memory_mb_state =
                                                      BELL_SET,
                                                  .minimum_memory_mb = 512,
                                                  .has_requires_internet = true,
                                                  .requires_internet = true};
    static const arcp_requirements requirements = {
        .tag = ARCP_REQUIREMENTS_RECORD, .record = &needs};

    return (arcp_agent_registration){
        .agent_id = bell_str(id),
        .name = bell_str(id),
        .agent_type = BELL_STR("testing"),
        .endpoint = bell_str(endpoint),
        .capabilities = {capabilities, 3},
        .context_brief =
            BELL_STR("A testing agent for data processing, file conversion"),
        .version = BELL_STR("1.0.0"),
        .owner = BELL_STR("My Organization"),
        .public_key =
            BELL_STR("my-agent-public-key-that-is-long-enough-32-chars"),
        .communication_mode = {.value = ARCP_COMMUNICATION_MODE_REMOTE},
        .metadata = {metadata, 1},
        .max_tokens_state = BELL_SET,
        .max_tokens = 2000,
        .requirements_state = BELL_SET,
        .requirements = &requirements,
    };
}

/* Two calls in one: with the agent's key comes a token for a moment, which the
 * registration shows; the token of its reply is shown from then on. NULL: it
 * failed. */
static arcp_registration_response *register_agent(bell_client *client,
                                                  const char *endpoint)
{
    arcp_auth_request_temp_token_params key = {
        .body = {.agent_id = BELL_STR(AGENT),
                 .agent_type = BELL_STR("testing"),
                 .agent_key = BELL_STR("test-agent-001")}};
    arcp_agents_register_params params = {.body = registration(AGENT, endpoint),
                                          .login = &key};
    arcp_registration_response *made = NULL;
    bell_error error;

    if (went_well("register",
                  arcp_agents_register(client, &params, &made, &error),
                  &error)) {
        printf("registered: %s\n", made->message.text);
    }
    return made;
}

static bool show_agent(bell_client *client)
{
    arcp_agents_get_params params = {
        .path = {.agent_id = BELL_STR(AGENT)},
        .query = {.has_include_metrics = true, .include_metrics = true}};
    arcp_agents_list_params alive = {
        .query = {.has_agent_type = true,
                  .agent_type = BELL_STR("testing"),
                  .has_status = true,
                  .status = {.value = ARCP_AGENT_STATUS_ALIVE}}};
    arcp_agent_info *agent = NULL;
    arcp_agents_list_result *all = NULL;
    bell_error error;

    bool good =
        went_well("get", arcp_agents_get(client, &params, &agent, &error),
                  &error) &&
        went_well("list", arcp_agents_list(client, &alive, &all, &error),
                  &error);
    if (good) {
        printf("agent: %s, %s, %s\n", agent->name.text, agent->status.text.text,
               agent->endpoint.text);
        print_list("capabilities", &agent->capabilities);
        printf("agents alive: %zu\n", all->value.count);
    }
    bell_free(agent);
    bell_free(all);
    return good;
}

static bool measure(bell_client *client)
{
    static const arcp_json_map_entry measured[] = {
        {.key = {"total_requests", 14}, .value = {"150", 3}},
        {.key = {"success_rate", 12}, .value = {"0.98", 4}},
        {.key = {"custom_metric", 13}, .value = {"\"value\"", 7}},
    };
    arcp_agents_update_metrics_params update = {
        .path = {.agent_id = BELL_STR(AGENT)}, .body = {measured, 3}};
    arcp_agents_get_metrics_params ask = {
        .path = {.agent_id = BELL_STR(AGENT)}};
    arcp_agent_metrics *metrics = NULL;
    bell_error error;

    bool good =
        went_well("update metrics",
                  arcp_agents_update_metrics(client, &update, NULL, &error),
                  &error) &&
        went_well("get metrics",
                  arcp_agents_get_metrics(client, &ask, &metrics, &error),
                  &error);
    if (good) {
        printf("metrics: %" PRId64 " requests, %.0f%% good\n",
               metrics->total_requests, 100 * metrics->success_rate);
    }
    bell_free(metrics);
    return good;
}

/* Somebody wants to talk to the agent; the server asks it. */
static bool connect_to(bell_client *client)
{
    static const arcp_json_map_entry more[] = {
        {.key = {"purpose", 7}, .value = {"\"data processing\"", 17}}};
    arcp_public_connect_params params = {
        .path = {.agent_id = BELL_STR(AGENT)},
        .body = {.user_id = BELL_STR("user-123"),
                 .user_endpoint = BELL_STR("https://my-app.example.com/back"),
                 .display_name_state = BELL_SET,
                 .display_name = BELL_STR("My Application"),
                 .additional_info_state = BELL_SET,
                 .additional_info = {more, 1}}};
    arcp_public_get_agent_params who = {.path = {.agent_id = BELL_STR(AGENT)}};
    arcp_agent_info *agent = NULL;
    arcp_agent_connection_response *asked = NULL;
    bell_error error;

    bell_status status = arcp_public_get_agent(client, &who, &agent, &error);
    bell_free(agent);
    if (!went_well("public agent", status, &error)) {
        return false;
    }
    status = arcp_public_connect(client, &params, &asked, &error);
    if (status == BELL_OK) {
        printf("connection: %s; next: %s\n", asked->status.text,
               asked->next_steps.text);
    }
    bell_free(asked);
    /* An agent that does not listen is the server's answer 502, no mistake. */
    return went_well("connection", status, &error) || status == BELL_REFUSED;
}

static bool unregister(bell_client *client)
{
    arcp_agents_unregister_params params = {
        .path = {.agent_id = BELL_STR(AGENT)}};
    arcp_unregister_response *gone = NULL;
    bell_error error;

    bell_status status = arcp_agents_unregister(client, &params, &gone, &error);
    if (status == BELL_OK) {
        printf("unregistered: %s\n", gone->message.text);
    }
    bell_free(gone);
    return went_well("unregister", status, &error);
}

/* ---- Heartbeats ---------------------------------------------------------- */

struct pulse {
    int beats;
    bell_every *every;
};

static void on_beat(void *context, bell_status status,
                    const arcp_heartbeat_response *beat,
                    const bell_error *error)
{
    struct pulse *pulse = context;
    (void)beat;
    went_well("heartbeat", status, error);
    pulse->beats++;
}

/* A failed heartbeat ends nothing: the next one comes. */
static bell_call beat(void *context, bell_client *client)
{
    arcp_agents_heartbeat_params params = {
        .path = {.agent_id = BELL_STR(AGENT)}};
    bell_call call = 0;
    bell_error error;

    if (arcp_agents_heartbeat_start(client, &params, on_beat, context, NULL,
                                    &call, &error) != BELL_OK) {
        fprintf(stderr, "arcp: %s\n", error.message);
    }
    return call;
}

/* Every 30 s in a program that is no example. */
static bool keep_alive(bell_client *client)
{
    struct pulse pulse = {0, NULL};
    bell_error error;

    if (!went_well(
            "heartbeats",
            bell_every_start(client, 300, beat, &pulse, &pulse.every, &error),
            &error)) {
        return false;
    }
    while (pulse.beats < 3 &&
           bell_loop_run(bell_client_loop(client), -1) == BELL_OK) {
    }
    bell_every_stop(pulse.every);
    printf("heartbeats: %d\n", pulse.beats);
    return true;
}

/* ---- Many at once -------------------------------------------------------- */

struct question {
    const char *id;
    char answer[256];
};

static void on_agent(void *context, bell_status status,
                     const arcp_agent_info *agent, const bell_error *error)
{
    struct question *question = context;
    snprintf(question->answer, sizeof question->answer, "%s",
             status == BELL_OK ? agent->status.text.text : error->message);
}

/* All are asked about at the same time; each call has an outcome of its own. */
static bool ask_about_many(bell_client *client)
{
    struct question questions[] = {
        {.id = AGENT}, {.id = "nobody"}, {.id = AGENT}};
    enum { COUNT = sizeof questions / sizeof *questions };
    bell_call calls[COUNT] = {0};
    bell_error error;

    for (int i = 0; i < COUNT; i++) {
        arcp_public_get_agent_params params = {
            .path = {.agent_id = bell_str(questions[i].id)}};
        if (!went_well("batch",
                       arcp_public_get_agent_start(client, &params, on_agent,
                                                   &questions[i], NULL,
                                                   &calls[i], &error),
                       &error)) {
            return false; /* then the callback never comes */
        }
    }
    bell_status status = bell_wait(client, calls, COUNT, -1, &error);
    for (int i = 0; i < COUNT; i++) {
        printf("%s: %s\n", questions[i].id, questions[i].answer);
    }
    return went_well("batch", status, &error);
}

/* ---- What comes unasked -------------------------------------------------- */

/* The public socket: the first thing that comes, and a call. Handlers are the
 * other way to hear: see arcp_listen(). */
static bool watch_anybody(bell_client *client)
{
    arcp_get_discovery_params params = {.has_page_size = true, .page_size = 50};
    arcp_push *push = NULL;
    arcp_discovery *found = NULL;
    bell_error error;

    bool good =
        went_well("push", arcp_next(client, &push, 30000, &error), &error) &&
        went_well("discovery",
                  arcp_get_discovery(client, &params, &found, &error), &error);
    if (good) {
        printf("socket: %s; %zu agents\n", push->tag_text.text,
               found->data.agents.count);
    }
    bell_free(push);
    bell_free(found);
    arcp_stop(client);
    return good;
}

/* The agents' socket, by a client with the agent's token: all of them at first.
 */
static bool watch_agents(const char *url, bell_string token)
{
    bell_client *client = NULL;
    arcp_agent_info_list *agents = NULL;
    bell_error error;

    bell_status status = arcp_open(
        &(bell_options){.url = url, .token = token.text}, &client, &error);
    if (status == BELL_OK) {
        status = arcp_agents_next(client, &agents, 30000, &error);
    }
    for (size_t i = 0; status == BELL_OK && i < agents->count; i++) {
        printf("socket of agents: %s, %s\n", agents->items[i].name.text,
               agents->items[i].status.text.text);
    }
    bell_free(agents);
    bell_close(client);
    return went_well("agents", status, &error);
}

/* ---- All of it ----------------------------------------------------------- */

static bool live(bell_client *client, const char *url, const char *endpoint)
{
    arcp_registration_response *made = register_agent(client, endpoint);
    bool good = made != NULL && show_agent(client) && keep_alive(client) &&
                measure(client) && discover(client) && search(client) &&
                connect_to(client) && ask_about_many(client) &&
                watch_anybody(client) && watch_agents(url, made->access_token);
    good = made != NULL && unregister(client) && good;
    bell_free(made);
    return good;
}

static bool administer(bell_client *client)
{
    log_in(client, "somebody", "wrong"); /* what a refusal looks like */
    return log_in(client, "ARCP", "ARCP") && show_stats(client) &&
           check_token(client);
}

int main(int argc, char **argv)
{
    const char *endpoint = argc > 2 ? argv[2] : "https://my-agent.example.com";
    bell_options options = {
        .url = argc > 1 ? argv[1] : "http://localhost:8001",
        .user_agent = "MyApp/1.0",
        .deadline_ms = 30000,   /* of a call, with all its tries */
        .rest_retries = 3,      /* further ones, where that is safe */
        .retry_min_ms = 1000,   /* the first waits so long at most, */
        .retry_max_ms = 60000,  /* each further one twice as long, */
        .connections_max = 100, /* and no more than so many at once, */
        .idle_max = 20,         /* of which so many stay open, */
        .idle_ms = 4000,        /* for so long */
    };
    bell_client *client = NULL;
    bell_error error;

    if (arcp_open(&options, &client, &error) != BELL_OK) {
        fprintf(stderr, "arcp: %s\n", error.message);
        return 1;
    }
    bool good = show_server(client) && administer(client) &&
                live(client, options.url, endpoint);
    bell_close(client);
    return good ? 0 : 1;
}
