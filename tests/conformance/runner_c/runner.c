/* runner.c: makes the calls that a driver asks for, a line of JSON each, by the
 * tables of the generated services. It knows no case and no expectation. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "client/client.h"
#include "command.h"
#include "details.h"
#include "put.h"
#include "services.h"

enum { METHODS_MAX = 128, CALLS_MAX = 64, TOKENS_MAX = 8, NAME_BYTES = 64 };

/* A call that the driver named. */
struct named {
    struct runner *runner;
    char name[NAME_BYTES];
    const bell_method *method;
    bell_call call;
};

struct runner {
    bell_loop *loop;
    bell_client *client;  /* NULL: none is open */
    bell_service service; /* the generated one with methods of our own */
    bell_method methods[METHODS_MAX];
    struct named calls[CALLS_MAX];
    size_t call_count;
    bool awaits_connected;
    cJSON *open; /* the command, whose texts the options use */
    struct lists lists;
    size_t tokens_given;
    char *input; /* what came of commands */
    size_t input_size;
    size_t input_room;
};

/* ---- Answers ------------------------------------------------------------- */

static void stop(const char *why)
{
    fprintf(stderr, "runner: %s\n", why);
    exit(3);
}

static cJSON *answer(const char *event, const char *name)
{
    cJSON *line = cJSON_CreateObject();
    if (line == NULL) {
        stop("out of memory");
    }
    cJSON_AddStringToObject(line, "event", event);
    if (name != NULL) {
        cJSON_AddStringToObject(line, "name", name);
    }
    return line;
}

static void say(cJSON *line)
{
    char *text = cJSON_PrintUnformatted(line);
    if (text == NULL || puts(text) < 0 || fflush(stdout) != 0) {
        stop("the driver is gone");
    }
    cJSON_free(text);
    cJSON_Delete(line);
}

static const char *origin_name(bell_origin origin)
{
    static const char *const names[] = {"none",  "local",   "reply",
                                        "close", "backend", "codec"};
    return names[origin];
}

static cJSON *describe(const bell_error *error)
{
    cJSON *line = cJSON_CreateObject();
    cJSON_AddStringToObject(line, "status", bell_status_name(error->status));
    cJSON_AddStringToObject(line, "origin", origin_name(error->origin));
    cJSON_AddNumberToObject(line, "code", error->code);
    cJSON_AddStringToObject(line, "path", error->path);
    cJSON_AddNumberToObject(line, "offset", (double)error->offset);
    cJSON_AddStringToObject(line, "text", error->message);
    cJSON_AddStringToObject(line, "method", error->method);
    cJSON_AddStringToObject(line, "sent",
                            error->sent == BELL_SENT_NO ? "no" : "unknown");
    cJSON_AddBoolToObject(line, "temporary", error->temporary);
    return line;
}

/* Adds the value as canonical JSON, or why it may not be written. */
static void add_value(const struct runner *runner, cJSON *line,
                      const char *member, const bell_type *type,
                      const void *value)
{
    struct bell__buf out;
    bell_error error;
    bell__buf_open(&out, &runner->client->memory, 0);
    if (bell__encode(&out, type, value, &runner->client->limits, &error) ==
            BELL_OK &&
        bell__buf_append(&out, "", 1) == BELL_OK) {
        cJSON_AddStringToObject(line, member, out.bytes);
    } else {
        cJSON_AddStringToObject(line, "unwritable", error.message);
    }
    bell__buf_close(&out);
}

static void add_error_data(const struct runner *runner, cJSON *line,
                           const bell_method *method, const bell_error *error)
{
    for (size_t i = 0; i < method->error_count; i++) {
        const bell_type *type = method->errors[i].data;
        const void *data =
            type == NULL
                ? NULL
                : bell_client_error_data(runner->client, type,
                                         method->errors[i].code, error);
        if (data != NULL) {
            add_value(runner, line, "data", type, data);
        }
    }
}

static void say_error(const struct runner *runner, const char *event,
                      const char *name, const bell_method *method,
                      const bell_error *error)
{
    cJSON *line = answer(event, name);
    cJSON *described = describe(error);
    if (method != NULL) {
        add_error_data(runner, described, method, error);
        add_details(described, bell_error_http(runner->client, error));
    }
    cJSON_AddItemToObject(line, "error", described);
    say(line);
}

static void say_broken(const char *name, const char *why)
{
    cJSON *line = answer("broken", name);
    cJSON_AddStringToObject(line, "text", why);
    say(line);
}

/* ---- The client ---------------------------------------------------------- */

/* The call has ended: the driver hears what came of it. */
static void deliver(bell_function done, void *context, bell_status status,
                    const void *result, const bell_error *error)
{
    struct named *named = context;
    (void)done;
    if (status != BELL_OK) {
        say_error(named->runner, "ended", named->name, named->method, error);
        return;
    }
    cJSON *line = answer("ended", named->name);
    if (named->method->result != NULL) {
        add_value(named->runner, line, "result", named->method->result, result);
    }
    say(line);
}

