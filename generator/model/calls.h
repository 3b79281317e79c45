/* calls.h: walks over what a service says and hears, whatever section says it.
 * The calls themselves are a list, `service->calls`. */
#ifndef GENERATOR_MODEL_CALLS_H
#define GENERATOR_MODEL_CALLS_H

#include "model/model.h"

/* Called with every shape that there is; never with NULL. */
typedef void (*take_shape)(void *context, struct shape *shape);

/* What one call sends, what comes back, and what its errors carry. */
void call_each_shape(const struct method *call, take_shape take, void *context);

/* What an error means: its doc, or the name that stands for it. */
bell_string error_words(const struct method_error *error);

/* All of the service, in schema order: its calls', and what comes unasked.
 * Types' own are not among them. */
void calls_each_shape(const struct service *service, take_shape take,
                      void *context);

/* A part of what a call sends, as its examples say it. */
struct call_part {
    const char *key;  /* "params"; of rest "path", "query", "headers", "body" */
    const char *what; /* the same in a sentence: "the method has no ..." */
    bool there;       /* the call has such a part */
};

enum { CALL_PARTS_MAX = 4 };

/* The parts that calls of this section may have; gives their number. */
size_t call_parts(const struct method *call,
                  struct call_part parts[CALL_PARTS_MAX]);

#endif
