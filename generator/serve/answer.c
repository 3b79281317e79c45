/* answer.c: what a backend would answer, from a schema's examples. */
#include "serve/answer.h"

#include <string.h>

#include "base/str.h"
#include "bind/bind.h"
#include "record/codec.h"
#include "serve/invent.h"
#include "json/read.h"

enum { SCRATCH_BYTES_MAX = 256 * 1024 * 1024 };

/* One example, its values in canonical form so that texts can be compared. */
struct example {
    bell_string params; /* empty: any */
    bell_string data;
    bool refused;
    int32_t code;
    bool temporary;
    bell_string message;
    struct example *next;
};

struct entrance {
    struct answers *answers;
    struct example *examples;
};

struct answers {
    struct bell__arena *arena;
    struct bell__handlers handlers; /* a struct entrance each */
    struct bell__arena scratch;
    struct bell__buf params;
    struct bell__buf data;
    uint64_t seed;
};

/* Any spelling of a value becomes the one that our own encoder writes. */
static bell_status canonical(struct answers *answers, bell_string json,
                             const bell_type *type, const char *root,
                             struct bell__buf *out, bell_error *error)
{
    bell__arena_reset(&answers->scratch);
    void *value = bell__arena_take(&answers->scratch, type->size);
    out->size = 0;
    if (value == NULL) {
        error->message[0] = '\0';
        return BELL_NO_MEMORY;
    }
    bell_status status = bell__decode(json, type, value, &answers->scratch,
                                      &bind_limits, root, error);
    if (status != BELL_OK) {
        return status;
    }
    return bell__encode(out, type, value, &bind_limits, error);
}

/* The example's value in canonical form, kept; empty where it has none. */
static bell_string keep(struct answers *answers, const struct node *node,
                        const bell_type *type)
{
    bell_string none = {NULL, 0};
    bell_error error;
    if (node == NULL || type == NULL) {
        return none;
    }
    bell_string json = bind_json(node, answers->arena);
    if (json.text == NULL ||
        canonical(answers, json, type, "", &answers->data, &error) != BELL_OK) {
        return none;
    }
    bell_string lent = {answers->data.bytes, answers->data.size};
    return bell__arena_copy(answers->arena, lent);
}

static int32_t number_of(const struct node *node)
{
    struct bell__json json;
    int64_t number = 0;
    if (node == NULL) {
        return 0;
    }
    bell__json_open(&json, node->text, 1);
    if (!bell__json_int64(&json, &number) || number < 0 || number > INT32_MAX) {
        return 0;
    }
    return (int32_t)number;
}

static bool truth_of(const struct node *node)
{
    return node != NULL &&
           (node->truth || (node->plain && bell__str_is(node->text, "true")));
}

/* An error's message; without one, what the schema says of its code. */
static bell_string message_of(const struct node *error,
                              const bell_method *method, int32_t code)
{
    const struct node *message = node_member(error, "message");
    if (message != NULL) {
        return message->text;
    }
    for (size_t i = 0; i < method->error_count; i++) {
        const bell_method_error *known = &method->errors[i];
        if (known->code == code && known->text != NULL &&
            known->text[0] != '\0') {
            return bell_str(known->text);
        }
    }
    return (bell_string){"error", 5};
}

static struct example *read_example(struct answers *answers,
                                    const struct node *node,
                                    const bell_method *method)
{
    struct example *example = bell__arena_take(answers->arena, sizeof *example);
    if (example == NULL) {
        return NULL;
    }
    memset(example, 0, sizeof *example);
    const struct node *error = node_member(node, "error");
    example->params =
        keep(answers, node_member(node, "params"), method->params);
    example->data = keep(answers, node_member(node, "result"), method->result);
    if (error != NULL) {
        example->refused = true;
        example->code = number_of(node_member(error, "code"));
        example->temporary = truth_of(node_member(error, "temporary"));
        example->message = message_of(error, method, example->code);
    }
    return example;
}

