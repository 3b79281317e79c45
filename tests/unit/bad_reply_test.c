/* bad_reply_test.c: replies that do not fit end their own call alone, with the
 * method, the path, the place, what was wanted and what came; the connection
 * and its other calls live on. And each limit of the options is kept. Against
 * a fake. */
#include <bell/fake.h>
#include <shop.h>
#include <tasks.h>

#include "unit/check.h"

static bell_fake *fake;
static bell_client *client;

static void expect(const char *method, const char *result, int64_t delay_ms)
{
    bell_error error;
    bell_fake_call call = {
        .method = method, .result = result, .delay_ms = delay_ms};
    CHECK_INT(BELL_OK, bell_fake_expect(fake, &call, &error));
}

/* ---- What does not fit --------------------------------------------------- */

struct bad_row {
    const char *result;
    const char *path; /* "": it fits */
    const char *words;
};

static const struct bad_row rows[] = {
    {"{\"event\":\"moved\",\"data\":{}}", "result.data.from", "required"},
    {"{\"event\":\"moved\",\"data\":{\"from\":5,\"to\":\"b\"}}",
     "result.data.from", "wanted string, got 5"},
    {"{\"event\":\"count\",\"data\":\"x\"}", "result.data",
     "wanted int64, got \"x\""},
    {"{\"event\":\"count\",\"data\":1.5}", "result.data",
     "wanted int64, got 1.5"},
    {"{\"event\":\"count\",\"data\":1e400}", "result.data", "wanted int64"},
    {"{\"event\":\"count\",\"data\":9223372036854775808}", "result.data",
     "wanted int64"},
    {"{\"event\":\"count\",\"data\":9007199254740993}", "", ""},
    {"{\"event\":\"state\",\"data\":7}", "result.data",
     "wanted Currency, got 7"},
    {"{\"event\":\"state\",\"data\":\"XYZ\"}", "", ""}, /* its text survives */
    {"{\"event\":\"names\",\"data\":[\"a\",1]}", "result.data[1]",
     "wanted string, got 1"},
    {"{\"event\":\"names\",\"data\":{}}", "result.data",
     "wanted string[], got a map"},
    {"{\"event\":\"names\",\"data\":[\"\\uD800\"]}", "", ""},
    {"{\"event\":\"event\",\"data\":{\"type\":\"said\",\"id\":1,\"at\":\"now\","
     "\"text\":\"x\"}}",
     "result.data.at", "wanted datetime"},
    {"{\"event\":\"event\",\"data\":{\"type\":\"said\",\"at\":"
     "\"2024-01-01T00:00:00Z\",\"text\":\"x\"}}",
     "result.data.id", "required"},
    {"{\"event\":\"ping\"}", "", ""},
    {"{\"event\":\"unheard\",\"data\":[1,2]}", "", ""},
    {"{\"data\":1}", "result.event", "tag"},
    {"[]", "result", "wanted Message, got a list"},
    {"null", "result", "wanted Message, got null"},
    {"\"text\"", "result", "wanted Message"},
};

struct heard {
    int count;
    bell_status status;
    bell_error error;
};

static void on_old(void *context, bell_status status,
                   const shop_old_result *result, const bell_error *error)
{
    struct heard *heard = context;
    heard->count++;
    heard->status = status;
    heard->error = *error;
    CHECK((status == BELL_OK) == (result != NULL));
}

static void on_price(void *context, bell_status status,
                     const shop_price_result *result, const bell_error *error)
{
    struct heard *heard = context;
    (void)result;
    heard->count++;
    heard->status = status;
    heard->error = *error;
}

static const bell_method *find_old(void)
{
    uint32_t i = 0;
    while (i + 1 < shop_service.method_count &&
           strcmp(shop_service.methods[i].name, "shop.old") != 0) {
        i++;
    }
    return &shop_service.methods[i];
}

static void check_row(const struct bad_row *row)
{
    bell_error error;
    struct heard bad = {0, BELL_OK, {.message = ""}};
    struct heard other = {0, BELL_OK, {.message = ""}};
    shop_price_params params = {.sku = BELL_STR("ABC-1234")};
    expect("shop.price", "1.50", 5); /* answers behind the bad one */
    expect("shop.old", row->result, 0);
    CHECK_INT(BELL_OK, shop_price_start(client, &params, on_price, &other, NULL,
                                        NULL, &error));
    const bell_method *old = find_old();
    CHECK_TEXT("shop.old", old->name);
    CHECK_INT(BELL_OK,
              bell_client_start(client, old, NULL, (bell_function)on_old, &bad,
                                NULL, 0, NULL, &error));
    CHECK_INT(BELL_OK, bell_fake_advance(fake, 10));
    CHECK_INT(1, bad.count);
    CHECK_INT(1, other.count);
    CHECK_INT(BELL_OK, other.status);
    CHECK(bell_connected(client));
    if (row->path[0] == '\0') {
        check_count(bad.status == BELL_OK, row->result, 0, bad.error.message);
        return;
    }
    check_count(bad.status == BELL_BAD_REPLY, row->result, 1, "status");
    check_text_at(row->path, strlen(row->path), bad.error.path,
                  strlen(bad.error.path), row->result, 2);
    check_count(strstr(bad.error.message, row->words) != NULL, row->result, 3,
                bad.error.message);
    check_count(strstr(bad.error.message, "(byte ") != NULL, row->result, 4,
                bad.error.message);
    CHECK_TEXT("shop.old", bad.error.method);
    CHECK(bad.error.offset <= strlen(row->result));
    CHECK_INT(BELL_ORIGIN_CODEC, bad.error.origin);
}

