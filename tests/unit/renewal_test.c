/* renewal_test.c: tokens that the program is asked for, before a line is
 * dialed; and calls that want no reply. Against a fake. */
#include <bell/fake.h>
#include <shop.h>
#include <tasks.h>

#include "unit/check.h"

/* What the program does when it is asked. */
enum habit {
    ANSWER_NOW,
    ANSWER_LATER,
    ANSWER_NEVER,
    ANSWER_ANONYMOUS,
    ANSWER_FAILED,
    ANSWER_UNAUTHORIZED,
    CLOSE_THE_CLIENT
};

struct program {
    enum habit habit;
    int asked;
    uint64_t request;
    char log[4096];
    bell_fake *fake;
    bell_client *client;
};

static void answer(struct program *program, bell_client *client)
{
    char token[32];
    snprintf(token, sizeof token, "secret-%d", program->asked);
    bell_token_answer(client, program->request, BELL_TOKEN_SET, token);
}

static void on_token(void *context, bell_client *client, uint64_t request)
{
    struct program *program = context;
    program->asked++;
    program->request = request;
    switch (program->habit) {
    case ANSWER_NOW:
        answer(program, client);
        break;
    case ANSWER_ANONYMOUS:
        bell_token_answer(client, request, BELL_TOKEN_ANONYMOUS, NULL);
        break;
    case ANSWER_FAILED:
        bell_token_answer(client, request, BELL_TOKEN_FAILED, "no network");
        break;
    case ANSWER_UNAUTHORIZED:
        bell_token_answer(client, request, BELL_TOKEN_UNAUTHORIZED, "go away");
        break;
    case CLOSE_THE_CLIENT:
        bell_close(client);
        program->client = NULL;
        break;
    default:
        break;
    }
}

static void on_log(void *context, const bell_record *record)
{
    struct program *program = context;
    size_t size = strlen(program->log);
    snprintf(program->log + size, sizeof program->log - size, "%s: %s\n",
             record->event, record->text);
}

static void open_program(struct program *program, enum habit habit)
{
    bell_error error;
    memset(program, 0, sizeof *program);
    program->habit = habit;
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &program->fake, &error));
    bell_fake_call call = {.method = "tasks.get_stats",
                           .result = "{\"total\":7,\"completed\":0,"
                                     "\"pending\":7}",
                           .times = UINT32_MAX};
    CHECK_INT(BELL_OK, bell_fake_expect(program->fake, &call, &error));
    bell_options options = {.fake = program->fake,
                            .token_get = on_token,
                            .token_context = program,
                            .log = on_log,
                            .log_context = program};
    CHECK_INT(BELL_OK, tasks_open(&options, &program->client, &error));
}

static void close_program(struct program *program)
{
    CHECK(strstr(program->log, "secret") == NULL);
    bell_close(program->client);
    bell_fake_close(program->fake);
}

static bell_status ask(struct program *program, bell_error *error)
{
    tasks_task_stats_params params = {.user_id = BELL_STR("1")};
    tasks_task_stats_result *stats = NULL;
    bell_status status =
        tasks_get_stats(program->client, &params, &stats, error);
    CHECK((status == BELL_OK) == (stats != NULL));
    bell_free(stats);
    return status;
}

static void answers_at_once(void)
{
    struct program program;
    bell_error error;
    open_program(&program, ANSWER_NOW);
    CHECK_INT(BELL_OK, ask(&program, &error));
    CHECK_TEXT("secret-1", bell_fake_token(program.fake));
    bell_fake_disconnect(program.fake, 3000, "shutdown");
    CHECK_INT(BELL_OK, ask(&program, &error)); /* the same is still good */
    CHECK_INT(1, program.asked);
    bell_fake_disconnect(program.fake, 3005, "connection expired");
    CHECK_INT(BELL_OK, ask(&program, &error));
    CHECK_TEXT("secret-2", bell_fake_token(program.fake));
    bell_fake_disconnect(program.fake, 3014, "state invalidated");
    CHECK_INT(BELL_OK, ask(&program, &error));
    CHECK_TEXT("secret-3", bell_fake_token(program.fake));
    close_program(&program);
}

