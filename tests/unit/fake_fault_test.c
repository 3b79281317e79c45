/* fake_fault_test.c: a client whose fake lets calls go wrong by rule: each
 * kind, in both modes where they differ. */
#include <bell/fake.h>
#include <tasks.h>

#include "unit/check.h"

static bell_fake *fake;
static bell_client *client;

static void open_both(const char *rule)
{
    bell_error error;
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &fake, &error));
    CHECK_INT(BELL_OK, bell_fake_fault(fake, rule, &error));
    bell_options options = {.fake = fake};
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    bell_fake_call call = {.method = "tasks.get_stats",
                           .result = "{\"total\":1,\"completed\":2,"
                                     "\"pending\":3}",
                           .times = UINT32_MAX};
    CHECK_INT(BELL_OK, bell_fake_expect(fake, &call, &error));
    call.method = "tasks.create";
    call.result =
        "{\"id\":1,\"title\":\"t\",\"state\":\"open\",\"owner\":null}";
    CHECK_INT(BELL_OK, bell_fake_expect(fake, &call, &error));
}

static void close_both(void)
{
    CHECK(bell_fake_trouble(fake) == NULL);
    bell_close(client);
    bell_fake_close(fake);
}

static bell_status ask(bell_error *error)
{
    tasks_task_stats_params params = {.user_id = BELL_STR("1")};
    tasks_task_stats_result *stats = NULL;
    bell_status status = tasks_get_stats(client, &params, &stats, error);
    bell_free(stats);
    return status;
}

static void wrong_words(void)
{
    bell_error error;
    open_both("error");
    CHECK_INT(BELL_INVALID, bell_fake_fault(fake, "nix", &error));
    CHECK(strstr(error.message, "'nix'") != NULL);
    CHECK_INT(BELL_INVALID, bell_fake_fault(fake, "late:x", NULL));
    CHECK_INT(BELL_INVALID, bell_fake_fault(fake, "", &error));
    CHECK_INT(BELL_INVALID, bell_fake_fault(fake, NULL, &error));
    close_both();
}

static void ends(void)
{
    static const struct {
        const char *rule;
        bell_status status;
        int32_t code;
        const char *message; /* a part of it */
    } cases[] = {
        {"error:404:no such@1", BELL_REFUSED, 404, "no such"},
        {"error@1", BELL_REFUSED, 100, "internal server error"},
        {"close:4001:go@1", BELL_DISCONNECTED, 4001, "go"},
        {"drop@1", BELL_DISCONNECTED, 0, "dropped the line"},
        {"cut-frame@1", BELL_DISCONNECTED, 0, "cut a frame"},
        {"silent@1", BELL_DEADLINE, 0, ""},
        {"late:31s@1", BELL_DEADLINE, 0, ""},
        {"late:29s@1", BELL_OK, 0, ""},
        {"duplicate@1", BELL_OK, 0, ""},
        {"reorder@1", BELL_OK, 0, ""},
        {"burst@1", BELL_OK, 0, ""},
        {"freeze:2s@1", BELL_OK, 0, ""},
        {"wrong-type:total@1", BELL_BAD_REPLY, 0, "result.total"},
        {"tasks.list=drop", BELL_OK, 0, ""},
        {"connect=close:3004@1", BELL_OK, 0, ""},
        {"connect=error:111@1", BELL_OK, 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bell_error error;
        open_both(cases[i].rule);
        bell_status status = ask(&error);
        if (status != cases[i].status) {
            printf("%s: %s\n", cases[i].rule, error.message);
        }
        CHECK_INT(cases[i].status, status);
        CHECK_INT(cases[i].code, error.code);
        CHECK(strstr(error.message, cases[i].message) != NULL);
        CHECK_INT(BELL_OK, ask(&error)); /* only the first one */
        close_both();
    }
}

static void variants_are_unknown(void)
{
    bell_error error;
    tasks_create_params params = {.title = BELL_STR("t")};
    tasks_task *task = NULL;
    open_both("unknown-variant:state");
    CHECK_INT(BELL_OK, tasks_create(client, &params, &task, &error));
    CHECK(task != NULL && task->state.value == 0);
    CHECK_BYTES("nobody knows this", task->state.text.text,
                task->state.text.size);
    bell_free(task);
    close_both();
}

/* As rates are drawn by the seed, a run can be had again. */
static int failures(uint64_t seed)
{
    int bits = 0;
    bell_error error;
    open_both("error@50%");
    bell_fake_seed(fake, seed);
    for (int i = 0; i < 24; i++) {
        bits = bits * 2 + (ask(&error) != BELL_OK);
    }
    close_both();
    return bits;
}

static void seeds(void)
{
    int first = failures(5);
    CHECK_INT(first, failures(5));
    CHECK(first != failures(6) && first != 0);
}

int main(void)
{
    wrong_words();
    ends();
    variants_are_unknown();
    seeds();
    return check_report();
}