/* The one with the same params, else the first with a result. */
static const struct example *choose(const struct entrance *entrance,
                                    const struct bell__buf *params)
{
    const struct example *first = NULL;
    bell_string wanted = {params->bytes, params->size};
    for (const struct example *example = entrance->examples; example != NULL;
         example = example->next) {
        if (example->params.size != 0 &&
            bell__str_equal(example->params, wanted)) {
            return example;
        }
        if (first == NULL && !example->refused) {
            first = example;
        }
    }
    return first;
}

static bell_status invent(struct answers *answers,
                          struct bell__handling *handling)
{
    answers->data.size = 0;
    bell_status status =
        invent_value(&answers->data, handling->method->result, &answers->seed);
    handling->json = (bell_string){answers->data.bytes, answers->data.size};
    return status;
}

/* A handler like those that a backend has. */
static bell_status answer(void *context, struct bell__handling *handling)
{
    const struct entrance *entrance = context;
    struct answers *answers = entrance->answers;
    answers->params.size = 0;
    if (handling->params != NULL) {
        bell_status status =
            bell__encode(&answers->params, handling->method->params,
                         handling->params, &bind_limits, NULL);
        if (status != BELL_OK) {
            return status;
        }
    }
    const struct example *example = choose(entrance, &answers->params);
    if (example != NULL && example->refused) {
        handling->refused = true;
        handling->code = example->code;
        handling->temporary = example->temporary;
        handling->message = example->message;
        return BELL_OK;
    }
    if (handling->result == NULL) {
        return BELL_OK;
    }
    if (example != NULL && example->data.size != 0) {
        handling->json = example->data;
        return BELL_OK;
    }
    return invent(answers, handling);
}

static bool add_method(struct answers *answers, const struct method *method,
                       const bell_method *table)
{
    struct entrance *entrance =
        bell__arena_take(answers->arena, sizeof *entrance);
    if (entrance == NULL) {
        return false;
    }
    entrance->answers = answers;
    entrance->examples = NULL;
    struct example **end = &entrance->examples;
    const struct node *node =
        method->examples != NULL ? method->examples->first : NULL;
    for (; node != NULL; node = node->next) {
        *end = read_example(answers, node, table);
        if (*end == NULL) {
            return false;
        }
        end = &(*end)->next;
    }
    /* Of two services' methods of one name the first is served. */
    bell_status status =
        bell__handlers_add(&answers->handlers, table, answer, entrance);
    return status == BELL_OK || status == BELL_INVALID;
}

struct answers *answers_open(struct bell__arena *arena, uint64_t seed)
{
    struct answers *answers = bell__arena_take(arena, sizeof *answers);
    if (answers == NULL) {
        return NULL;
    }
    memset(answers, 0, sizeof *answers);
    answers->arena = arena;
    answers->seed = seed;
    bell__arena_open(&answers->scratch, arena->memory, SCRATCH_BYTES_MAX);
    bell__handlers_open(&answers->handlers, arena->memory, &bind_limits,
                        SCRATCH_BYTES_MAX);
    bell__buf_open(&answers->params, arena->memory, 0);
    bell__buf_open(&answers->data, arena->memory, 0);
    return answers;
}

bool answers_add(struct answers *answers, const struct service *service,
                 const bell_service *tables)
{
    const bell_method *table = tables->methods;
    for (const struct method *method = service->calls; method != NULL;
         method = method->next, table++) {
        if (method->section == SECTION_RPC &&
            !add_method(answers, method, table)) {
            return false;
        }
    }
    return true;
}

void answers_close(struct answers *answers)
{
    if (answers == NULL) {
        return;
    }
    bell__handlers_close(&answers->handlers);
    bell__arena_close(&answers->scratch);
    bell__buf_close(&answers->params);
    bell__buf_close(&answers->data);
}

void answers_give(struct answers *answers, bell_string method,
                  bell_string params, struct bell__outcome *outcome)
{
    bell__handlers_call(&answers->handlers, method, params, outcome);
}

const bell_method *answers_find(const struct answers *answers,
                                bell_string method)
{
    return bell__handlers_find(&answers->handlers, method);
}

struct bell__peer_error answers_error(const struct bell__outcome *outcome)
{
    return (struct bell__peer_error){.code = outcome->code,
                                     .temporary = outcome->temporary,
                                     .message = outcome->message,
                                     .data = outcome->data};
}
