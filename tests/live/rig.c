/* rig.c: see rig.h. It knows no scenario. */
#include "rig.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TURN_MS = 100, ECHO_DEADLINE_MS = 30000 };

static void count_record(void *context, const bell_record *record)
{
    struct rig *rig = context;
    if (strcmp(record->event, "connected") == 0) {
        rig->connected++;
    }
    if (getenv("LIVE_LOG") != NULL) {
        fprintf(stderr, "%s #%" PRIu64 " %s\n", record->event, record->call,
                record->text);
    }
}

void rig_open(struct rig *rig)
{
    bell_error error;
    rig->options.log = count_record;
    rig->options.log_context = rig;
    if (live_open(&rig->options, &rig->client, &error) != BELL_OK) {
        rig_say_error("open", &error);
        exit(1);
    }
}

void rig_close(struct rig *rig)
{
    bell_close(rig->client);
    rig->client = NULL;
}

void rig_say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    putchar('\n');
    fflush(stdout);
}

void rig_say_error(const char *what, const bell_error *error)
{
    rig_say("%s: status=%s origin=%d code=%" PRId32 " temporary=%d message=%s",
            what, bell_status_name(error->status), (int)error->origin,
            error->code, (int)error->temporary, error->message);
}

void rig_wait(void)
{
    char line[16];
    if (fgets(line, sizeof line, stdin) == NULL) {
        rig_say("the harness is gone");
        exit(1);
    }
}

int64_t rig_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void rig_turn(struct rig *rig)
{
    bell_loop_run(bell_client_loop(rig->client), TURN_MS);
}

void rig_echo(struct rig *rig, const char *name)
{
    bell_error error;
    live_message *reply = NULL;
    live_message message = {.number = 7};
    bell_call_options options = {.deadline_ms = ECHO_DEADLINE_MS};
    if (live_echo_with(rig->client, &message, &options, &reply, &error) !=
        BELL_OK) {
        rig_say_error(name, &error);
        return;
    }
    rig_say("%s %s", name, reply->number == 7 ? "ok" : "wrong");
    bell_free(reply);
}