/* 109 in the connect reply: a fresh one each time, with longer waits. */
static void expired(void)
{
    struct program program;
    bell_error error;
    open_program(&program, ANSWER_NOW);
    bell_fake_refuse(program.fake, 109, "token expired");
    CHECK_INT(BELL_DEADLINE, ask(&program, &error));
    CHECK(program.asked > 2 && program.asked < 60);
    CHECK(strstr(error.message, "109") != NULL);
    bell_fake_refuse(program.fake, 0, NULL);
    CHECK_INT(BELL_OK, ask(&program, &error));
    close_program(&program);
}

static void answers_later(void)
{
    struct program program;
    bell_error error;
    open_program(&program, ANSWER_LATER);
    CHECK_INT(BELL_OK, bell_fake_advance(program.fake, 100));
    CHECK_INT(1, program.asked);
    CHECK(!bell_connected(program.client));
    bell_token_answer(program.client, program.request + 1, BELL_TOKEN_SET,
                      "wrong");
    CHECK_INT(BELL_OK, bell_fake_advance(program.fake, 100));
    CHECK(!bell_connected(program.client));
    answer(&program, program.client);
    CHECK_INT(BELL_OK, bell_fake_advance(program.fake, 1));
    CHECK(bell_connected(program.client));
    CHECK_TEXT("secret-1", bell_fake_token(program.fake));
    /* Late and double answers are harmless. */
    bell_token_answer(program.client, program.request, BELL_TOKEN_SET, "late");
    bell_token_answer(program.client, program.request, BELL_TOKEN_UNAUTHORIZED,
                      NULL);
    bell_token_answer(program.client, 0, BELL_TOKEN_FAILED, NULL);
    CHECK_INT(BELL_OK, ask(&program, &error));
    close_program(&program);
}