static void bad_replies(bell_mode mode)
{
    bell_error error;
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &fake, &error));
    bell_options options = {.fake = fake, .mode = mode, .user_id = "7"};
    CHECK_INT(BELL_OK, shop_open(&options, &client, &error));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        check_row(&rows[i]);
    }
    CHECK(bell_fake_trouble(fake) == NULL);
    bell_close(client);
    bell_fake_close(fake);
}

/* ---- Limits -------------------------------------------------------------- */

static void open_limited(bell_options options)
{
    bell_error error;
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &fake, &error));
    options.fake = fake;
    CHECK_INT(BELL_OK, tasks_open(&options, &client, &error));
    CHECK_INT(BELL_OK, bell_connect(client, 0, &error));
}

static void close_limited(void)
{
    bell_close(client);
    bell_fake_close(fake);
}

static const char states[] = "{\"total\":1,\"completed\":1,\"pending\":0,"
                             "\"by_state\":{\"a\":1,\"b\":2,\"c\":3,\"d\":4}}";

static bell_status ask(const char *user, bell_error *error)
{
    tasks_task_stats_params params = {.user_id = bell_str(user)};
    tasks_task_stats_result *stats = NULL;
    bell_status status = tasks_get_stats(client, &params, &stats, error);
    bell_free(stats);
    return status;
}

/* A reply that meets a limit, and one that does not. */
static void check_reply_limit(bell_options options, const char *name)
{
    bell_error error;
    open_limited(options);
    expect("tasks.get_stats", states, 0);
    CHECK_INT(BELL_LIMIT, ask("1", &error));
    check_count(strstr(error.message, name) != NULL, name, 0, error.message);
    CHECK(bell_connected(client));
    expect("tasks.get_stats", "{\"total\":1,\"completed\":1,\"pending\":0}", 0);
    CHECK_INT(BELL_OK, ask("1", &error));
    close_limited();
}

static void on_stats(void *context, bell_status status,
                     const tasks_task_stats_result *stats,
                     const bell_error *error)
{
    int *count = context;
    (void)status;
    (void)stats;
    (void)error;
    ++*count;
}

/* Calls that are begun until one is refused; all others still end. */
static void check_begin_limit(bell_options options, const char *name, int most)
{
    bell_error error;
    char user[200];
    int begun = 0;
    int ended = 0;
    memset(user, 'x', sizeof user);
    user[sizeof user - 1] = '\0';
    tasks_task_stats_params params = {.user_id = bell_str(user)};
    open_limited(options);
    bell_fake_offline(fake, true);
    bell_fake_disconnect(fake, 0, NULL);
    CHECK_INT(BELL_OK, bell_fake_advance(fake, 1));
    while (begun <= most &&
           tasks_get_stats_start(client, &params, on_stats, &ended, NULL, NULL,
                                 &error) == BELL_OK) {
        begun++;
    }
    CHECK(begun > 0 && begun <= most);
    CHECK_INT(BELL_LIMIT, error.status);
    CHECK_INT(BELL_SENT_NO, error.sent);
    check_count(strstr(error.message, name) != NULL, name, 0, error.message);
    bell_close(client);
    CHECK_INT(begun, ended);
    bell_fake_close(fake);
}

static void limits(void)
{
    bell_error error;
    check_reply_limit((bell_options){.items_max = 3}, "items_max");
    check_reply_limit((bell_options){.depth_max = 1}, "depth_max");
    check_reply_limit((bell_options){.reply_bytes_max = 208},
                      "reply_bytes_max");
    check_begin_limit((bell_options){.calls_max = 5}, "calls_max", 5);
    check_begin_limit((bell_options){.queue_bytes_max = 4096},
                      "queue_bytes_max", 40);
    open_limited((bell_options){.request_bytes_max = 100});
    char user[200];
    memset(user, 'x', sizeof user);
    user[sizeof user - 1] = '\0';
    CHECK_INT(BELL_LIMIT, ask(user, &error));
    CHECK(strstr(error.message, "request_bytes_max") != NULL);
    expect("tasks.get_stats", states, 0);
    CHECK_INT(BELL_OK, ask("1", &error));
    close_limited();
}

int main(void)
{
    bad_replies(BELL_MODE_NATIVE);
    bad_replies(BELL_MODE_CHANNEL);
    limits();
    return check_report();
}