static void never(void)
{
}

/* Methods as they are generated, but that `deliver` above hears of the end. */
static bool take_service(struct runner *runner, const char *name)
{
    for (const bell_service *const *at = services; *at != NULL; at++) {
        const bell_service *service = *at;
        if (name == NULL || strcmp(service->name, name) != 0 ||
            service->method_count > METHODS_MAX) {
            continue;
        }
        runner->service = *service;
        memcpy(runner->methods, service->methods,
               service->method_count * sizeof runner->methods[0]);
        for (uint32_t m = 0; m < service->method_count; m++) {
            runner->methods[m].deliver = deliver;
        }
        runner->service.methods = runner->methods;
        return true;
    }
    return false;
}

/* The next of the tokens that the driver named. */
static void give_token(void *context, bell_client *client, uint64_t request)
{
    struct runner *runner = context;
    const cJSON *tokens = cJSON_GetObjectItem(runner->open, "tokens");
    const char *token = for_role(cJSON_GetStringValue(cJSON_GetArrayItem(
                                     tokens, (int)runner->tokens_given)),
                                 bell_token_role(client, request));
    runner->tokens_given++;
    if (token == NULL || strcmp(token, "unauthorized") == 0) {
        bell_token_answer(client, request, BELL_TOKEN_UNAUTHORIZED,
                          "there is no token");
    } else if (strcmp(token, "failed") == 0) {
        bell_token_answer(client, request, BELL_TOKEN_FAILED, "not now");
    } else if (strcmp(token, "anonymous") == 0) {
        bell_token_answer(client, request, BELL_TOKEN_ANONYMOUS, NULL);
    } else {
        bell_token_answer(client, request, BELL_TOKEN_SET, token);
    }
}

static void say_change(void *context, const bell_state_change *change)
{
    char text[512] = "";
    int rest = (int)(change->data.size);
    (void)context;
    switch (change->kind) {
    case BELL_CHANGE_CONNECTING:
        snprintf(text, sizeof text, "connecting %u", change->attempt);
        break;
    case BELL_CHANGE_CONNECTED:
        snprintf(text, sizeof text, "connected %.*s %.*s %.*s",
                 (int)change->client.size, change->client.text,
                 (int)change->version.size, change->version.text, rest,
                 rest == 0 ? "" : change->data.text);
        break;
    case BELL_CHANGE_LOST:
        snprintf(text, sizeof text, "lost %d %s", (int)change->code,
                 change->reason);
        break;
    case BELL_CHANGE_DISCONNECTED:
        snprintf(text, sizeof text, "%s %d %s",
                 change->terminal ? "ended" : "disconnected", (int)change->code,
                 change->reason);
        break;
    }
    cJSON *line = answer("state", NULL);
    cJSON_AddStringToObject(line, "text", text);
    cJSON_AddNumberToObject(line, "next_try_ms", (double)change->next_try_ms);
    say(line);
}

static void say_record(void *context, const bell_record *record)
{
    static const char *const levels[] = {"none", "error", "warn", "info",
                                         "debug"};
    char text[1024];
    (void)context;
    snprintf(text, sizeof text, "%s %s%s%s: %s", levels[record->level],
             record->event, record->method != NULL ? " " : "",
             record->method != NULL ? record->method : "", record->text);
    cJSON *line = answer("log", NULL);
    cJSON_AddStringToObject(line, "text", text);
    say(line);
}

static bell_options options_of(struct runner *runner, const cJSON *open)
{
    bell_options options = read_options(open, &runner->lists);
    options.loop = runner->loop;
    if (cJSON_GetObjectItem(open, "tokens") != NULL) {
        options.token_get = give_token;
        options.token_context = runner;
    }
    if (is_true(open, "states")) {
        options.state_changed = say_change;
    }
    if (is_true(open, "logs")) {
        options.log = say_record;
    }
    return options;
}

static void open_client(struct runner *runner, cJSON *command)
{
    bell_error error;
    if (runner->client != NULL ||
        !take_service(runner, text_of(command, "service"))) {
        say_broken(NULL, "a client is open, or there is no such service");
        return;
    }
    cJSON_Delete(runner->open);
    runner->open = cJSON_Duplicate(command, true);
    runner->tokens_given = 0;
    runner->call_count = 0;
    bell_options options = options_of(runner, runner->open);
    if (bell_client_open(&runner->service, &options, sizeof options,
                         &runner->client, &error, sizeof error) != BELL_OK) {
        say_error(runner, "connected", NULL, NULL, &error);
        return;
    }
    runner->awaits_connected = true;
}

