/* calls.c: walks over what a service says and hears. It knows no type from
 * inside. */
#include "model/calls.h"

static void give(struct shape *shape, take_shape take, void *context)
{
    if (shape != NULL) {
        take(context, shape);
    }
}

bell_string error_words(const struct method_error *error)
{
    return error->doc.size != 0 ? error->doc : error->name;
}

void call_each_shape(const struct method *call, take_shape take, void *context)
{
    give(call->params, take, context);
    give(call->result, take, context);
    for (const struct method_error *at = call->errors; at != NULL;
         at = at->next) {
        give(at->data, take, context);
    }
}

void calls_each_shape(const struct service *service, take_shape take,
                      void *context)
{
    const struct messages *messages = service->messages;
    for (const struct method *at = service->calls; at != NULL; at = at->next) {
        call_each_shape(at, take, context);
    }
    for (const struct channel *at = service->channels; at != NULL;
         at = at->next) {
        give(at->event, take, context);
    }
    if (messages != NULL) {
        for (const struct push *at = messages->pushes; at != NULL;
             at = at->next) {
            give(at->shape, take, context);
        }
    }
    for (const struct stream *at = service->streams; at != NULL;
         at = at->next) {
        give(at->params, take, context);
        give(at->item, take, context);
    }
}

size_t call_parts(const struct method *call,
                  struct call_part parts[CALL_PARTS_MAX])
{
    const struct endpoint *endpoint = call->endpoint;
    if (endpoint == NULL) {
        parts[0] = (struct call_part){"params", "params", call->params != NULL};
        return 1;
    }
    parts[0] = (struct call_part){"path", "parameters in its path",
                                  endpoint->parameters != NULL};
    parts[1] = (struct call_part){"query", "query", endpoint->query != NULL};
    parts[2] =
        (struct call_part){"headers", "headers", endpoint->headers != NULL};
    parts[3] = (struct call_part){"body", "body", endpoint->body != NULL};
    return CALL_PARTS_MAX;
}
