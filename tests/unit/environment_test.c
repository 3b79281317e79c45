/* environment_test.c: what variables of the environment mean, by the list that
 * all languages play, and that clients follow them. */
#include <stdlib.h>
#include <tasks.h>

#include "client/environment.h"
#include "unit/check.h"

enum { LINE_BYTES_MAX = 512, CASES_MIN = 25 };

static const char *const names[] = {
    "CENTRIFUGO_ACK_TIMEOUT",
    "CENTRIFUGO_LOG_LEVEL",
    "CENTRIFUGO_LOG_ALL_CALLS",
};

static void forget(void)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        unsetenv(names[i]);
    }
}

static const char *level_name(bell_level level)
{
    static const char *const words[] = {"", "error", "warn", "info", "debug"};
    return words[level];
}

/* What the list says of the variables as they are. */
static void say(char *text, size_t size)
{
    struct bell__environment read;
    bell_error error;
    bell__environment_open(&read);
    if (bell__environment_read(&read, "CENTRIFUGO", &error) == BELL_OK) {
        snprintf(text, size, " -> %" PRId64 " %s %s", read.deadline_ms,
                 level_name(read.level_max), level_name(read.call_level));
        return;
    }
    CHECK_INT(BELL_INVALID, error.status);
    CHECK(strncmp(error.message, "options: ", 9) == 0);
    snprintf(text, size, " !! %s", error.message + 9);
}

static void set(char *said)
{
    char *value = strchr(said, '=');
    CHECK(value != NULL);
    if (value == NULL) {
        return;
    }
    *value++ = '\0';
    for (char *at = strstr(value, "\\s"); at != NULL; at = strstr(at, "\\s")) {
        *at = ' ';
        memmove(at + 1, at + 2, strlen(at + 2) + 1);
    }
    forget();
    setenv(said, value, 1);
}

static void plays_the_list(void)
{
    char line[LINE_BYTES_MAX];
    char got[LINE_BYTES_MAX];
    int cases = 0;
    FILE *list = fopen(TESTS_DIR "/conformance/environment.list", "r");
    CHECK(list != NULL);
    while (list != NULL && fgets(line, sizeof line, list) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *want = strstr(line, " -> ");
        want = want != NULL ? want : strstr(line, " !! ");
        if (line[0] != '#' && want != NULL) {
            char mark = want[1];
            *want = '\0';
            set(line);
            *want = ' ';
            want[1] = mark;
            say(got, sizeof got);
            CHECK_TEXT(want, got);
            cases++;
        }
    }
    if (list != NULL) {
        fclose(list);
    }
    CHECK(cases >= CASES_MIN);
    forget();
}

/* ---- Clients ------------------------------------------------------------- */

struct heard {
    int calls;
    bell_level call_level;
    int connecting;
    int others;
};

static void hear(void *context, const bell_record *record)
{
    struct heard *heard = context;
    if (strcmp(record->event, "call") == 0) {
        heard->calls++;
        heard->call_level = record->level;
    } else if (strcmp(record->event, "connecting") == 0) {
        heard->connecting++;
    } else {
        heard->others++;
    }
}

/* Nobody listens on port 1: the call ends when its time is over. */
static struct heard call(int64_t deadline_ms, const char *want)
{
    struct heard heard = {0};
    bell_client *client = NULL;
    bell_error error;
    bell_options options = {.url = "ws://127.0.0.1:1",
                            .deadline_ms = deadline_ms,
                            .log = hear,
                            .log_context = &heard};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    tasks_list_params params = {.user_id = BELL_STR("1")};
    tasks_list_result *result = NULL;
    CHECK_INT(BELL_DEADLINE, tasks_list(client, &params, &result, &error));
    CHECK(strstr(error.message, want) != NULL);
    bell_close(client);
    return heard;
}

static void clients_follow(void)
{
    struct heard heard = call(40, "within 40 ms");
    CHECK_INT(1, heard.calls);
    CHECK_INT(BELL_LEVEL_DEBUG, heard.call_level);
    CHECK(heard.connecting >= 1);

    setenv("CENTRIFUGO_LOG_LEVEL", "info", 1);
    heard = call(40, "within 40 ms");
    CHECK_INT(0, heard.calls);
    CHECK(heard.connecting >= 1);

    setenv("CENTRIFUGO_LOG_ALL_CALLS", "true", 1);
    setenv("CENTRIFUGO_ACK_TIMEOUT", "1", 1);
    heard = call(0, "within 1000 ms");
    CHECK_INT(1, heard.calls);
    CHECK_INT(BELL_LEVEL_INFO, heard.call_level);

    setenv("CENTRIFUGO_LOG_LEVEL", "warning", 1);
    heard = call(40, "within 40 ms"); /* an option comes before it */
    CHECK_INT(0, heard.calls);
    CHECK_INT(0, heard.connecting);
    CHECK(heard.others >= 1);
    forget();
}

static void refuses_what_cannot_be(void)
{
    bell_client *client = NULL;
    bell_error error;
    setenv("CENTRIFUGO_ACK_TIMEOUT", "secret", 1);
    CHECK_INT(BELL_INVALID,
              tasks_open(&(bell_options){.url = "ws://h"}, &client, &error));
    CHECK(client == NULL);
    CHECK_TEXT("options: $CENTRIFUGO_ACK_TIMEOUT is not a number of seconds "
               "from 1 to 1000000000",
               error.message);
    forget();
}

int main(void)
{
    forget();
    plays_the_list();
    clients_follow();
    refuses_what_cannot_be();
    return check_report();
}
