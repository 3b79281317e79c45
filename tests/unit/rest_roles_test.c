/* rest_roles_test.c: tokens by role and logins against a fake: sync calls,
 * callbacks that close, memory that is short, and what is left of tokens. */
#include <bell/fake.h>
#include <shop.h>

#include "unit/check.h"
#include "unit/counter.h"

static bell_fake *fake;
static bell_client *client;
static bell_error error;

static void begin_with(bell_options options)
{
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &fake, &error));
    options.fake = fake;
    CHECK_INT(BELL_OK, shop_open(&options, &client, &error));
}

static void begin(void)
{
    begin_with((bell_options){.token = NULL});
}

static void end(void)
{
    bell_close(client);
    bell_fake_close(fake);
}

static void expect(bell_fake_call call)
{
    CHECK_INT(BELL_OK, bell_fake_expect(fake, &call, &error));
}

static const shop_ask_params ask = {
    .body = {.name = {"n", 1}, .key = {"k", 1}}};

static const shop_register_params registering = {
    .body = {.name = {"n", 1}, .key = {"k", 1}}, .login = &ask};

static const char brought[] = "{\"token\":\"t-1\"}";

static void a_sync_call_logs_in(void)
{
    shop_tokens *made = NULL;
    begin();
    expect((bell_fake_call){.method = "ask", .result = brought});
    expect(
        (bell_fake_call){.method = "register",
                         .params = "{\"body\":{\"name\":\"n\",\"key\":\"k\"}}",
                         .result = "{\"token\":\"t-2\"}"});
    CHECK_INT(BELL_OK, shop_register(client, &registering, &made, &error));
    CHECK_TEXT("t-2", made->token.text);
    CHECK_TEXT("t-1", bell_fake_token(fake));
    CHECK(bell_is_authenticated(client, SHOP_ROLE_TEMP));
    CHECK(!bell_is_authenticated(client, SHOP_ROLE_VALIDATED));
    CHECK(bell_is_authenticated(client, NULL));
    CHECK_INT(0, bell_token_expires(client, SHOP_ROLE_TEMP));
    CHECK(bell_fake_trouble(fake) == NULL);
    bell_free(made);
    end();
}

/* What the login was refused with is the call's. */
static void a_login_is_refused(void)
{
    shop_tokens *made = NULL;
    begin();
    expect(
        (bell_fake_call){.method = "ask", .code = 403, .message = "wrong key"});
    CHECK_INT(BELL_REFUSED, shop_register(client, &registering, &made, &error));
    CHECK(made == NULL);
    CHECK_TEXT("ask: wrong key", error.message);
    CHECK_TEXT("register", error.method);
    CHECK_INT(403, error.code);
    CHECK_INT(BELL_SENT_NO, error.sent);
    const bell_http_error *http = bell_error_http(client, &error);
    CHECK(http != NULL && http->status == 403);
    CHECK(bell_fake_trouble(fake) == NULL);
    end();
}

static void refused_roles(void)
{
    begin();
    CHECK_INT(BELL_INVALID, bell_token_set(client, "boss", "t", &error));
    CHECK_TEXT("the service has no role 'boss'", error.message);
    CHECK_INT(BELL_INVALID, bell_token_set(client, "admin", " t", &error));
    CHECK_INT(BELL_INVALID, bell_token_set(client, "admin", "a b", &error));
    CHECK_INT(BELL_INVALID, bell_token_set(NULL, "admin", "t", &error));
    CHECK(!bell_is_authenticated(client, "admin"));
    CHECK(!bell_is_authenticated(NULL, "admin"));
    CHECK_INT(0, bell_token_expires(client, "boss"));
    end();
}

/* ---- Callbacks ------------------------------------------------------------
 */

static int ended;

static void close_client(void *context, bell_status status,
                         const shop_tokens *result, const bell_error *why)
{
    (void)context;
    (void)result;
    CHECK_INT(BELL_REFUSED, status);
    CHECK_TEXT("ask: refused", why->message);
    ended++;
    bell_close(client);
}

/* The end of a login that fails is the call's, whose callback closes. */
static void a_callback_closes(void)
{
    bell_call call = 0;
    begin();
    ended = 0;
    expect((bell_fake_call){.method = "ask", .code = 500});
    CHECK_INT(BELL_OK, shop_register_start(client, &registering, close_client,
                                           NULL, NULL, &call, &error));
    CHECK(call != 0);
    CHECK_INT(BELL_OK, bell_fake_advance(fake, 10)); /* no wait for a try */
    CHECK_INT(1, ended);
    bell_fake_close(fake);
}

