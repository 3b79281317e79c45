/* sections.c: walks over what rest, messages and streams are made of. */
#include "model/model.h"

typedef void (*take_shape)(void *context, struct shape *shape);
typedef void (*take_call)(void *context, const struct method *call);

static void give(struct shape *shape, take_shape take, void *context)
{
    if (shape != NULL) {
        take(context, shape);
    }
}

static void each_of_call(const struct method *call, take_shape take,
                         void *context)
{
    give(call->params, take, context);
    give(call->result, take, context);
    for (const struct method_error *at = call->errors; at != NULL;
         at = at->next) {
        give(at->data, take, context);
    }
}

void model_each_shape(const struct service *service, take_shape take,
                      void *context)
{
    for (const struct endpoint *at = service->endpoints; at != NULL;
         at = at->next) {
        give(at->query, take, context);
        give(at->body, take, context);
        give(at->headers, take, context);
        each_of_call(&at->call, take, context);
    }
    const struct messages *messages = service->messages;
    if (messages != NULL) {
        give(messages->auth_params, take, context);
        for (const struct message_call *at = messages->calls; at != NULL;
             at = at->next) {
            each_of_call(&at->call, take, context);
        }
        for (const struct push *at = messages->pushes; at != NULL;
             at = at->next) {
            give(at->shape, take, context);
        }
    }
    for (const struct stream *at = service->streams; at != NULL;
         at = at->next) {
        give(at->item, take, context);
    }
}

void model_each_call(const struct service *service, take_call take,
                     void *context)
{
    for (const struct endpoint *at = service->endpoints; at != NULL;
         at = at->next) {
        take(context, &at->call);
    }
    if (service->messages == NULL) {
        return;
    }
    for (const struct message_call *at = service->messages->calls; at != NULL;
         at = at->next) {
        take(context, &at->call);
    }
}
