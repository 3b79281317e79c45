/* failure_test.c: errors that carry data, by the client of a schema that has
 * every kind of type, against a fake. */
#include <bell/fake.h>
#include <shop.h>

#include "unit/check.h"

static bell_fake *fake;
static bell_client *client;

static void open_all(bell_mode mode)
{
    bell_error error;
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &fake, &error));
    bell_options options = {.fake = fake, .mode = mode, .user_id = "7"};
    CHECK_INT(BELL_OK, shop_open(&options, &client, &error));
}

static void close_all(void)
{
    CHECK(bell_fake_trouble(fake) == NULL);
    bell_close(client);
    bell_fake_close(fake);
}

static void expect(const char *data, int32_t code)
{
    bell_error error;
    bell_fake_call call = {.method = "shop.price",
                           .params = "{\"sku\":\"ABC-1234\"}",
                           .code = code,
                           .message = "not known",
                           .data = data};
    CHECK_INT(BELL_OK, bell_fake_expect(fake, &call, &error));
}

static void ask(bell_error *error)
{
    shop_price_params params = {.sku = BELL_STR("ABC-1234")};
    shop_price_result *price = NULL;
    CHECK_INT(BELL_REFUSED, shop_price(client, &params, &price, error));
    CHECK(price == NULL);
}

static const char nearest[] =
    "{\"sku\": \"ABC-1234\", \"near\": [\"ABC-1235\", \"ABC-1236\"]}";

static void carries_data(bell_mode mode)
{
    bell_error error;
    open_all(mode);
    expect(nearest, 404);
    ask(&error);
    const shop_nearest *data = shop_error_no_such_sku(client, &error);
    CHECK(data != NULL);
    if (data != NULL) {
        CHECK_TEXT("ABC-1234", data->sku.text);
        CHECK_INT(2, data->near.count);
        CHECK_TEXT("ABC-1236", data->near.items[1].text);
    }
    CHECK(shop_error_no_such_sku(client, NULL) == NULL);
    CHECK(shop_is_no_such_sku(&error) && !shop_is_closed(&error));
    CHECK(!shop_is_no_such_sku(NULL));
    bell_error other = error;
    other.status = BELL_TERMINAL;
    CHECK(!shop_is_no_such_sku(&other));
    other = error;
    other.code = 405;
    CHECK(shop_error_no_such_sku(client, &other) == NULL);
    CHECK(!shop_is_no_such_sku(&other));
    other = error;
    other.call++;
    CHECK(shop_error_no_such_sku(client, &other) == NULL);
    close_all();
}

static void carries_none(void)
{
    static const struct {
        const char *data;
        int32_t code;
    } cases[] = {
        {NULL, 404}, {"null", 404},  {"{\"sku\":7,\"near\":[]}", 404},
        {"[]", 404}, {nearest, 405}, /* which is not declared */
    };
    open_all(BELL_MODE_NATIVE);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bell_error error;
        expect(cases[i].data, cases[i].code);
        ask(&error);
        CHECK_INT(cases[i].code, error.code);
        CHECK(shop_error_no_such_sku(client, &error) == NULL);
    }
    close_all();
}

static int heard;

static void on_price(void *context, bell_status status,
                     const shop_price_result *price, const bell_error *error)
{
    (void)context;
    heard++;
    CHECK_INT(BELL_REFUSED, status);
    CHECK(price == NULL);
    const shop_nearest *data = shop_error_no_such_sku(client, error);
    CHECK(data != NULL && data->near.count == 2);
}

static void in_callbacks(void)
{
    bell_error error;
    shop_price_params params = {.sku = BELL_STR("ABC-1234")};
    open_all(BELL_MODE_NATIVE);
    for (int i = 0; i < 3; i++) {
        expect(nearest, 404);
        CHECK_INT(BELL_OK, shop_price_start(client, &params, on_price, NULL,
                                            NULL, NULL, &error));
    }
    CHECK_INT(BELL_OK, bell_fake_advance(fake, 10));
    CHECK_INT(3, heard);
    close_all();
}

/* Another client's sync call is being pumped when the error comes: it is told
 * behind that call, and what it carried is still there. */
static void behind_another_clients_call(void)
{
    bell_error error;
    bell_client *other = NULL;
    shop_price_params params = {.sku = BELL_STR("ABC-1234")};
    shop_price_params slow = {.sku = BELL_STR("ZZZ-9999")};
    shop_price_result *price = NULL;
    bell_fake_call later = {.method = "shop.price",
                            .params = "{\"sku\":\"ZZZ-9999\"}",
                            .result = "12.5",
                            .delay_ms = 100};
    open_all(BELL_MODE_NATIVE);
    CHECK_INT(BELL_OK,
              shop_open(&(bell_options){.fake = fake}, &other, &error));
    expect(nearest, 404);
    CHECK_INT(BELL_OK, bell_fake_expect(fake, &later, &error));
    heard = 0;
    CHECK_INT(BELL_OK, shop_price_start(client, &params, on_price, NULL, NULL,
                                        NULL, &error));
    CHECK_INT(BELL_OK, shop_price(other, &slow, &price, &error));
    CHECK_INT(0, heard);
    bell_free(price);
    CHECK_INT(BELL_OK, bell_fake_advance(fake, 1));
    CHECK_INT(1, heard);
    bell_close(other);
    close_all();
}

/* What breaks a rule never leaves. */
static void rules_before_sending(void)
{
    bell_error error;
    shop_price_params params = {.sku = BELL_STR("abc-1234")};
    shop_price_result *price = NULL;
    open_all(BELL_MODE_NATIVE);
    CHECK_INT(BELL_INVALID, shop_price(client, &params, &price, &error));
    CHECK_TEXT("sku", error.path);
    CHECK_INT(BELL_SENT_NO, error.sent);
    CHECK(strstr(error.message, "[A-Z]{3}") != NULL);
    close_all();
}

int main(void)
{
    carries_data(BELL_MODE_NATIVE);
    carries_data(BELL_MODE_CHANNEL);
    carries_none();
    in_callbacks();
    behind_another_clients_call();
    rules_before_sending();
    return check_report();
}
