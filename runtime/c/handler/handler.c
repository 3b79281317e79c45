/* handler.c: one call: found, decoded, handled and encoded. It knows no
 * envelope, no socket and no line. */
#include "handler/handler.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/utf8.h"

enum { ROWS_MIN = 16 };

void bell__handlers_open(struct bell__handlers *handlers,
                         const bell_allocator *memory,
                         const struct bell__codec_limits *limits,
                         size_t bytes_max)
{
    memset(handlers, 0, sizeof *handlers);
    handlers->memory = memory;
    handlers->limits = *limits;
    bell__arena_open(&handlers->arena, memory, bytes_max);
    bell__buf_open(&handlers->out, memory, 0);
}

void bell__handlers_close(struct bell__handlers *handlers)
{
    bell__memory_free(handlers->memory, handlers->rows,
                      handlers->capacity * sizeof *handlers->rows);
    bell__arena_close(&handlers->arena);
    bell__buf_close(&handlers->out);
    handlers->rows = NULL;
    handlers->count = 0;
    handlers->capacity = 0;
}

/* ---- Names --------------------------------------------------------------- */

static int compare(bell_string name, const bell_method *method)
{
    size_t size = name.size < method->name_size ? name.size : method->name_size;
    int order = size == 0 ? 0 : memcmp(name.text, method->name, size);
    if (order != 0) {
        return order;
    }
    return (name.size > size) - (method->name_size > size);
}

