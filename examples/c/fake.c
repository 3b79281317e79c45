/* fake.c: how a program tests its own code: what it would ask a server is
 * answered in memory, and time passes at once. Ends with 0 where all is well.
 *
 *     fake
 */
#include <inttypes.h>
#include <stdio.h>

#include <bell/fake.h>

#include "tasks.h"

/* The code under test: how many tasks a user still has, -1 where nobody knows.
 * It takes whatever client it is given. */
static int64_t pending_of(bell_client *client, const char *user)
{
    tasks_task_stats_params params = {.user_id = bell_str(user)};
    tasks_task_stats_result *stats = NULL;
    bell_error error;
    int64_t pending = -1;

    if (tasks_get_stats(client, &params, &stats, &error) == BELL_OK) {
        pending = stats->pending;
    }
    bell_free(stats);
    return pending;
}

static bool expect_all(bell_fake *fake)
{
    static const bell_fake_call calls[] = {
        {.method = "tasks.get_stats",
         .params = "{\"user_id\": \"123\"}",
         .result = "{\"total\": 3, \"completed\": 1, \"pending\": 2}"},
        {.method = "tasks.get_stats", .code = 404, .message = "no such user"},
        {.method = "tasks.get_stats", .never = true},
    };
    bell_error error;

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (bell_fake_expect(fake, &calls[i], &error) != BELL_OK) {
            fprintf(stderr, "fake: %s\n", error.message);
            return false;
        }
    }
    return true;
}

static bool test_pending(bell_fake *fake)
{
    bell_client *client = NULL;
    bell_error error;

    if (!expect_all(fake) ||
        tasks_open(&(bell_options){.fake = fake}, &client, &error) != BELL_OK) {
        return false;
    }
    bool good = pending_of(client, "123") == 2 &&
                pending_of(client, "nobody") == -1 &&
                pending_of(client, "late") == -1; /* 30 s, at once */
    bell_close(client);
    return good;
}

int main(void)
{
    bell_fake *fake = NULL;
    bell_error error;

    if (bell_fake_open(NULL, &fake, &error) != BELL_OK) {
        fprintf(stderr, "fake: %s\n", error.message);
        return 1;
    }
    bool good = test_pending(fake);
    const char *trouble = bell_fake_trouble(fake);
    if (trouble != NULL) {
        fprintf(stderr, "fake: %s\n", trouble);
    }
    printf("%s\n", good ? "as expected" : "not as expected");
    bell_fake_close(fake);
    return good && trouble == NULL ? 0 : 1;
}
