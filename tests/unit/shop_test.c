/* shop_test.c: generated code of every kind of type, out and home through a
 * fake: an order, its defaults, unions, and what breaks a rule. */
#include <bell/fake.h>
#include <shop.h>

#include "unit/check.h"

static bell_fake *fake;
static bell_client *client;

static void expect(const char *method, const char *params, const char *result)
{
    bell_error error;
    bell_fake_call call = {
        .method = method, .params = params, .result = result};
    CHECK_INT(BELL_OK, bell_fake_expect(fake, &call, &error));
}

#define DIGEST "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

static const char order_text[] =
    "{\"id\":\"00112233-4455-6677-8899-aabbccddeeff\",\"skus\":[\"ABC-1234\"],"
    "\"sizes\":[1,50],\"by_sku\":{\"ABC-1234\":7},\"price\":2.50,"
    "\"total\":\"-12.50\",\"currency\":\"USD\","
    "\"placed_at\":\"2024-02-29T10:00:00.5Z\",\"ship_on\":\"2024-03-01\","
    "\"ship_by\":null,\"grace\":1500,\"took\":0.25,"
    "\"seen\":1709200800.25,\"seen_all\":[-1,1.5],\"lead\":\"PT36H\","
    "\"photo\":\"++//\",\"digest\":\"" DIGEST "\",\"ratio\":1.5,\"small\":0.5,"
    "\"count\":18446744073709551615,\"debt\":-9223372036854775808,"
    "\"note\":null,\"address\":{\"street\":\"\",\"city\":\"\xC3\x85\"}}";

static shop_order_type make_order(void)
{
    static const bell_string skus[] = {{"ABC-1234", 8}};
    static const int32_t sizes[] = {1, 50};
    static const shop_int32_map_entry entries[] = {{{"ABC-1234", 8}, 7}};
    static const uint8_t photo[] = {0xFB, 0xEF, 0xFF};
    static const bell_datetime seen[] = {{-1, 999000000, 0, true},
                                         {0, 1500000, 0, true}};
    static const char digest[] = "01234567890123456789012345678901";
    shop_order_type order;
    memset(&order, 0, sizeof order);
    order.id = BELL_STR("00112233-4455-6677-8899-AABBCCDDEEFF");
    order.skus = (shop_string_list){skus, 1};
    order.sizes = (shop_int32_list){sizes, 2};
    order.by_sku = (shop_int32_map){entries, 1};
    order.price = BELL_STR("2.50");
    order.total = BELL_STR("-12.50");
    order.placed_at = (bell_datetime){1709200800, 500000000, 0, false};
    order.lead = INT64_C(129600000000000);
    order.seen = (bell_datetime){1709200800, 250000000, 0, true};
    shop_order_type_set_seen_all(&order,
                                 (shop_unix_milliseconds_list){seen, 2});
    order.took = 250000000;
    order.digest = (bell_bytes){(const uint8_t *)digest, 32};
    order.ratio = 1.5;
    order.small = 0.5F;
    order.count = UINT64_MAX;
    order.debt = INT64_MIN;
    order.note_state = BELL_NULL;
    order.address.city = BELL_STR("\xC3\x85");
    shop_order_type_set_currency(&order,
                                 (shop_currency){SHOP_CURRENCY_USD, {NULL, 0}});
    shop_order_type_set_ship_on(&order, (bell_date){2024, 3, 1});
    shop_order_type_set_grace(&order, 1500000000);
    shop_order_type_set_photo(&order, (bell_bytes){photo, sizeof photo});
    return order;
}

static void check_defaults(const shop_defaults *defaults)
{
    CHECK(!defaults->has_id && !defaults->has_since && !defaults->has_size);
    CHECK_BYTES("00000000-0000-0000-0000-000000000001", defaults->id.text,
                defaults->id.size);
    CHECK_BYTES("1.50", defaults->total.text, defaults->total.size);
    CHECK_BYTES("2.5", defaults->price.text, defaults->price.size);
    CHECK_INT(1709200800, defaults->since.seconds);
    CHECK_INT(500000000, defaults->since.nanoseconds);
    CHECK(defaults->since.offset == 120 && defaults->since.has_offset);
    CHECK(defaults->local.seconds == 1709208000 && !defaults->local.has_offset);
    CHECK(defaults->day.year == 2024 && defaults->day.month == 2 &&
          defaults->day.day == 29);
    CHECK_INT(90000000000, defaults->wait);
    CHECK_INT(250000000, defaults->pause);
    CHECK(defaults->magic.size == 4 &&
          memcmp(defaults->magic.bytes, "\xDE\xAD\xBE\xEF", 4) == 0);
    CHECK_BYTES("{\"a\":[1,\"two\"]}", defaults->any.text, defaults->any.size);
    CHECK(defaults->tags.count == 0 && defaults->counts.count == 0);
    CHECK_INT(50, defaults->size);
    CHECK_BYTES("ABC-1234", defaults->sku.text, defaults->sku.size);
}