/* The first row that is not before the name; *found: it is the name's. */
static size_t place_of(const struct bell__handlers *handlers, bell_string name,
                       bool *found)
{
    size_t low = 0;
    size_t high = handlers->count;
    *found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(name, handlers->rows[middle].method);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static bell_status grow(struct bell__handlers *handlers)
{
    size_t capacity =
        handlers->capacity == 0 ? ROWS_MIN : handlers->capacity * 2;
    struct bell__handler *rows = bell__memory_resize(
        handlers->memory, handlers->rows, handlers->capacity * sizeof *rows,
        capacity * sizeof *rows);
    if (rows == NULL) {
        return BELL_NO_MEMORY;
    }
    handlers->rows = rows;
    handlers->capacity = capacity;
    return BELL_OK;
}

bell_status bell__handlers_add(struct bell__handlers *handlers,
                               const bell_method *method, bell__handle handle,
                               void *context)
{
    assert(handle != NULL);
    bell_string name = {method->name, method->name_size};
    bool found;
    size_t place = place_of(handlers, name, &found);
    if (found) {
        return BELL_INVALID;
    }
    if (handlers->count == handlers->capacity) {
        bell_status status = grow(handlers);
        if (status != BELL_OK) {
            return status;
        }
    }
    struct bell__handler *row = &handlers->rows[place];
    memmove(row + 1, row, (handlers->count - place) * sizeof *row);
    *row = (struct bell__handler){method, handle, context};
    handlers->count++;
    return BELL_OK;
}

const bell_method *bell__handlers_find(const struct bell__handlers *handlers,
                                       bell_string name)
{
    bool found;
    size_t place = place_of(handlers, name, &found);
    return found ? handlers->rows[place].method : NULL;
}

/* ---- A call -------------------------------------------------------------- */

static void refuse(struct bell__outcome *outcome, int32_t code,
                   bell_string message)
{
    outcome->refused = true;
    outcome->code = code;
    outcome->message = message;
}

/* The caller learns that it failed, and no more. */
static void fail(struct bell__outcome *outcome, bell_string fault)
{
    memset(outcome, 0, sizeof *outcome);
    refuse(outcome, BELL__OUTCOME_FAILED, BELL_STR("internal error"));
    outcome->fault = fault;
}

static void fail_status(struct bell__handlers *handlers,
                        struct bell__outcome *outcome, bell_status status)
{
    const char *said = handlers->error.message;
    fail(outcome, bell_str(said[0] != '\0' ? said : bell_status_name(status)));
}

/* False where the outcome is clear already. */
static bool read_params(struct bell__handlers *handlers, bell_string json,
                        struct bell__handling *handling,
                        struct bell__outcome *outcome)
{
    const bell_type *type = handling->method->params;
    if (type == NULL) {
        return true;
    }
    void *params = bell__arena_take(&handlers->arena, type->size);
    if (params == NULL) {
        fail_status(handlers, outcome, BELL_NO_MEMORY);
        return false;
    }
    bell_status status = bell__decode(
        json.size != 0 ? json : BELL_STR("{}"), type, params, &handlers->arena,
        &handlers->limits, "params", &handlers->error);
    if (status == BELL_BAD_REPLY || status == BELL_LIMIT) {
        refuse(outcome, BELL__OUTCOME_BAD_PARAMS,
               bell_str(handlers->error.message));
        outcome->misfit = true;
    } else if (status != BELL_OK) {
        fail_status(handlers, outcome, status);
    }
    handling->params = params;
    return status == BELL_OK;
}

static bool make_result(struct bell__handlers *handlers,
                        struct bell__handling *handling,
                        struct bell__outcome *outcome)
{
    const bell_type *type = handling->method->result;
    if (type == NULL) {
        return true;
    }
    handling->result = bell__arena_take(&handlers->arena, type->size);
    if (handling->result == NULL) {
        fail_status(handlers, outcome, BELL_NO_MEMORY);
        return false;
    }
    memset(handling->result, 0, type->size);
    return true;
}

/* A value of the handler's: what it says in JSON, else what it filled in. */
static void write_value(struct bell__handlers *handlers, const bell_type *type,
                        const void *value, bell_string json,
                        struct bell__outcome *outcome)
{
    if (json.size != 0 || value == NULL) {
        outcome->data = json;
        return;
    }
    handlers->out.size = 0;
    bell_status status = bell__encode(&handlers->out, type, value,
                                      &handlers->limits, &handlers->error);
    if (status != BELL_OK) {
        fail_status(handlers, outcome, status);
        return;
    }
    outcome->data = (bell_string){handlers->out.bytes, handlers->out.size};
}

static const bell_method_error *declared(const bell_method *method,
                                         int32_t code)
{
    for (size_t i = 0; i < method->error_count; i++) {
        if (method->errors[i].code == code) {
            return &method->errors[i];
        }
    }
    return NULL;
}

static void write_refusal(struct bell__handlers *handlers,
                          const struct bell__handling *handling,
                          struct bell__outcome *outcome)
{
    const bell_method_error *error = declared(handling->method, handling->code);
    const bell_type *type = error != NULL ? error->data : NULL;
    bell_string message = handling->message;
    if (message.size == 0) {
        message = error != NULL ? bell_str(error->text) : BELL_STR("refused");
    }
    if (bell__utf8_good(message.text, message.size) != message.size) {
        fail(outcome, BELL_STR("an error's message is not UTF-8"));
        return;
    }
    if (handling->data != NULL && type == NULL) {
        fail(outcome, BELL_STR("an error has data that its code does not "
                               "declare"));
        return;
    }
    refuse(outcome, handling->code, message);
    outcome->temporary = handling->temporary;
    write_value(handlers, type, handling->data, handling->data_json, outcome);
}

void bell__handlers_call(struct bell__handlers *handlers, bell_string method,
                         bell_string params, struct bell__outcome *outcome)
{
    bool found;
    size_t place = place_of(handlers, method, &found);
    memset(outcome, 0, sizeof *outcome);
    if (!found) {
        refuse(outcome, BELL__OUTCOME_NO_METHOD, BELL_STR("method not found"));
        outcome->unknown = true;
        return;
    }
    const struct bell__handler *row = &handlers->rows[place];
    struct bell__handling handling = {.method = row->method,
                                      .arena = &handlers->arena};
    bell__error_clear(&handlers->error);
    bell__arena_reset(&handlers->arena);
    if (!read_params(handlers, params, &handling, outcome) ||
        !make_result(handlers, &handling, outcome)) {
        return;
    }
    bell_status status = row->handle(row->context, &handling);
    if (status != BELL_OK) {
        fail_status(handlers, outcome, status);
    } else if (handling.refused) {
        write_refusal(handlers, &handling, outcome);
    } else {
        write_value(handlers, row->method->result, handling.result,
                    handling.json, outcome);
    }
}
