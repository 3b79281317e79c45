/* log.c: what a client says of itself: to the user's function and, with
 * BELL_DEBUG=1, as a timeline on stderr. It is never handed a token. */
#include "client/client.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/tame.h"

enum { LINE_BYTES_MAX = 512 };

static bool debug_wanted(void)
{
    const char *value = getenv("BELL_DEBUG");
    return value != NULL && value[0] != '\0' && strcmp(value, "0") != 0;
}

/* Somebody reads lines, and does not only count. */
static bool speaks(const bell_client *client)
{
    return client->debug || client->options.log != NULL;
}

bell_status bell__log_open(bell_client *client)
{
    client->debug = debug_wanted();
    client->opened_ns = client->loop->now_ns;
    if (!speaks(client) && client->options.metrics == NULL) {
        return BELL_OK;
    }
    size_t size = BELL__CLOCKS * sizeof *client->clocks;
    client->clocks = bell__memory_take(&client->memory, size);
    if (client->clocks == NULL) {
        return BELL_NO_MEMORY;
    }
    memset(client->clocks, 0, size);
    return BELL_OK;
}

void bell__log_close(bell_client *client)
{
    bell__memory_free(&client->memory, client->clocks,
                      BELL__CLOCKS * sizeof *client->clocks);
    client->clocks = NULL;
}

static void print_line(const bell_client *client, const bell_record *record)
{
    int64_t us = (client->loop->now_ns - client->opened_ns) / 1000;
    char call[32] = "";
    if (record->call != 0) {
        snprintf(call, sizeof call, "#%" PRIu64 " ", record->call);
    }
    fprintf(stderr, "bell %8" PRId64 ".%03" PRId64 " ms  %s%s%s%s\n", us / 1000,
            us % 1000, call, record->method != NULL ? record->method : "",
            record->method != NULL ? "  " : "", record->text);
}

static void emit(bell_client *client, bell_record *record)
{
    if (client->debug) {
        print_line(client, record);
    }
    if (client->options.log != NULL &&
        record->level <= client->environment.level_max) {
        bell__loop_hold(client->loop);
        client->options.log(client->options.log_context, record);
        bell__loop_let_go(client->loop);
    }
}

static void count(bell_client *client, const bell_metric *metric)
{
    if (client->options.metrics != NULL) {
        bell__loop_hold(client->loop);
        client->options.metrics(client->options.metrics_context, metric);
        bell__loop_let_go(client->loop);
    }
}

void bell__log_line(const struct bell__link *link, bell_metric_kind kind,
                    int32_t code)
{
    bell_metric metric = {
        .kind = kind, .code = code, .link = link->table->name};
    count(link->client, &metric);
}

/* `link` NULL: the client itself. */
static void say(bell_client *client, const char *link, bell_level level,
                const char *event, const char *format, va_list arguments)
{
    char text[LINE_BYTES_MAX];
    int head = 0;
    if (link != NULL && client->link_count > 1) {
        head = snprintf(text, sizeof text, "%.64s: ", link);
    }
    vsnprintf(text + head, sizeof text - (size_t)head, format, arguments);
    bell__tame(text);
    bell_record record = {level, event, NULL, 0, -1.0, text, link};
    bell__loop_clock(client->loop);
    emit(client, &record);
}

void bell__log(bell_client *client, bell_level level, const char *event,
               const char *format, ...)
{
    if (speaks(client)) {
        va_list arguments;
        va_start(arguments, format);
        say(client, NULL, level, event, format, arguments);
        va_end(arguments);
    }
}

void bell__log_link(const struct bell__link *link, bell_level level,
                    const char *event, const char *format, ...)
{
    if (speaks(link->client)) {
        va_list arguments;
        va_start(arguments, format);
        say(link->client, link->table->name, level, event, format, arguments);
        va_end(arguments);
    }
}

/* The name of the method's link. */
static const char *link_of(const bell_client *client, const bell_method *method)
{
    return client->links[method->link].table->name;
}

void bell__log_call(bell_client *client, bell_call call,
                    const bell_method *method, size_t bytes, bool waits)
{
    if (!bell__log_wanted(client)) {
        return;
    }
    bell__loop_clock(client->loop);
    struct bell__clock *clock = &client->clocks[call % BELL__CLOCKS];
    clock->call = call;
    clock->began_ns = client->loop->now_ns;
    const char *link = link_of(client, method);
    bell_metric metric = {.kind = BELL_METRIC_CALL,
                          .method = method->name,
                          .bytes = bytes,
                          .link = link};
    count(client, &metric);
    if (!speaks(client)) {
        return;
    }
    char text[LINE_BYTES_MAX];
    snprintf(text, sizeof text, "call, %zu bytes of params%s", bytes,
             waits ? ", waits for a connection" : "");
    bell_record record = {client->environment.call_level,
                          "call",
                          method->name,
                          call,
                          0.0,
                          text,
                          link};
    emit(client, &record);
}

void bell__log_end(bell_client *client,
                   const struct bell__completion *completion,
                   bell_status status, const bell_error *error)
{
    if (!bell__log_wanted(client)) {
        return;
    }
    bell__loop_clock(client->loop);
    const struct bell__clock *clock =
        &client->clocks[completion->call % BELL__CLOCKS];
    double elapsed_ms = (double)(client->loop->now - completion->started);
    if (clock->call == completion->call) {
        elapsed_ms =
            (double)(client->loop->now_ns - clock->began_ns) / 1000000.0;
    }
    const char *link = link_of(client, completion->method);
    bell_metric metric = {.kind = BELL_METRIC_END,
                          .method = completion->method->name,
                          .status = status,
                          .code = status == BELL_OK ? 0 : error->code,
                          .elapsed_ms = elapsed_ms,
                          .bytes = completion->payload.size,
                          .link = link};
    count(client, &metric);
    if (!speaks(client)) {
        return;
    }
    char text[LINE_BYTES_MAX];
    int64_t us = (int64_t)(elapsed_ms * 1000.0);
    if (status == BELL_OK) {
        snprintf(text, sizeof text,
                 "reply, %zu bytes in %" PRId64 ".%03" PRId64 " ms",
                 completion->payload.size, us / 1000, us % 1000);
    } else {
        snprintf(text, sizeof text, "%s after %" PRId64 ".%03" PRId64 " ms: %s",
                 bell_status_name(status), us / 1000, us % 1000,
                 error->message);
    }
    bell__tame(text);
    bell_level level =
        status == BELL_OK ? client->environment.call_level : BELL_LEVEL_WARN;
    bell_record record = {level,
                          status == BELL_OK ? "reply" : "error",
                          completion->method->name,
                          completion->call,
                          elapsed_ms,
                          text,
                          link};
    emit(client, &record);
}
