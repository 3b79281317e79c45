/* sections.c: what a service says besides calls, as tables: links, channels,
 * messages that come unasked, streams. Which code carries a link is not known
 * here: `kind` is NULL. */
#include <string.h>

#include "bind/tables.h"

static const char *maybe(struct tables *tables, bell_string text)
{
    return text.size != 0 ? tables_copy(tables, text) : NULL;
}

void message_bind(struct tables *tables, const struct method *call,
                  bell_method *row)
{
    const struct message_call *said = call->message;
    bell_message *message = tables_take(tables, sizeof *message);
    if (message == NULL) {
        return;
    }
    message->reply = maybe(tables, said->reply);
    message->reply_size = (uint16_t)said->reply.size;
    message->key = maybe(tables, said->key);
    message->key_size = (uint16_t)said->key.size;
    row->message = message;
}

/* ---- Links ----------------------------------------------------------------
 */

static bell_link *add_link(bell_service *bound, const char *name)
{
    bell_link *link =
        (bell_link *)(uintptr_t)&bound->links[bound->link_count++];
    link->name = name;
    return link;
}

static const bell_messages *make_messages(struct tables *tables,
                                          const struct messages *said)
{
    bell_messages *messages = tables_take(tables, sizeof *messages);
    if (messages == NULL) {
        return NULL;
    }
    messages->tag = tables_copy(tables, said->tag);
    messages->error_type = maybe(tables, said->error_type);
    messages->error_code = maybe(tables, said->error_code);
    messages->error_message = maybe(tables, said->error_message);
    messages->auth_send = maybe(tables, said->auth_send);
    messages->auth_reply = maybe(tables, said->auth_reply);
    if (said->auth_params != NULL) {
        messages->auth_params = shape_table(tables, said->auth_params);
    }
    messages->flags = said->sequential ? BELL_MESSAGES_SEQUENTIAL : 0;
    return messages;
}

static void link_calls(const struct service *service, bell_service *bound,
                       enum section section)
{
    bell_method *row = (bell_method *)(uintptr_t)bound->methods;
    for (const struct method *at = service->calls; at != NULL;
         at = at->next, row++) {
        if (at->section == section) {
            row->link = bound->link_count - 1;
        }
    }
}

/* rpc and channels share one. */
static void bind_links(struct tables *tables, const struct service *service,
                       bell_service *bound)
{
    if (service->method_count + service->channel_count != 0) {
        add_link(bound, "rpc")->flags = BELL_LINK_AT_OPEN;
        link_calls(service, bound, SECTION_RPC);
    }
    if (service->endpoint_count != 0) {
        add_link(bound, "rest");
        link_calls(service, bound, SECTION_REST);
    }
    if (service->messages != NULL) {
        bell_link *link = add_link(bound, "messages");
        link->path = maybe(tables, service->messages->path);
        link->messages = make_messages(tables, service->messages);
        link_calls(service, bound, SECTION_MESSAGES);
    }
}

/* ---- What comes unasked ---------------------------------------------------
 */

static void bind_channels(struct tables *tables, const struct service *service,
                          bell_service *bound)
{
    bell_channel *row =
        tables_take(tables, (service->channel_count + 1) * sizeof *row);
    bound->channels = row;
    bound->channel_count = (uint32_t)service->channel_count;
    for (const struct channel *at = service->channels;
         row != NULL && at != NULL; at = at->next, row++) {
        row->name = tables_copy(tables, at->name);
        row->pattern = tables_copy(tables, at->pattern);
        row->flags = at->recover ? BELL_CHANNEL_RECOVER : 0;
        row->event = shape_table(tables, at->event);
    }
}

/* The messages' link was added last. */
static void bind_pushes(struct tables *tables, const struct push *pushes,
                        bell_service *bound)
{
    for (const struct push *at = pushes; at != NULL; at = at->next) {
        bound->push_count++;
    }
    bell_push *row = tables_take(tables, (bound->push_count + 1) * sizeof *row);
    bound->pushes = row;
    for (const struct push *at = pushes; row != NULL && at != NULL;
         at = at->next, row++) {
        row->name = tables_copy(tables, at->wire);
        row->name_size = (uint32_t)at->wire.size;
        row->item = shape_table(tables, at->shape);
        row->link = bound->link_count - 1;
    }
}

/* Each has a socket, so each has a link, called by its place in the schema. */
static const char *link_name(struct tables *tables, const struct stream *stream)
{
    static const char section[] = "streams.";
    char *name = tables_take(tables, sizeof section + stream->wire.size);
    if (name != NULL) {
        memcpy(name, section, sizeof section - 1);
        memcpy(name + sizeof section - 1, stream->wire.text, stream->wire.size);
    }
    return name;
}

/* Parameters are texts: a path has no other types. */
static const bell_type *make_record(struct tables *tables,
                                    const struct path_parameter *parameters)
{
    size_t count = 0;
    for (const struct path_parameter *at = parameters; at != NULL;
         at = at->next) {
        count++;
    }
    if (count == 0) {
        return NULL;
    }
    struct shape text = {.kind = SHAPE_SCALAR, .scalar = SCALAR_STRING};
    struct field *fields = tables_take(tables, count * sizeof *fields);
    if (fields == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++, parameters = parameters->next) {
        fields[i].wire = parameters->name;
        fields[i].shape = &text;
        fields[i].next = i + 1 < count ? &fields[i + 1] : NULL;
    }
    return record_make(tables, BELL_STR("path"), fields, count);
}

static void bind_streams(struct tables *tables, const struct service *service,
                         bell_service *bound)
{
    bell_stream *row =
        tables_take(tables, (service->stream_count + 1) * sizeof *row);
    bound->streams = row;
    bound->stream_count = (uint32_t)service->stream_count;
    for (const struct stream *at = service->streams; row != NULL && at != NULL;
         at = at->next, row++) {
        bell_route *route = route_make(tables, at->path);
        if (route == NULL) {
            return;
        }
        route->path_type = make_record(tables, at->parameters);
        route->verb = verb_names[VERB_GET];
        row->name = tables_copy(tables, at->wire);
        row->route = route;
        row->item = shape_table(tables, at->item);
        row->keep = (uint32_t)at->keep;
        add_link(bound, link_name(tables, at));
        row->link = bound->link_count - 1;
    }
}

void sections_bind(struct tables *tables, const struct service *service,
                   bell_service *bound)
{
    size_t most = SECTION_MESSAGES + 1 + service->stream_count;
    bound->links = tables_take(tables, most * sizeof *bound->links);
    if (bound->links == NULL || bound->methods == NULL) {
        return;
    }
    bind_links(tables, service, bound);
    bind_channels(tables, service, bound);
    if (service->messages != NULL) {
        bind_pushes(tables, service->messages->pushes, bound);
    }
    bind_streams(tables, service, bound);
}