static void test_order(void)
{
    char reply[2 * sizeof order_text];
    shop_order_result *result = NULL;
    bell_error error;
    shop_order_type order = make_order();
    snprintf(reply, sizeof reply, "{\"defaults\":{},\"order\":%s}", order_text);
    expect("shop.order", order_text, reply);
    CHECK_INT(BELL_OK, shop_order(client, &order, &result, &error));
    if (result == NULL) {
        fprintf(stderr, "  %s\n", error.message);
        return;
    }
    CHECK_INT(order.count, result->order.count);
    CHECK(!result->order.has_ship_by && result->order.note_state == BELL_NULL);
    check_defaults(&result->defaults);
    /* What came goes out again, the same. */
    expect("shop.order", order_text, reply);
    shop_order_result *again = NULL;
    CHECK_INT(BELL_OK, shop_order(client, &result->order, &again, &error));
    bell_free(again);
    bell_free(result);
}

static void refuse(const shop_order_type *order, const char *message)
{
    shop_order_result *result = NULL;
    bell_error error;
    CHECK_INT(BELL_INVALID, shop_order(client, order, &result, &error));
    CHECK_TEXT(message, error.message);
    CHECK_INT(BELL_SENT_NO, error.sent);
}

static void test_rules_of_params(void)
{
    static const bell_string lower[] = {{"ABC-1234", 8}, {"abc-1234", 8}};
    static const int32_t sizes[] = {51};
    shop_order_type order = make_order();
    order.skus = (shop_string_list){lower, 2};
    refuse(&order, "skus[1]: does not match ^[A-Z]{3}-\\d{4}$");
    order = make_order();
    order.sizes = (shop_int32_list){sizes, 1};
    refuse(&order, "sizes[0]: 51 is more than its max 50");
    order = make_order();
    order.by_sku.count = 0;
    refuse(&order, "by_sku: 0 items, min_items is 1");
    order = make_order();
    order.digest.size = 31;
    refuse(&order, "digest: 31 bytes, min_length is 32");
    order = make_order();
    order.address.city.size = 0;
    refuse(&order, "address.city: 0 code points, min_length is 1");
    order = make_order();
    order.small = 0.75F;
    refuse(&order, "small: 0.75 is more than its max 0.5");
    order = make_order();
    order.ratio = -0.5;
    refuse(&order, "ratio: -0.5 is less than its min 0");
    order = make_order();
    shop_order_type_set_note(&order, BELL_STR("ABC-12345"));
    CHECK_INT(9, order.note.size);
    refuse(&order, "note: does not match ^[A-Z]{3}-\\d{4}$");
    order = make_order();
    order.id.size = 0;
    refuse(&order, "id: a uuid is not set");
    order = make_order();
    order.ship_on.day = 32;
    refuse(&order, "ship_on: not a day of the years 0 to 9999");
}

/* An order is strict: its fields keep their rules in replies as well. */
static void test_rules_of_replies(void)
{
    char reply[2 * sizeof order_text];
    bell_error error;
    shop_order_result *result = NULL;
    shop_order_type order = make_order();
    snprintf(reply, sizeof reply, "{\"defaults\":{\"size\":99},\"order\":%s}",
             order_text);
    expect("shop.order", NULL, reply);
    CHECK_INT(BELL_OK, shop_order(client, &order, &result, &error));
    CHECK(result != NULL && result->defaults.size == 99);
    bell_free(result);
    char *place = strstr(reply, "[1,50]");
    memcpy(place, "[1,51]", 6);
    expect("shop.order", NULL, reply);
    CHECK_INT(BELL_BAD_REPLY, shop_order(client, &order, &result, &error));
    CHECK_TEXT("result.order.sizes[1]", error.path);
    CHECK_INT(place + 3 - reply, error.offset);
    CHECK(strstr(error.message, "51 is more than its max 50") != NULL);
    CHECK_TEXT("shop.order", error.method);
}

