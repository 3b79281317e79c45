/* sections.c: what a service says besides calls, as tables: links, channels,
 * sockets, streams of what comes. Which code carries a link is not known
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
    bell_string tag = tables_quote(tables, said->tag, "");
    message->tag = tag.text;
    message->tag_size = (uint16_t)tag.size;
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

static void bind_closings(struct tables *tables, const struct closing *said,
                          bell_socket *socket)
{
    size_t count = 0;
    for (const struct closing *at = said; at != NULL; at = at->next) {
        count++;
    }
    bell_closing *row = tables_take(tables, (count + 1) * sizeof *row);
    socket->closings = row;
    socket->closing_count = (uint16_t)count;
    for (const struct closing *at = said; row != NULL && at != NULL;
         at = at->next, row++) {
        row->code = at->code;
        row->final = at->final;
        row->text = tables_copy(tables, at->doc);
    }
}

static bell_socket *make_socket(struct tables *tables,
                                const struct socket *said)
{
    bell_socket *socket = tables_take(tables, sizeof *socket);
    if (socket == NULL) {
        return NULL;
    }
    socket->tag = maybe(tables, said->tag);
    socket->auth_wait = maybe(tables, said->auth_wait);
    socket->auth_send = maybe(tables, said->auth_send);
    socket->auth_token = maybe(tables, said->auth_token);
    socket->auth_reply = maybe(tables, said->auth_reply);
    socket->auth_error = maybe(tables, said->auth_error);
    socket->ping = maybe(tables, said->ping);
    socket->pong = maybe(tables, said->pong);
    socket->roles = roles_numbers(tables, said->roles, &socket->role_count);
    bind_closings(tables, said->closings, socket);
    return socket;
}

static const bell_socket *make_messages(struct tables *tables,
                                        const struct messages *said)
{
    bell_socket *socket = make_socket(tables, &said->socket);
    if (socket == NULL) {
        return NULL;
    }
    socket->error_type = maybe(tables, said->error_type);
    socket->error_code = maybe(tables, said->error_code);
    socket->error_message = maybe(tables, said->error_message);
    socket->flags = said->sequential ? BELL_SOCKET_SEQUENTIAL : 0;
    return socket;
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
        link->socket = make_messages(tables, service->messages);
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

static bell_route *make_route(struct tables *tables,
                              const struct stream *stream, const char **path)
{
    bell_route *route = route_make(tables, stream->path);
    if (route == NULL) {
        return NULL;
    }
    route->verb = verb_names[VERB_GET];
    if (stream->params != NULL) {
        route->path_type = shape_table(tables, stream->path_params);
    } else {
        *path = route->parts[0].text; /* it is the same for all */
    }
    return route;
}

static void link_commands(const struct service *service, bell_service *bound,
                          const struct stream *stream)
{
    bell_method *row = (bell_method *)(uintptr_t)bound->methods;
    for (const struct method *at = service->calls; at != NULL;
         at = at->next, row++) {
        if (at->message != NULL && at->message->stream == stream) {
            row->link = bound->link_count - 1;
        }
    }
}

static void bind_stream(struct tables *tables, const struct service *service,
                        const struct stream *stream, bell_service *bound,
                        bell_stream *row)
{
    bell_link *link = add_link(bound, link_name(tables, stream));
    row->name = tables_copy(tables, stream->wire);
    row->route = make_route(tables, stream, &link->path);
    row->params =
        stream->params != NULL ? shape_table(tables, stream->params) : NULL;
    row->item = shape_table(tables, stream->item);
    row->keep = (uint32_t)stream->keep;
    row->link = bound->link_count - 1;
    link->socket = make_socket(tables, &stream->socket);
    link_commands(service, bound, stream);
}

/* Where messages push, they are a stream of what comes. */
static void bind_streams(struct tables *tables, const struct service *service,
                         bell_service *bound)
{
    const struct messages *messages = service->messages;
    bool pushes = messages != NULL && messages->push != NULL;
    size_t count = service->stream_count + pushes;
    bell_stream *row = tables_take(tables, (count + 1) * sizeof *row);
    bound->streams = row;
    bound->stream_count = (uint32_t)count;
    if (row == NULL) {
        return;
    }
    if (pushes) {
        struct shape item = {.kind = SHAPE_NAMED,
                             .name = messages->push->name,
                             .type = messages->push};
        row->name = bound->links[bound->link_count - 1].name;
        row->item = shape_table(tables, &item);
        row->link = bound->link_count - 1;
        row++;
    }
    for (const struct stream *at = service->streams; at != NULL;
         at = at->next, row++) {
        bind_stream(tables, service, at, bound, row);
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
    bind_streams(tables, service, bound);
}
