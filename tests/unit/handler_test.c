/* handler_test.c: one call by the tables, without a server. Bad calls first,
 * then bad handlers, then memory that is short. */
#include "base/memory.h"
#include "handler/handler.h"
#include "unit/check.h"
#include "unit/codec_words.h"
#include "unit/counter.h"

struct pair {
    int32_t left;
    int32_t right;
};
static const bell_field pair_fields[] = {FIELD(struct pair, left, &t_int32),
                                         FIELD(struct pair, right, &t_int32)};
static const bell_type t_pair = RECORD(struct pair, "Pair", pair_fields, 0);

struct sum {
    bell_string text;
};
static const bell_field sum_fields[] = {FIELD(struct sum, text, &t_string)};
static const bell_type t_sum = RECORD(struct sum, "Sum", sum_fields, 0);

struct excess {
    int64_t over;
};
static const bell_field excess_fields[] = {
    FIELD(struct excess, over, &t_int64)};
static const bell_type t_excess =
    RECORD(struct excess, "Excess", excess_fields, 0);

static const bell_method_error errors[] = {
    {.code = 1, .text = "too much", .data = &t_excess},
    {.code = 2, .text = "too little"},
};

#define METHOD(name_, params_, result_)                                        \
    {                                                                          \
        .name = (name_), .name_size = sizeof(name_) - 1, .errors = errors,     \
        .error_count = 2, .params = (params_), .result = (result_)             \
    }
static const bell_method add = METHOD("add", &t_pair, &t_sum);
static const bell_method address = METHOD("address", &t_pair, &t_sum);
static const bell_method tell = METHOD("b", &t_pair, NULL);
static const bell_method ask = METHOD("ad", NULL, &t_sum);

static const struct bell__codec_limits limits = {
    .depth_max = 16, .items_max = 100, .rules = true};

/* What the handler does is the left number; the right one is its matter. */
enum {
    ADD,
    SAY_JSON,
    REFUSE_DATA,
    REFUSE_WORDS,
    REFUSE_JSON,
    REFUSE_UNKNOWN,
    FAIL,
    BAD_RESULT,
    BAD_MESSAGE,
    BAD_DATA
};

static void refuse(struct bell__handling *handling, int32_t code,
                   const void *data)
{
    handling->refused = true;
    handling->code = code;
    handling->data = data;
}

static bell_status handle(void *context, struct bell__handling *handling)
{
    static const struct excess excess = {.over = 7};
    const struct pair *pair = handling->params;
    struct sum *sum = handling->result;
    int *calls = context;
    ++*calls;
    if (sum != NULL) {
        CHECK(sum->text.text == NULL && sum->text.size == 0);
    }
    switch (pair != NULL ? pair->left : ADD) {
    case ADD: {
        char *text = bell__arena_bytes(handling->arena, 16);
        if (text == NULL) {
            return BELL_NO_MEMORY;
        }
        int size = snprintf(text, 16, "\"%d", pair != NULL ? pair->right : 0);
        if (sum != NULL) {
            sum->text = (bell_string){text, (size_t)size};
        }
        return BELL_OK;
    }
    case SAY_JSON:
        handling->json = BELL_STR("{\"text\": 1}");
        return BELL_OK;
    case REFUSE_DATA:
        refuse(handling, 1, &excess);
        handling->temporary = true;
        return BELL_OK;
    case REFUSE_WORDS:
        refuse(handling, 2, NULL);
        handling->message = BELL_STR("too \"little\"");
        return BELL_OK;
    case REFUSE_JSON:
        refuse(handling, 1, NULL);
        handling->data_json = BELL_STR("[1]");
        return BELL_OK;
    case REFUSE_UNKNOWN:
        refuse(handling, 3, NULL);
        return BELL_OK;
    case FAIL:
        return BELL_CLOSED;
    case BAD_RESULT:
        if (sum != NULL) {
            sum->text = BELL_STR("\xff");
        }
        return BELL_OK;
    case BAD_MESSAGE:
        refuse(handling, 2, NULL);
        handling->message = BELL_STR("\xff");
        return BELL_OK;
    default:
        refuse(handling, 2, &excess);
        return BELL_OK;
    }
}

