/* handler.h: one call, dispatched by the tables: the method is found by its
 * name, params are checked and decoded, a handler is called, and its result or
 * its error is encoded. It knows no envelope, no socket and no line.
 *
 * Everything that a caller may get wrong becomes an outcome that says so; what
 * a handler gets wrong is for the server's own log and no word of it for the
 * caller. */
#ifndef BELL__HANDLER_HANDLER_H
#define BELL__HANDLER_HANDLER_H

#include <bell/bell.h>
#include <bell/schema.h>

#include "base/arena.h"
#include "base/buf.h"
#include "record/codec.h"

/* Codes of errors that come from no handler; an application's range. */
enum {
    BELL__OUTCOME_BAD_PARAMS = 400, /* with the path and what is wrong */
    BELL__OUTCOME_NO_METHOD = 404,
    BELL__OUTCOME_FAILED = 500 /* no memory, or a handler's mistake: fault */
};

/* What becomes of a call; all of it is lent until the next one. */
struct bell__outcome {
    bool refused;
    bool unknown; /* refused: there is no such method */
    bool misfit;  /* refused: the params do not fit */
    int32_t code;
    bool temporary;
    bell_string message;
    bell_string data;  /* JSON of the result, or of the error's data; empty:
                          none */
    bell_string fault; /* for the server's log; empty: all went well */
};

/* A call in a handler's hands. Either `result` is filled in, or `json` says
 * it, or the call is refused; a method without a result needs none of these. */
struct bell__handling {
    const bell_method *method;
    const void *params;        /* decoded; NULL: the method declares none */
    void *result;              /* zeroed; NULL: the method declares none */
    struct bell__arena *arena; /* of this call: what `result` points to */
    bell_string json;          /* the result as it is to be sent, lent */

    bool refused;
    int32_t code;
    bool temporary;
    bell_string message;   /* empty: the words of the schema */
    const void *data;      /* of the type that the code declares; NULL: none */
    bell_string data_json; /* the same as it is to be sent, lent */
};

/* Anything but BELL_OK is BELL__OUTCOME_FAILED for the caller. */
typedef bell_status (*bell__handle)(void *context,
                                    struct bell__handling *handling);

struct bell__handler {
    const bell_method *method;
    bell__handle handle;
    void *context;
};

struct bell__handlers {
    const bell_allocator *memory;
    struct bell__codec_limits limits;
    struct bell__handler *rows; /* by name */
    size_t count;
    size_t capacity;
    struct bell__arena arena;
    struct bell__buf out;
    bell_error error;
};

/* Allocates nothing yet. `bytes_max` bounds what one call decodes; 0: no
 * bound. Constraints hold everywhere where limits->rules is set. */
void bell__handlers_open(struct bell__handlers *handlers,
                         const bell_allocator *memory,
                         const struct bell__codec_limits *limits,
                         size_t bytes_max);

/* The method's table must outlive the handlers. BELL_INVALID: the name has a
 * handler already, and keeps it. */
bell_status bell__handlers_add(struct bell__handlers *handlers,
                               const bell_method *method, bell__handle handle,
                               void *context);

/* The method of that name; NULL: it has no handler. */
const bell_method *bell__handlers_find(const struct bell__handlers *handlers,
                                       bell_string name);

/* Empty params are {}. */
void bell__handlers_call(struct bell__handlers *handlers, bell_string method,
                         bell_string params, struct bell__outcome *outcome);

void bell__handlers_close(struct bell__handlers *handlers);

#endif