/* Tells the driver, once, that the client is connected or never will be. */
static void tell_connected(struct runner *runner)
{
    bell_error error;
    if (runner->client == NULL || !runner->awaits_connected) {
        return;
    }
    if (bell_connected(runner->client)) {
        runner->awaits_connected = false;
        say(answer("connected", NULL));
    } else if (bell__session_state(runner->client->links[0].session) ==
               BELL__SESSION_TERMINAL) {
        runner->awaits_connected = false;
        bell_connect(runner->client, 0, &error);
        say_error(runner, "connected", NULL, NULL, &error);
    }
}

/* ---- Calls --------------------------------------------------------------- */

static const bell_method *find_method(const struct runner *runner,
                                      const char *name)
{
    for (uint32_t i = 0; name != NULL && i < runner->service.method_count;
         i++) {
        if (strcmp(runner->methods[i].name, name) == 0) {
            return &runner->methods[i];
        }
    }
    return NULL;
}

/* In C a part of a request that is left out is one without members. */
static const char *with_parts(const char *text, struct bell__arena *arena)
{
    static const char query[] = "\"query\":";
    static const char headers[] = "\"headers\":";
    bool none = strstr(text, query) == NULL;
    bool plain = strstr(text, headers) == NULL;
    size_t size = sizeof query + sizeof headers + strlen(text) + 16;
    char *whole = bell__arena_bytes(arena, size);
    if (whole != NULL) { /* a key that the record has not is passed over */
        snprintf(whole, size, "{%s%s%s%s\"\":0%s%s", none ? query : "",
                 none ? "{}," : "", plain ? headers : "", plain ? "{}," : "",
                 text[1] == '}' ? "" : ",", text + 1);
    }
    return whole;
}

/* The params as a struct in the arena; NULL and *why where they are wrong. */
static void *read_params(const struct named *named, const cJSON *command,
                         struct bell__arena *arena, bell_error *why)
{
    const bell_type *type = named->method->params;
    struct bell__codec_limits limits = {.depth_max = 128,
                                        .items_max = UINT32_MAX};
    const char *text = text_of(command, "params");
    void *value = bell__arena_take(arena, type->size);
    if (text != NULL && named->method->route != NULL) {
        text = with_parts(text, arena);
    }
    if (value == NULL || bell__decode(bell_str(text), type, value, arena,
                                      &limits, "params", why) != BELL_OK) {
        return NULL;
    }
    const cJSON *patch = NULL;
    cJSON_ArrayForEach(patch, cJSON_GetObjectItem(command, "put"))
    {
        const char *wrong =
            put(type, value, text_of(patch, "at"), text_of(patch, "what"));
        if (wrong != NULL) {
            snprintf(why->message, sizeof why->message, "%s: %s",
                     text_of(patch, "at"), wrong);
            return NULL;
        }
    }
    return value;
}

static void start_call(struct runner *runner, struct named *named,
                       const cJSON *command, struct bell__arena *arena)
{
    bell_error error = {0};
    void *params = NULL;
    bell_call_options options = {
        .deadline_ms = number_of(command, "deadline_ms"),
        .fail_fast = is_true(command, "fail_fast"),
        .retries = (int32_t)number_of(command, "retries"),
        .no_cache = is_true(command, "no_cache"),
    };
    if (named->method->params != NULL) {
        params = read_params(named, command, arena, &error);
        if (params == NULL) {
            say_broken(named->name, error.message);
            return;
        }
    }
    if (bell_client_start(runner->client, named->method, params, never, named,
                          &options, sizeof options, &named->call,
                          &error) != BELL_OK) {
        say_error(runner, "ended", named->name, named->method, &error);
    }
}

static void call(struct runner *runner, const cJSON *command)
{
    const char *name = text_of(command, "name");
    const bell_method *method = find_method(runner, text_of(command, "method"));
    if (runner->client == NULL || name == NULL || method == NULL ||
        runner->call_count == CALLS_MAX) {
        say_broken(name, "no client, no such method, or too many calls");
        return;
    }
    struct named *named = &runner->calls[runner->call_count++];
    struct bell__arena arena;
    memset(named, 0, sizeof *named);
    named->runner = runner;
    named->method = method;
    snprintf(named->name, sizeof named->name, "%s", name);
    bell__arena_open(&arena, &runner->client->memory, 0);
    start_call(runner, named, command, &arena);
    bell__arena_close(&arena);
    say(answer("begun", named->name));
}

static void cancel(struct runner *runner, const cJSON *command)
{
    const char *name = text_of(command, "name");
    for (size_t i = 0; name != NULL && i < runner->call_count; i++) {
        if (strcmp(runner->calls[i].name, name) == 0) {
            bell_cancel(runner->client, runner->calls[i].call);
        }
    }
}