static void no_answers(void)
{
    static const struct {
        enum habit habit;
        bell_status status;
        const char *words;
    } cases[] = {
        {ANSWER_NEVER, BELL_DEADLINE, "no token came within 5000 ms"},
        {ANSWER_FAILED, BELL_DEADLINE, "no network"},
        {ANSWER_UNAUTHORIZED, BELL_TERMINAL, "go away"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct program program;
        bell_error error;
        open_program(&program, cases[i].habit);
        CHECK_INT(cases[i].status, ask(&program, &error));
        check_count(strstr(error.message, cases[i].words) != NULL,
                    cases[i].words, 0, error.message);
        CHECK_INT(BELL_SENT_NO, error.sent);
        bool again = cases[i].status == BELL_DEADLINE;
        CHECK(again ? program.asked > 1 : program.asked == 1);
        program.habit = ANSWER_NOW;
        CHECK_INT(again ? BELL_OK : BELL_TERMINAL, ask(&program, &error));
        close_program(&program);
    }
}

static void anonymous(void)
{
    struct program program;
    bell_error error;
    open_program(&program, ANSWER_ANONYMOUS);
    CHECK_INT(BELL_OK, ask(&program, &error));
    CHECK_TEXT("", bell_fake_token(program.fake));
    close_program(&program);
}

static void closes_inside(void)
{
    struct program program;
    open_program(&program, CLOSE_THE_CLIENT);
    CHECK_INT(BELL_OK, bell_fake_advance(program.fake, 1));
    CHECK_INT(1, program.asked);
    CHECK(program.client == NULL);
    close_program(&program);
}

static void both_are_wrong(void)
{
    bell_error error;
    bell_client *client = NULL;
    bell_options options = {
        .url = "ws://h/", .token = "t", .token_get = on_token};
    CHECK_INT(BELL_INVALID, tasks_open(&options, &client, &error));
    CHECK(strstr(error.message, "token_get") != NULL);
}

/* ---- While connected ----------------------------------------------------- */

enum { TTL_S = 60, TTL_MS = 60000 };

/* No call is lost, and no connection: the server is told in time. */
static void renewed_in_place(void)
{
    struct program program;
    bell_error error;
    open_program(&program, ANSWER_NOW);
    bell_fake_expire(program.fake, TTL_S);
    CHECK_INT(BELL_OK, ask(&program, &error));
    CHECK_INT(BELL_OK, bell_fake_advance(program.fake, TTL_MS - 100));
    CHECK_INT(1, program.asked);
    CHECK_INT(BELL_OK, bell_fake_advance(program.fake, 200));
    CHECK_INT(2, program.asked);
    CHECK_TEXT("secret-2", bell_fake_token(program.fake));
    CHECK_INT(BELL_OK, bell_fake_advance(program.fake, 3 * TTL_MS));
    CHECK_INT(5, program.asked);
    CHECK_TEXT("secret-5", bell_fake_token(program.fake));
    bell_fake_expire(program.fake, 0); /* the next one is good for ever */
    CHECK_INT(BELL_OK, bell_fake_advance(program.fake, 9 * TTL_MS));
    CHECK_INT(6, program.asked);
    CHECK_INT(BELL_OK, ask(&program, &error));
    CHECK(strstr(program.log, "lost") == NULL);
    close_program(&program);
}

/* The answer comes while the connection is another one, or none. */
static void renewed_late(void)
{
    struct program program;
    bell_error error;
    open_program(&program, ANSWER_NOW);
    bell_fake_expire(program.fake, TTL_S);
    CHECK_INT(BELL_OK, ask(&program, &error));
    program.habit = ANSWER_LATER;
    CHECK_INT(BELL_OK, bell_fake_advance(program.fake, TTL_MS));
    CHECK_INT(2, program.asked);
    CHECK(bell_connected(program.client));
    bell_fake_disconnect(program.fake, 3005, "connection expired");
    CHECK_INT(BELL_OK, bell_fake_advance(program.fake, 2000));
    CHECK_INT(2, program.asked); /* the answer is on its way */
    CHECK(!bell_connected(program.client));
    answer(&program, program.client);
    CHECK_INT(BELL_OK, ask(&program, &error));
    CHECK_TEXT("secret-2", bell_fake_token(program.fake));
    CHECK_INT(2, program.asked);
    close_program(&program);
}

/* No token is to be had: asked again and again, and the connection lives on
 * while the server lets it. */
static void not_renewed(enum habit habit)
{
    struct program program;
    bell_error error;
    open_program(&program, ANSWER_NOW);
    bell_fake_expire(program.fake, TTL_S);
    CHECK_INT(BELL_OK, ask(&program, &error));
    program.habit = habit;
    CHECK_INT(BELL_OK, bell_fake_advance(program.fake, 2 * TTL_MS));
    CHECK(program.asked > 3 && program.asked < 60);
    CHECK_INT(BELL_OK, ask(&program, &error));
    CHECK(strstr(program.log, "lost") == NULL);
    CHECK(strstr(program.log, "token: no token") != NULL);
    program.habit = ANSWER_NOW;
    CHECK_INT(BELL_OK, bell_fake_advance(program.fake, 30000));
    char token[32];
    snprintf(token, sizeof token, "secret-%d", program.asked);
    CHECK_TEXT(token, bell_fake_token(program.fake));
    close_program(&program);
}

static void not_any_more(void)
{
    struct program program;
    bell_error error;
    open_program(&program, ANSWER_NOW);
    bell_fake_expire(program.fake, TTL_S);
    CHECK_INT(BELL_OK, ask(&program, &error));
    program.habit = ANSWER_UNAUTHORIZED;
    CHECK_INT(BELL_OK, bell_fake_advance(program.fake, TTL_MS));
    CHECK_INT(2, program.asked);
    CHECK(!bell_connected(program.client));
    CHECK_INT(BELL_TERMINAL, ask(&program, &error));
    CHECK(strstr(error.message, "go away") != NULL);
    close_program(&program);
}

/* There is no way to say so while connected: the server ends it, then it is
 * asked for and connected without one. */
static void anonymous_from_now_on(void)
{
    struct program program;
    bell_error error;
    open_program(&program, ANSWER_NOW);
    bell_fake_expire(program.fake, TTL_S);
    CHECK_INT(BELL_OK, ask(&program, &error));
    program.habit = ANSWER_ANONYMOUS;
    CHECK_INT(BELL_OK, bell_fake_advance(program.fake, TTL_MS + 10000));
    CHECK_INT(2, program.asked);
    CHECK(bell_connected(program.client));
    CHECK_TEXT("secret-1", bell_fake_token(program.fake));
    bell_fake_disconnect(program.fake, 3005, "connection expired");
    CHECK_INT(BELL_OK, ask(&program, &error));
    CHECK_TEXT("", bell_fake_token(program.fake));
    close_program(&program);
}

static void closes_while_connected(void)
{
    struct program program;
    bell_error error;
    open_program(&program, ANSWER_NOW);
    bell_fake_expire(program.fake, TTL_S);
    CHECK_INT(BELL_OK, ask(&program, &error));
    program.habit = CLOSE_THE_CLIENT;
    CHECK_INT(BELL_OK, bell_fake_advance(program.fake, TTL_MS));
    CHECK_INT(2, program.asked);
    CHECK(program.client == NULL);
    close_program(&program);
}

/* The server refuses the new token: 109 is asked again, other codes end it. */
static void refused_in_place(void)
{
    struct program program;
    bell_error error;
    open_program(&program, ANSWER_NOW);
    bell_fake_expire(program.fake, TTL_S);
    CHECK_INT(BELL_OK, ask(&program, &error));
    bell_fake_refuse(program.fake, 109, "token expired");
    CHECK_INT(BELL_OK, bell_fake_advance(program.fake, 2 * TTL_MS));
    CHECK(program.asked > 3 && program.asked < 60);
    CHECK(bell_connected(program.client));
    CHECK(strstr(program.log, "refused the new token: 109") != NULL);
    bell_fake_refuse(program.fake, 103, "permission denied");
    CHECK_INT(BELL_OK, bell_fake_advance(program.fake, 2 * TTL_MS));
    CHECK_INT(BELL_TERMINAL, ask(&program, &error));
    CHECK_INT(103, error.code);
    close_program(&program);
}

/* ---- No reply ------------------------------------------------------------ */

static int told;
static bell_status told_status;

static void on_told(void *context, bell_status status, const bell_error *error)
{
    (void)context;
    (void)error;
    told++;
    told_status = status;
}

static void wants_no_reply(bell_mode mode)
{
    bell_error error;
    bell_fake *fake = NULL;
    bell_client *client = NULL;
    bell_string text = BELL_STR("hello");
    shop_log_params params = {
        .line = {.tag = SHOP_LOGGED_TEXT, .line = 7, .text = &text}};
    bell_fake_call call = {.method = "shop.log",
                           .params = "{\"line\":{\"kind\":\"text\",\"line\":7,"
                                     "\"body\":\"hello\"}}",
                           .never = true,
                           .times = 2};
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &fake, &error));
    CHECK_INT(BELL_OK, bell_fake_expect(fake, &call, &error));
    call.never = false; /* an answer that nobody asked for */
    CHECK_INT(BELL_OK, bell_fake_expect(fake, &call, &error));
    bell_options options = {.fake = fake, .mode = mode, .user_id = "7"};
    CHECK_INT(BELL_OK, shop_open(&options, &client, &error));
    CHECK_INT(BELL_OK, shop_log(client, &params, &error));
    told = 0;
    for (int i = 0; i < 3; i++) {
        CHECK_INT(BELL_OK, shop_log_start(client, &params, on_told, NULL, NULL,
                                          NULL, &error));
    }
    CHECK_INT(BELL_OK, bell_fake_advance(fake, 1));
    CHECK_INT(3, told);
    CHECK_INT(BELL_OK, told_status);
    CHECK(bell_fake_trouble(fake) == NULL);
    /* Not sent: it waits for a line, and its deadline is kept. */
    bell_fake_offline(fake, true);
    bell_fake_disconnect(fake, 0, NULL);
    CHECK_INT(BELL_DEADLINE, shop_log(client, &params, &error));
    CHECK_INT(BELL_SENT_NO, error.sent);
    told = 0;
    bell_call number = 0;
    CHECK_INT(BELL_OK, shop_log_start(client, &params, on_told, NULL, NULL,
                                      &number, &error));
    bell_cancel(client, number);
    CHECK_INT(BELL_OK, shop_log_start(client, &params, on_told, NULL, NULL,
                                      NULL, &error));
    bell_close(client);
    CHECK_INT(2, told);
    CHECK_INT(BELL_CLOSED, told_status);
    bell_fake_close(fake);
}

int main(void)
{
    answers_at_once();
    expired();
    answers_later();
    no_answers();
    anonymous();
    closes_inside();
    renewed_in_place();
    renewed_late();
    not_renewed(ANSWER_FAILED);
    not_renewed(ANSWER_NEVER);
    not_any_more();
    anonymous_from_now_on();
    closes_while_connected();
    refused_in_place();
    both_are_wrong();
    wants_no_reply(BELL_MODE_NATIVE);
    wants_no_reply(BELL_MODE_CHANNEL);
    return check_report();
}