static void count_end(void *context, bell_status status,
                      const shop_tokens *result, const bell_error *why)
{
    bell_status *last = context;
    (void)result;
    (void)why;
    *last = status;
    ended++;
}

/* Cancelled while its login waits: neither is told twice, nothing is left. */
static void a_cancel_ends_both(void)
{
    bell_status last = BELL_OK;
    bell_call calls[2];
    begin();
    ended = 0;
    expect((bell_fake_call){
        .method = "ask", .result = brought, .delay_ms = 1000, .times = 2});
    for (int i = 0; i < 2; i++) {
        CHECK_INT(BELL_OK, shop_register_start(client, &registering, count_end,
                                               &last, NULL, &calls[i], &error));
    }
    bell_cancel(client, calls[0]);
    CHECK_INT(BELL_OK, bell_fake_advance(fake, 1));
    CHECK_INT(1, ended);
    CHECK_INT(BELL_CANCELLED, last);
    bell_close(client);
    CHECK_INT(2, ended);
    CHECK_INT(BELL_CLOSED, last);
    bell_fake_close(fake);
}

/* ---- Memory ---------------------------------------------------------------
 */

static void use(void)
{
    shop_look_params looking = {.login = NULL};
    shop_tokens *made = NULL;
    bell_status status = shop_register(client, &registering, &made, &error);
    CHECK(status == BELL_OK || status == BELL_NO_MEMORY ||
          status == BELL_DEADLINE || status == BELL_CANCELLED ||
          status == BELL_DISCONNECTED);
    CHECK((status == BELL_OK) == (made != NULL));
    bell_free(made);
    status = bell_token_set(client, SHOP_ROLE_ADMIN, "t-9", &error);
    CHECK(status == BELL_OK || status == BELL_NO_MEMORY);
    made = NULL;
    status = shop_look(client, &looking, &made, &error);
    CHECK((status == BELL_OK) == (made != NULL));
    bell_free(made);
}

/* False where no allocation failed any more. */
static bool live_once(size_t fail)
{
    struct counter counter;
    bell_allocator allocator = counter_allocator(&counter);
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &fake, &error));
    expect((bell_fake_call){.method = "ask", .result = brought, .times = 9});
    expect((bell_fake_call){
        .method = "register", .result = "{\"token\":\"t-2\"}", .times = 9});
    expect((bell_fake_call){.method = "look", .result = brought, .times = 9});
    counter.fail = fail;
    bell_options options = {
        .fake = fake, .allocator = &allocator, .deadline_ms = 2000};
    bell_status status = shop_open(&options, &client, &error);
    CHECK(status == BELL_OK || status == BELL_NO_MEMORY);
    if (status == BELL_OK) {
        use();
        bell_close(client);
    }
    bell_fake_close(fake);
    CHECK_INT(0, counter.bytes);
    CHECK_INT(0, counter.blocks);
    return counter.calls >= fail;
}

static void memory_is_short(void)
{
    enum { ROUNDS_MAX = 500 };
    size_t fail = 1;
    while (fail < ROUNDS_MAX && live_once(fail)) {
        fail++;
    }
    CHECK(fail > 20 && fail < ROUNDS_MAX);
}

/* ---- What is left ---------------------------------------------------------
 */

/* Never gives anything back to the system: what was freed can be looked at. */
static char room[1024 * 1024];
static size_t taken;

static void *take(void *context, void *pointer, size_t old_size,
                  size_t new_size)
{
    (void)context;
    if (new_size == 0) {
        return NULL;
    }
    size_t start = (taken + 15) / 16 * 16;
    if (start + new_size > sizeof room) {
        return NULL;
    }
    taken = start + new_size;
    if (old_size != 0) {
        memcpy(room + start, pointer,
               old_size < new_size ? old_size : new_size);
    }
    return room + start;
}

static void tokens_are_wiped(void)
{
    static const char *const secrets[] = {"sEcReT-1", "sEcReT-2"};
    bell_allocator allocator = {take, NULL};
    begin_with((bell_options){.allocator = &allocator, .token = secrets[0]});
    CHECK_INT(BELL_OK,
              bell_token_set(client, SHOP_ROLE_ADMIN, secrets[1], &error));
    for (size_t i = 0; i < 2; i++) {
        CHECK(memmem(room, taken, secrets[i], strlen(secrets[i])) != NULL);
    }
    CHECK_INT(BELL_OK, bell_token_set(client, SHOP_ROLE_ADMIN, NULL, &error));
    CHECK(memmem(room, taken, secrets[1], strlen(secrets[1])) == NULL);
    end();
    CHECK(memmem(room, taken, secrets[0], strlen(secrets[0])) == NULL);
}