static bell_status open_all(struct bell__handlers *handlers,
                            const bell_allocator *memory, int *calls)
{
    static const bell_method *const methods[] = {&tell, &add, &address, &ask};
    bell__handlers_open(handlers, memory, &limits, 4096);
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        bell_status status =
            bell__handlers_add(handlers, methods[i], handle, calls);
        if (status != BELL_OK) {
            return status;
        }
    }
    return BELL_OK;
}

struct want {
    const char *method;
    const char *params;
    int32_t code; /* 0: well */
    const char *message;
    const char *data;
    const char *fault;
    bool handled;
};

static const struct want wants[] = {
    {"", "{}", 404, "method not found", "", "", false},
    {"a", "{}", 404, "method not found", "", "", false},
    {"addd", "{}", 404, "method not found", "", "", false},
    {"b", "{}", 400, "params.left: a required field is missing (byte 2)", "",
     "", false},
    {"add", "", 400, "params.left: a required field is missing (byte 2)", "",
     "", false},
    {"add", "{\"left\":0,\"right\":\"x\"}", 400,
     "params.right: wanted int32, got \"x\" (byte 18)", "", "", false},
    {"add", "{\"left\":0,\"right\":1} 2", 400, NULL, "", "", false},
    {"add", "{\"right\":5,\"left\":0}", 0, "", "{\"text\":\"\\\"5\"}", "",
     true},
    {"address", "{\"left\":0,\"right\":6}", 0, "", "{\"text\":\"\\\"6\"}", "",
     true},
    {"ad", "nonsense, but nobody asks", 0, "", "{\"text\":\"\\\"0\"}", "",
     true},
    {"b", "{\"left\":0,\"right\":6}", 0, "", "", "", true},
    {"add", "{\"left\":1,\"right\":0}", 0, "", "{\"text\": 1}", "", true},
    {"add", "{\"left\":2,\"right\":0}", 1, "too much", "{\"over\":7}", "",
     true},
    {"add", "{\"left\":3,\"right\":0}", 2, "too \"little\"", "", "", true},
    {"add", "{\"left\":4,\"right\":0}", 1, "too much", "[1]", "", true},
    {"add", "{\"left\":5,\"right\":0}", 3, "refused", "", "", true},
    {"add", "{\"left\":6,\"right\":0}", 500, "internal error", "", "closed",
     true},
    {"add", "{\"left\":7,\"right\":0}", 500, "internal error", "",
     "text: the text is not UTF-8", true},
    {"add", "{\"left\":8,\"right\":0}", 500, "internal error", "",
     "an error's message is not UTF-8", true},
    {"add", "{\"left\":9,\"right\":0}", 500, "internal error", "",
     "an error has data that its code does not declare", true},
};

static void test_calls(void)
{
    struct bell__handlers handlers;
    int calls = 0;
    CHECK_INT(BELL_OK, open_all(&handlers, &bell__memory_default, &calls));
    CHECK_INT(BELL_INVALID, bell__handlers_add(&handlers, &add, handle, NULL));
    for (size_t i = 0; i < sizeof wants / sizeof wants[0]; i++) {
        const struct want *want = &wants[i];
        struct bell__outcome outcome;
        calls = 0;
        bell__handlers_call(&handlers, bell_str(want->method),
                            bell_str(want->params), &outcome);
        CHECK_INT(want->code, outcome.code);
        CHECK_INT(want->code != 0, outcome.refused);
        CHECK_INT(want->code == 404, outcome.unknown);
        CHECK_INT(want->code == 1 && want->data[0] == '{', outcome.temporary);
        CHECK_INT(want->handled, calls);
        CHECK_BYTES(want->data, outcome.data.text, outcome.data.size);
        CHECK_BYTES(want->fault, outcome.fault.text, outcome.fault.size);
        if (want->message != NULL) {
            CHECK_BYTES(want->message, outcome.message.text,
                        outcome.message.size);
        }
    }
    bell__handlers_close(&handlers);
}

