/* failure.c: what a declared error carried, decoded and kept until another
 * one comes. It knows no protocol. */
#include "client/failure.h"

#include "client/client.h"

/* The type that the method declares for this code's data, or NULL. */
static const bell_type *declared(const struct bell__completion *completion)
{
    const bell_method *method = completion->method;
    for (size_t i = 0; i < method->error_count; i++) {
        if (method->errors[i].code == completion->error.code) {
            return method->errors[i].data;
        }
    }
    return NULL;
}

void bell__failure_read(bell_client *client, struct bell__failure *failure,
                        const struct bell__completion *completion)
{
    const bell_type *type = declared(completion);
    const bell_link_kind *kind =
        client->links[completion->method->link].table->kind;
    bell__failure_close(failure);
    if (kind->details != NULL) {
        kind->details(client, failure, completion);
    }
    if (type == NULL || completion->payload.size == 0) {
        return;
    }
    void *value = bell__reply_open(&failure->reply, &client->memory,
                                   client->options.reply_bytes_max, type->size,
                                   completion->payload.size, NULL);
    if (value == NULL ||
        bell__decode(completion->payload, type, value,
                     bell__reply_arena(failure->reply), &client->limits,
                     "error.data", NULL) != BELL_OK) {
        bell__reply_close(&failure->reply);
        return;
    }
    failure->call = completion->call;
    failure->type = type;
    failure->value = bell__reply_lend(failure->reply);
}

void bell__failure_move(struct bell__failure *to, struct bell__failure *from)
{
    bell__failure_close(to);
    *to = *from;
    from->reply = NULL;
    from->details = NULL;
    bell__failure_close(from);
}

void bell__failure_close(struct bell__failure *failure)
{
    bell__reply_close(&failure->reply);
    bell__reply_close(&failure->details);
    failure->http = NULL;
    failure->call = 0;
    failure->type = NULL;
    failure->value = NULL;
}

const bell_http_error *bell_error_http(bell_client *client,
                                       const bell_error *error)
{
    if (bell__loop_is_others(client->loop)) {
        return NULL;
    }
    const struct bell__failure *failure = &client->failure;
    bool same = error != NULL && error->status == BELL_REFUSED &&
                error->call != 0 && error->call == failure->call;
    return same ? failure->http : NULL;
}

const void *bell_client_error_data(bell_client *client, const bell_type *type,
                                   int32_t code, const bell_error *error)
{
    if (bell__loop_is_others(client->loop)) {
        return NULL;
    }
    const struct bell__failure *failure = &client->failure;
    if (error == NULL || error->status != BELL_REFUSED || error->code != code ||
        error->call == 0 || error->call != failure->call ||
        failure->type != type) {
        return NULL;
    }
    return failure->value;
}