/* ---- Asked for -------------------------------------------------------------
 */

static int asked;
static char *past;

/* Sets one that has expired already; once more would be once too much. */
static void set_past(void *context, bell_client *asker, uint64_t request)
{
    (void)context;
    if (++asked > 1) {
        bell_token_answer(asker, request, BELL_TOKEN_UNAUTHORIZED, "enough");
        return;
    }
    CHECK_INT(BELL_OK, bell_token_set(asker, bell_token_role(asker, request),
                                      past, NULL));
}

/* The server's clock is what counts: it is shown, and asked for no more. */
static void an_answer_that_is_past(void)
{
    shop_tokens *made = NULL;
    shop_register_params plain = registering;
    bell_claims claims = {.user = {"n", 1}, .expires_at = 1};
    plain.login = NULL;
    asked = 0;
    CHECK_INT(BELL_OK, bell_token_hs256((bell_string){"secret", 6}, &claims,
                                        &past, &error));
    begin_with((bell_options){.token_get = set_past});
    expect((bell_fake_call){.method = "register",
                            .result = "{\"token\":\"t-2\"}"});
    CHECK_INT(BELL_OK, shop_register(client, &plain, &made, &error));
    CHECK_INT(1, asked);
    CHECK_TEXT(past, bell_fake_token(fake));
    bell_free(made);
    end();
    bell_free(past);
}

/* A link's own token stays: nobody is asked for another one. */
static void an_own_token_stays(void)
{
    const bell_link_option own = {.name = "rest", .token = "own"};
    shop_tokens *made = NULL;
    shop_register_params plain = registering;
    plain.login = NULL;
    asked = 0;
    begin_with((bell_options){.token_get = set_past,
                              .links = &own,
                              .link_count = 1,
                              .link_size = sizeof own});
    for (int i = 0; i < 2; i++) {
        expect((bell_fake_call){
            .method = "register", .code = 401, .message = "who?"});
        CHECK_INT(BELL_REFUSED, shop_register(client, &plain, &made, &error));
        CHECK_TEXT("own", bell_fake_token(fake));
    }
    CHECK_INT(0, asked);
    end();
}

/* ---- Logs ------------------------------------------------------------------
 */

static int lines;
static int close_at;

static void close_at_line(void *context, const bell_record *record)
{
    (void)context;
    (void)record;
    if (++lines == close_at) {
        bell_close(client);
        client = NULL;
    }
}

static void count_any_end(void *context, bell_status status,
                          const shop_tokens *result, const bell_error *why)
{
    (void)context;
    CHECK((status == BELL_OK) == (result != NULL));
    CHECK(status == BELL_OK || why->message[0] != '\0');
    ended++;
}

/* One sync call, or one that is started; each ends once. */
static void visit(bool sync)
{
    shop_tokens *made = NULL;
    lines = 0;
    ended = 0;
    begin_with((bell_options){.log = close_at_line});
    expect((bell_fake_call){.method = "ask", .result = brought, .times = 9});
    expect((bell_fake_call){
        .method = "register", .result = "{\"token\":\"t-2\"}", .times = 9});
    if (sync && client != NULL) {
        bell_status status = shop_register(client, &registering, &made, &error);
        CHECK(status == BELL_OK || status == BELL_CLOSED);
        CHECK((status == BELL_OK) == (made != NULL));
        CHECK_INT(status, error.status);
    } else if (client != NULL &&
               shop_register_start(client, &registering, count_any_end, NULL,
                                   NULL, NULL, &error) == BELL_OK) {
        for (int i = 0; i < 20 && ended == 0; i++) {
            bell_loop_run(bell_fake_loop(fake), 0);
        }
        CHECK_INT(1, ended);
    }
    bell_free(made);
    end();
}

static void a_log_closes(void)
{
    for (int sync = 0; sync < 2; sync++) {
        close_at = 0;
        do {
            close_at++;
            visit(sync != 0);
        } while (lines >= close_at);
        CHECK(close_at > 6);
    }
}

int main(void)
{
    a_sync_call_logs_in();
    a_login_is_refused();
    refused_roles();
    a_callback_closes();
    a_cancel_ends_both();
    memory_is_short();
    tokens_are_wiped();
    a_log_closes();
    an_answer_that_is_past();
    an_own_token_stays();
    return check_report();
}