static void test_shared_fields(void)
{
    bell_error error;
    shop_events_result *result = NULL;
    shop_events_params params = {.since = {0, 0, 0, false}};
    expect("shop.events", "{\"since\":\"1970-01-01T00:00:00Z\"}",
           "[{\"at\":\"2024-01-01T00:00:00Z\",\"to\":\"b\",\"from\":\"a\","
           "\"id\":1,\"type\":\"moved\"},"
           "{\"type\":\"gone\",\"id\":2,\"at\":\"2024-01-01T00:00:01Z\"},"
           "{\"type\":\"new\",\"x\":1,\"id\":3,\"by\":\"me\","
           "\"at\":\"2024-01-01T00:00:02Z\"}]");
    CHECK_INT(BELL_OK, shop_events(client, &params, &result, &error));
    if (result == NULL || result->value.count != 3) {
        CHECK(false);
        return;
    }
    const shop_event *events = result->value.items;
    CHECK(events[0].tag == SHOP_EVENT_MOVED && events[0].id == 1);
    CHECK_BYTES("b", events[0].moved->to.text, events[0].moved->to.size);
    CHECK(events[1].tag == SHOP_EVENT_GONE && events[1].gone != NULL);
    CHECK(events[1].at.seconds == 1704067201 && !events[1].has_by);
    CHECK(events[2].tag == 0 && events[2].id == 3 && events[2].has_by);
    CHECK_BYTES("{\"type\":\"new\",\"x\":1,\"id\":3,\"by\":\"me\","
                "\"at\":\"2024-01-01T00:00:02Z\"}",
                events[2].raw.text, events[2].raw.size);
    bell_free(result);
}

/* By its table: the function is deprecated. */
static const bell_method *find_old(void)
{
    uint32_t i = 0;
    while (i + 1 < shop_service.method_count &&
           strcmp(shop_service.methods[i].name, "shop.old") != 0) {
        i++;
    }
    return &shop_service.methods[i];
}

static shop_old_result *read_message(const char *text)
{
    const bell_method *old = find_old();
    void *result = NULL;
    bell_error error;
    CHECK_TEXT("shop.old", old->name);
    expect("shop.old", "{}", text);
    CHECK_INT(BELL_OK,
              bell_client_call(client, old, NULL, NULL, 0, &result, &error));
    CHECK(result != NULL);
    return result;
}

static void test_content(void)
{
    shop_old_result *result = read_message("{\"data\":-5,\"event\":\"count\"}");
    CHECK(result->value.tag == SHOP_MESSAGE_COUNT);
    CHECK_INT(-5, *result->value.count);
    bell_free(result);
    result = read_message("{\"event\":\"state\",\"data\":\"EUR\"}");
    CHECK(result->value.tag == SHOP_MESSAGE_STATE);
    CHECK_INT(SHOP_CURRENCY_EUR, result->value.state->value);
    bell_free(result);
    result = read_message("{\"event\":\"ping\"}");
    CHECK(result->value.tag == SHOP_MESSAGE_PING && result->value.ping != NULL);
    bell_free(result);
    result = read_message("{\"event\":\"event\",\"data\":{\"type\":\"said\","
                          "\"id\":4,\"text\":\"t\","
                          "\"at\":\"2024-01-01 00:00:00\"}}");
    CHECK_INT(SHOP_EVENT_SAID, result->value.event->tag);
    CHECK_INT(4, result->value.event->id);
    CHECK_BYTES("t", result->value.event->said->text.text,
                result->value.event->said->text.size);
    bell_free(result);
}

int main(void)
{
    bell_error error;
    CHECK_INT(BELL_OK, bell_fake_open(NULL, &fake, &error));
    bell_options options = {.fake = fake};
    CHECK_INT(BELL_OK, shop_open(&options, &client, &error));
    test_order();
    test_rules_of_params();
    test_rules_of_replies();
    test_shared_fields();
    test_content();
    const char *trouble = bell_fake_trouble(fake);
    CHECK_TEXT("", trouble != NULL ? trouble : "");
    bell_close(client);
    bell_fake_close(fake);
    return check_report();
}