/* The names of many methods, in no order, are all found. */
static void test_many(void)
{
    enum { COUNT = 300 };
    static bell_method methods[COUNT];
    static char names[COUNT][8];
    struct bell__handlers handlers;
    int calls = 0;
    bell__handlers_open(&handlers, &bell__memory_default, &limits, 0);
    for (size_t i = 0; i < COUNT; i++) {
        int size = snprintf(names[i], sizeof names[i], "%zu", i * 7919 % COUNT);
        methods[i] = tell;
        methods[i].params = NULL;
        methods[i].name = names[i];
        methods[i].name_size = (uint16_t)size;
        CHECK_INT(BELL_OK,
                  bell__handlers_add(&handlers, &methods[i], handle, &calls));
    }
    for (size_t i = 0; i < COUNT; i++) {
        struct bell__outcome outcome;
        bell__handlers_call(&handlers, bell_str(names[i]), BELL_STR(""),
                            &outcome);
        CHECK(!outcome.refused);
    }
    CHECK_INT(COUNT, calls);
    bell__handlers_close(&handlers);
}

/* One allocation fails; the call after it is answered as ever. */
static void test_memory(void)
{
    int failed = 0;
    for (size_t fail = 1; fail < 12; fail++) {
        struct counter counter;
        bell_allocator memory = counter_allocator(&counter);
        struct bell__handlers handlers;
        struct bell__outcome outcome;
        int calls = 0;
        counter.fail = fail;
        bell_status status = open_all(&handlers, &memory, &calls);
        CHECK(status == BELL_OK || status == BELL_NO_MEMORY);
        for (int i = 0; status == BELL_OK && i < 2; i++) {
            bell__handlers_call(&handlers, BELL_STR("add"),
                                BELL_STR("{\"left\":0,\"right\":5}"), &outcome);
            if (outcome.refused) {
                failed++;
                CHECK_INT(BELL__OUTCOME_FAILED, outcome.code);
                CHECK(outcome.fault.size != 0);
                CHECK(counter.calls >= fail);
            }
        }
        if (status == BELL_OK) {
            CHECK_BYTES("{\"text\":\"\\\"5\"}", outcome.data.text,
                        outcome.data.size);
        }
        bell__handlers_close(&handlers);
        CHECK_INT(0, counter.bytes);
    }
    CHECK(failed > 0);
}

static bell_status turn_down(void *context, struct bell__handling *handling)
{
    int *calls = context;
    ++*calls;
    refuse(handling, 2, NULL);
    return BELL_OK;
}

/* What one call may decode is bounded: that is the caller's fault. */
static void test_bound(void)
{
    struct bell__handlers handlers;
    struct bell__outcome outcome;
    bell_method method = METHOD("say", &t_sum, NULL);
    char params[300] = "{\"text\":\"";
    size_t size = strlen(params);
    int calls = 0;
    memset(params + size, 'x', 250);
    memcpy(params + size + 250, "\"}", 3);
    bell__handlers_open(&handlers, &bell__memory_default, &limits, 100);
    bell__handlers_add(&handlers, &method, turn_down, &calls);
    bell__handlers_call(&handlers, BELL_STR("say"), bell_str(params), &outcome);
    CHECK_INT(BELL__OUTCOME_BAD_PARAMS, outcome.code);
    CHECK_INT(0, calls);
    for (int i = 0; i < 100; i++) { /* each has all of it to itself */
        bell__handlers_call(&handlers, BELL_STR("say"),
                            BELL_STR("{\"text\":\"x\"}"), &outcome);
        CHECK(outcome.refused && outcome.code == 2);
    }
    bell__handlers_close(&handlers);
}

int main(void)
{
    test_calls();
    test_many();
    test_memory();
    test_bound();
    return check_report();
}
