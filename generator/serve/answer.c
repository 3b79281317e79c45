/* answer.c: what a backend would answer, from a schema's examples. */
#include "serve/answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/str.h"
#include "bind/bind.h"
#include "record/codec.h"
#include "serve/example.h"
#include "serve/invent.h"

enum { SCRATCH_BYTES_MAX = 256 * 1024 * 1024 };

struct entrance {
    struct answers *answers;
    const bell_method *method;
    struct example *examples;
    struct entrance *next;
};

/* One step of a script. */
struct step {
    const struct entrance *entrance;
    struct example *example;
    bool answers; /* else the schema's examples do */
    bool always;
    int64_t left;
    bell_string when;             /* NULL: in any state */
    bell_string then;             /* NULL: it stays */
    struct bell__mishaps mishaps; /* one rule, or none */
    struct step *next;
};

struct answers {
    struct bell__arena *arena;
    struct bell__handlers handlers; /* a struct entrance each */
    struct example_room room;
    struct example_call call; /* the last one */
    uint64_t seed;
    struct entrance *entrances;
    struct answers_endpoint *endpoints;
    struct answers_endpoint **last_endpoint;
    bool has_calls;
    struct step *steps; /* in order */
    bell_string state;
    const struct bell__mishap *mishap; /* of the last answer */
};

static bell_status invent(struct answers *answers,
                          struct bell__handling *handling)
{
    struct bell__buf *out = &answers->room.data;
    out->size = 0;
    bell_status status =
        invent_value(out, handling->method->result, &answers->seed);
    handling->json = (bell_string){out->bytes, out->size};
    return status;
}

/* The first that fits. */
static struct step *choose_step(const struct entrance *entrance)
{
    const struct answers *answers = entrance->answers;
    struct step *step = answers->steps;
    for (; step != NULL; step = step->next) {
        if (step->entrance == entrance && (step->always || step->left > 0) &&
            (step->when.text == NULL ||
             bell__str_equal(step->when, answers->state)) &&
            example_fits(step->example, &answers->call)) {
            break;
        }
    }
    return step;
}

static void take_step(struct answers *answers, struct step *step,
                      const struct bell__handling *handling)
{
    bell_string name = {handling->method->name, handling->method->name_size};
    step->left -= step->always ? 0 : 1;
    if (step->then.text != NULL) {
        answers->state = step->then;
    }
    answers->mishap = bell__mishaps_draw(&step->mishaps, name, true);
}

