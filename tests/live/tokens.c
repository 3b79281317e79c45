/* tokens.c: scenarios of a program that is asked for its tokens. What it
 * answers stands in LIVE_ANSWERS, a word a time, the last for ever: `failed`,
 * `unauthorized`, `anonymous`, `silence`, or a token. */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

enum {
    FAILING_MS = 15000,
    KEEP_MS = 7000, /* longer than the first token, and the server's patience */
    OUTLIVE_MS_MAX = 30000
};

struct program {
    struct rig *rig;
    const char *answers;
    int asked;
    bool terminal;
    size_t failed;
    size_t ended;
};

static void answer(bell_client *client, uint64_t request, bell_string word)
{
    static const struct {
        const char *word;
        bell_token_kind kind;
    } words[] = {
        {"failed", BELL_TOKEN_FAILED},
        {"unauthorized", BELL_TOKEN_UNAUTHORIZED},
        {"anonymous", BELL_TOKEN_ANONYMOUS},
        {"silence", 0},
    };
    char token[2048];
    if (word.size >= sizeof token) {
        rig_say("the token is too long");
        exit(1);
    }
    memcpy(token, word.text, word.size);
    token[word.size] = '\0';
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i].word, token) == 0) {
            if (words[i].kind != 0) {
                bell_token_answer(client, request, words[i].kind, "as told");
            }
            return;
        }
    }
    bell_token_answer(client, request, BELL_TOKEN_SET, token);
}

static void on_token(void *context, bell_client *client, uint64_t request)
{
    struct program *program = context;
    program->asked++;
    size_t size = strcspn(program->answers, " ");
    bell_string word = {program->answers, size};
    if (program->answers[size] == ' ') {
        program->answers += size + 1;
    }
    answer(client, request, word);
}

static void on_log(void *context, const bell_record *record)
{
    struct program *program = context;
    if (strcmp(record->event, "connected") == 0) {
        program->rig->connected++;
    }
    if (strcmp(record->event, "lost") == 0 ||
        strcmp(record->event, "terminal") == 0) {
        program->terminal = record->event[0] == 't';
        rig_say("%s: %s", record->event, record->text);
    }
}

static void open_program(struct program *program, struct rig *rig)
{
    bell_error error;
    const char *answers = getenv("LIVE_ANSWERS");
    *program = (struct program){.rig = rig, .answers = answers};
    rig->options.log = on_log;
    rig->options.log_context = program;
    if (answers != NULL) {
        rig->options.token = NULL;
        rig->options.token_get = on_token;
        rig->options.token_context = program;
    }
    if (live_open(&rig->options, &rig->client, &error) != BELL_OK) {
        rig_say_error("open", &error);
        exit(1);
    }
}

static void close_program(struct program *program)
{
    rig_say("asked %d, connected %d", program->asked, program->rig->connected);
    rig_close(program->rig);
}

/* Connects, or says why not. */
void tokens_ask(struct rig *rig)
{
    struct program program;
    bell_error error;
    open_program(&program, rig);
    if (bell_connect(rig->client, FAILING_MS, &error) == BELL_OK) {
        rig_echo(rig, "echo");
    } else {
        rig_say_error("connect", &error);
    }
    close_program(&program);
}

static void start(struct program *program);

static void kept(void *context, bell_status status, const live_message *reply,
                 const bell_error *error)
{
    struct program *program = context;
    (void)reply;
    program->ended++;
    if (status == BELL_CLOSED) {
        return;
    }
    if (status != BELL_OK) {
        program->failed++;
        rig_say_error("echo", error);
        return;
    }
    start(program);
}

static void start(struct program *program)
{
    bell_error error;
    live_message message = {.number = 1};
    if (live_echo_start(program->rig->client, &message, kept, program, NULL,
                        NULL, &error) != BELL_OK) {
        rig_say_error("start", &error);
        exit(1);
    }
}

/* Always in a call, for longer than the first token is good. */
void tokens_keep(struct rig *rig)
{
    struct program program;
    open_program(&program, rig);
    int64_t begin = rig_now_ms();
    start(&program);
    while (rig_now_ms() - begin < KEEP_MS && program.failed == 0) {
        rig_turn(rig);
    }
    rig_say("some calls %d, failed %zu", program.ended > 0, program.failed);
    close_program(&program);
}

/* Idle until the connection that the token was good for has ended. */
void tokens_outlive(struct rig *rig)
{
    struct program program;
    int64_t begin = rig_now_ms();
    open_program(&program, rig);
    rig_echo(rig, "echo");
    while (rig->connected < 2 && !program.terminal &&
           rig_now_ms() - begin < OUTLIVE_MS_MAX) {
        rig_turn(rig);
    }
    rig_echo(rig, "next");
    close_program(&program);
}