/* The program waits for the connection, as a whole: calls go on meanwhile. */
static void wait_connected(struct runner *runner, const cJSON *command)
{
    bell_error error;
    const char *name = text_of(command, "name");
    say(answer("begun", name));
    if (bell_connect(runner->client, number_of(command, "deadline_ms"),
                     &error) != BELL_OK) {
        say_error(runner, "ended", name, NULL, &error);
    } else {
        say(answer("ended", name));
    }
}

/* The program has something else to do than turning the loop. */
static void work(const cJSON *command)
{
    int64_t ms = number_of(command, "for_ms");
    struct timespec length = {ms / 1000, ms % 1000 * 1000000};
    say(answer("working", NULL));
    while (nanosleep(&length, &length) != 0) {
    }
    say(answer("worked", NULL));
}

static void say_token(const char *text)
{
    cJSON *line = answer("token", NULL);
    cJSON_AddStringToObject(line, "text", text);
    say(line);
}

static void set_token(const struct runner *runner, const cJSON *command)
{
    bell_error error;
    bool set = bell_token_set(runner->client, text_of(command, "role"),
                              text_of(command, "token"), &error) == BELL_OK;
    say_token(set ? "" : error.message);
}

/* "yes 1700": there is one that counts, and it expires then. */
static void tell_held(const struct runner *runner, const cJSON *command)
{
    char text[32];
    const char *role = text_of(command, "role");
    int64_t expires = bell_token_expires(runner->client, role);
    snprintf(text, sizeof text, "%s %lld",
             bell_is_authenticated(runner->client, role) ? "yes" : "no",
             (long long)expires);
    say_token(text);
}

static void shut(struct runner *runner)
{
    bell_close(runner->client);
    runner->client = NULL;
    say(answer("shut", NULL));
}

/* ---- Commands ------------------------------------------------------------ */

static void obey(struct runner *runner, const char *line)
{
    cJSON *command = cJSON_Parse(line);
    const char *verb = text_of(command, "do");
    if (verb == NULL) {
        stop("a line that is no command");
    }
    if (strcmp(verb, "open") == 0) {
        open_client(runner, command);
    } else if (strcmp(verb, "call") == 0) {
        call(runner, command);
    } else if (strcmp(verb, "cancel") == 0) {
        cancel(runner, command);
    } else if (strcmp(verb, "wait") == 0) {
        wait_connected(runner, command);
    } else if (strcmp(verb, "work") == 0) {
        work(command);
    } else if (strcmp(verb, "token") == 0) {
        set_token(runner, command);
    } else if (strcmp(verb, "holds") == 0) {
        tell_held(runner, command);
    } else if (strcmp(verb, "shut") == 0) {
        shut(runner);
    } else {
        stop("an unknown command");
    }
    cJSON_Delete(command);
}

/* Reads what is there and obeys its whole lines; false at the end. */
static bool read_commands(struct runner *runner)
{
    enum { ROOM = 65536 };
    if (runner->input_room - runner->input_size < ROOM) {
        runner->input_room = 2 * runner->input_room + ROOM;
        runner->input = realloc(runner->input, runner->input_room);
        if (runner->input == NULL) {
            stop("out of memory");
        }
    }
    ssize_t count =
        read(STDIN_FILENO, runner->input + runner->input_size, ROOM - 1);
    if (count <= 0) {
        return count < 0 && errno == EINTR;
    }
    runner->input_size += (size_t)count;
    char *start = runner->input;
    char *end = start + runner->input_size;
    char *newline = memchr(start, '\n', (size_t)(end - start));
    while (newline != NULL) {
        *newline = '\0';
        obey(runner, start);
        start = newline + 1;
        newline = memchr(start, '\n', (size_t)(end - start));
    }
    runner->input_size = (size_t)(end - start);
    memmove(runner->input, start, runner->input_size);
    return true;
}

static void turn(struct runner *runner)
{
    bell_loop_run(runner->loop, 0);
    tell_connected(runner);
}

static void run(struct runner *runner)
{
    for (;;) {
        struct pollfd waits[] = {{STDIN_FILENO, POLLIN, 0},
                                 {bell_fd(runner->loop), POLLIN, 0}};
        int64_t next = bell_next_deadline_ms(runner->loop);
        int timeout = next < 0 || next > 60000 ? 60000 : (int)next;
        if (poll(waits, 2, timeout) < 0 && errno != EINTR) {
            stop("poll failed");
        }
        if (waits[0].revents != 0 && !read_commands(runner)) {
            return;
        }
        turn(runner);
    }
}

int main(void)
{
    static struct runner runner;
    bell_error error;
    if (bell_loop_open(NULL, &runner.loop, &error) != BELL_OK) {
        stop(error.message);
    }
    run(&runner);
    bell_close(runner.client);
    bell_loop_close(runner.loop);
    cJSON_Delete(runner.open);
    free(runner.input);
    return 0;
}