/* A handler like those that a backend has. */
static bell_status answer(void *context, struct bell__handling *handling)
{
    const struct entrance *entrance = context;
    struct answers *answers = entrance->answers;
    bell_status status =
        example_take(&answers->call, handling->method, handling->params);
    if (status != BELL_OK) {
        return status;
    }
    const struct example *example = NULL;
    struct step *step = choose_step(entrance);
    if (step != NULL) {
        take_step(answers, step, handling);
    }
    example = step != NULL && step->answers
                  ? step->example
                  : example_choose(entrance->examples, &answers->call);
    if (example != NULL && example->refused) {
        handling->refused = true;
        handling->code = example->code;
        handling->temporary = example->temporary;
        handling->message = example->message;
        handling->data_json = example->error_data;
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
    entrance->method = table;
    entrance->examples = NULL;
    struct example **end = &entrance->examples;
    const struct node *node =
        method->examples != NULL ? method->examples->first : NULL;
    for (; node != NULL; node = node->next) {
        *end = example_read(&answers->room, node, node, table);
        if (*end == NULL) {
            return false;
        }
        end = &(*end)->next;
    }
    /* Of two services' methods of one name the first is served. */
    bell_status status =
        bell__handlers_add(&answers->handlers, table, answer, entrance);
    if (status == BELL_OK) {
        entrance->next = answers->entrances;
        answers->entrances = entrance;
    }
    return status == BELL_OK || status == BELL_INVALID;
}

/* By which way it is reached. */
static bool note_way(struct answers *answers, const bell_method *table)
{
    if (table->route == NULL) {
        answers->has_calls = true;
        return true;
    }
    struct answers_endpoint *endpoint =
        bell__arena_take(answers->arena, sizeof *endpoint);
    if (endpoint == NULL) {
        return false;
    }
    *endpoint = (struct answers_endpoint){.method = table};
    *answers->last_endpoint = endpoint;
    answers->last_endpoint = &endpoint->next;
    return true;
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
    answers->last_endpoint = &answers->endpoints;
    example_open_room(&answers->room, arena);
    bell__handlers_open(&answers->handlers, arena->memory, &bind_limits,
                        SCRATCH_BYTES_MAX);
    bell__buf_open(&answers->call.bytes, arena->memory, 0);
    return answers;
}

bool answers_add(struct answers *answers, const struct service *service,
                 const bell_service *tables)
{
    const bell_method *table = tables->methods;
    for (const struct method *method = service->calls; method != NULL;
         method = method->next, table++) {
        if ((method->section == SECTION_RPC ||
             method->section == SECTION_REST) &&
            !(add_method(answers, method, table) && note_way(answers, table))) {
            return false;
        }
    }
    return true;
}

const struct answers_endpoint *answers_endpoints(const struct answers *answers)
{
    return answers->endpoints;
}

bool answers_has_calls(const struct answers *answers)
{
    return answers->has_calls;
}

/* ---- Scripts ------------------------------------------------------------- */

/* What is wrong with a script, and on which line of it. */
struct complaint {
    char *text;
    size_t size;
    const struct answers_ban *ban;
};

const char *answers_banned(const struct answers_ban *ban,
                           const struct bell__mishaps *mishaps)
{
    for (size_t i = 0; i < ban->count; i++) {
        if (bell__mishaps_have(mishaps, ban->kinds[i])) {
            return bell__mishap_name(ban->kinds[i]);
        }
    }
    return NULL;
}

static bool complain(const struct complaint *complaint, const struct node *node,
                     const char *what, const char *more)
{
    snprintf(complaint->text, complaint->size, "%u: %s%s",
             (unsigned)node->spot->place.line, what, more);
    return false;
}

/* A value of the step in the method's type; what does not fit is told. */
static bool take_value(struct answers *answers, const struct node *node,
                       const bell_type *type, const char *name,
                       bell_string *value, const struct complaint *complaint)
{
    bell_error error;
    error.message[0] = '\0';
    if (node == NULL) {
        return true;
    }
    if (type == NULL) {
        return complain(complaint, node, name, ": the method has none");
    }
    bell_string json = bind_json(node, answers->arena);
    struct example_room *room = &answers->room;
    if (json.text == NULL ||
        example_canonical(room, json, type, name, &error) != BELL_OK) {
        return complain(complaint, node, "", error.message);
    }
    bell_string lent = {room->data.bytes, room->data.size};
    *value = bell__arena_copy(answers->arena, lent);
    return value->text != NULL;
}

static bool take_times(struct step *step, const struct node *node,
                       const struct complaint *complaint)
{
    step->left = 1;
    if (node == NULL) {
        return true;
    }
    step->always = bell__str_is(node->text, "always");
    step->left = example_number(node);
    return step->always || step->left > 0
               ? true
               : complain(complaint, node, "times: wanted a number from 1, ",
                          "or always");
}

static bool take_fault(struct step *step, const struct node *node,
                       const struct complaint *complaint)
{
    bell_error error;
    char told[128];
    bell__mishaps_open(&step->mishaps, &bell__memory_default, 1);
    if (node == NULL) {
        return true;
    }
    if (bell__mishaps_add(&step->mishaps, node->text, &error) != BELL_OK) {
        return complain(complaint, node, "", error.message);
    }
    const char *kind = answers_banned(complaint->ban, &step->mishaps);
    if (kind == NULL) {
        return true;
    }
    snprintf(told, sizeof told, "the fault %s means nothing with %s", kind,
             complaint->ban->option);
    return complain(complaint, node, told, "");
}

/* `names` ends with NULL. */
static bool check_members(const struct node *node, const char *const *names,
                          const char *told, const struct complaint *complaint)
{
    for (const struct node *at = node->first; at != NULL; at = at->next) {
        size_t i = 0;
        while (names[i] != NULL && !bell__str_is(at->key, names[i])) {
            i++;
        }
        if (names[i] == NULL) {
            return complain(complaint, at, told, "");
        }
    }
    return true;
}

static bool check_scalars(const struct node *node, const char *const *names,
                          const struct complaint *complaint)
{
    for (; *names != NULL; names++) {
        const struct node *at = node_member(node, *names);
        if (at != NULL && (at->kind == NODE_LIST || at->kind == NODE_MAP)) {
            return complain(complaint, at, *names,
                            ": wanted a word, no list and no map");
        }
    }
    return true;
}

static bool check_error(const struct node *error,
                        const struct complaint *complaint)
{
    static const char *const names[] = {"code", "message", "temporary", NULL};
    char told[64] = "error: wanted a map, such as {code: 409}";
    if (error->kind != NODE_MAP) {
        int32_t code = example_number(error);
        if (code != 0) {
            snprintf(told, sizeof told, "error: write {code: %" PRId32 "}",
                     code);
        }
        return complain(complaint, error, told, "");
    }
    const struct node *code = node_member(error, "code");
    if (example_number(code) == 0) {
        return complain(complaint, code != NULL ? code : error,
                        "error.code: wanted a number from 1 to 2147483647", "");
    }
    return check_members(error, names,
                         "an error has code, message and temporary",
                         complaint) &&
           check_scalars(error, names, complaint);
}

static bool check_step(const struct node *node,
                       const struct complaint *complaint)
{
    static const char *const names[] = {"method", "params", "result",
                                        "error",  "when",   "then",
                                        "times",  "fault",  NULL};
    static const char *const scalars[] = {"method", "when",  "then",
                                          "times",  "fault", NULL};
    const struct node *error = node_member(node, "error");
    if (!check_members(node, names,
                       "a step has method, params, result, error, when, then, "
                       "times and fault",
                       complaint) ||
        !check_scalars(node, scalars, complaint)) {
        return false;
    }
    if (error != NULL && node_member(node, "result") != NULL) {
        return complain(complaint, error,
                        "a step has a result or an error, not both", "");
    }
    return error == NULL || check_error(error, complaint);
}

/* The params: of rest each part may be left out, and then is any. */
static bool take_parts(struct answers *answers, struct step *step,
                       const struct node *params,
                       const struct complaint *complaint)
{
    const bell_method *method = step->entrance->method;
    const char *names[EXAMPLE_PARTS_MAX + 1] = {NULL};
    bell_string *parts = step->example->parts;
    char root[16];
    if (method->route == NULL) {
        return take_value(answers, params, method->params, "params", parts,
                          complaint);
    }
    for (size_t i = 0; i < EXAMPLE_PARTS_MAX && params != NULL; i++) {
        const char *name;
        const bell_type *type = example_part(method, i, &name);
        if (type == NULL) {
            break;
        }
        names[i] = name;
        snprintf(root, sizeof root, "params.%s", name);
        if (!take_value(answers, node_member(params, name), type, root,
                        &parts[i], complaint)) {
            return false;
        }
    }
    return params == NULL ||
           check_members(params, names, "params: the endpoint has no such part",
                         complaint);
}

static bool fill_step(struct answers *answers, struct step *step,
                      const struct node *node,
                      const struct complaint *complaint)
{
    const struct node *name = node_member(node, "method");
    const struct node *when = node_member(node, "when");
    const struct node *then = node_member(node, "then");
    const struct entrance *entrance = answers->entrances;
    while (entrance != NULL && name != NULL &&
           !bell__str_is(name->text, entrance->method->name)) {
        entrance = entrance->next;
    }
    if (name == NULL || entrance == NULL) {
        return complain(complaint, name != NULL ? name : node,
                        name != NULL ? "there is no such method"
                                     : "a step has a method",
                        "");
    }
    step->entrance = entrance;
    step->when = when != NULL ? when->text : (bell_string){NULL, 0};
    step->then = then != NULL ? then->text : (bell_string){NULL, 0};
    const struct node *parts = node;
    if (entrance->method->route != NULL) {
        parts = node_member(node, "params");
    }
    step->example = example_read(&answers->room, node, parts, entrance->method);
    step->answers = node_member(node, "result") != NULL ||
                    node_member(node, "error") != NULL;
    return step->example != NULL &&
           take_times(step, node_member(node, "times"), complaint) &&
           take_fault(step, node_member(node, "fault"), complaint) &&
           take_parts(answers, step, node_member(node, "params"), complaint) &&
           take_value(answers, node_member(node, "result"),
                      entrance->method->result, "result", &step->example->data,
                      complaint);
}

bool answers_script(struct answers *answers, const struct node *document,
                    const struct answers_ban *ban, char *wrong,
                    size_t wrong_size)
{
    struct complaint complaint = {wrong, wrong_size, ban};
    struct step **end = &answers->steps;
    snprintf(wrong, wrong_size, "out of memory");
    if (document->kind != NODE_LIST) {
        return complain(&complaint, document, "a script is a list of steps",
                        "");
    }
    for (const struct node *node = document->first; node != NULL;
         node = node->next) {
        struct step *step = bell__arena_take(answers->arena, sizeof *step);
        if (step == NULL) {
            return false;
        }
        memset(step, 0, sizeof *step);
        *end = step;
        end = &step->next;
        if (node->kind != NODE_MAP) {
            return complain(&complaint, node, "a step is a map", "");
        }
        if (!check_step(node, &complaint) ||
            !fill_step(answers, step, node, &complaint)) {
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
    for (struct step *step = answers->steps; step != NULL; step = step->next) {
        bell__mishaps_close(&step->mishaps);
    }
    bell__handlers_close(&answers->handlers);
    example_close_room(&answers->room);
    bell__buf_close(&answers->call.bytes);
}

void answers_give(struct answers *answers, bell_string method,
                  bell_string params, struct bell__outcome *outcome)
{
    answers->mishap = NULL;
    bell__handlers_call(&answers->handlers, method, params, outcome);
}

const struct bell__mishap *answers_mishap(const struct answers *answers)
{
    return answers->mishap;
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
