/* stream.c: what comes on sockets, and what is said on them beside it, as the
 * published model shows it. It knows no bytes. */
#include <string.h>

#include "base/str.h"
#include "view/show.h"

/* ---- Names -----------------------------------------------------------------
 */

static uint32_t scope_of(const struct uses *uses)
{
    return uses->lang->methods_apart ? SCOPE_METHODS : 0;
}

/* What messages push has the service's own name in front, in a language where
 * names have that: arcp_listen. `name` empty: it is of messages. */
static bell_string stem_of(struct uses *uses, bell_string name,
                           const char *word, enum letter_case letters)
{
    bell_string words = names_join(&uses->names, name,
                                   name.size != 0 ? "_" : "", bell_str(word));
    return uses_identifier(uses, words, letters);
}

static void name_function(struct uses *uses, struct node *map, bell_string name,
                          const char *word)
{
    bell_string wanted = stem_of(uses, name, word, uses->lang->functions);
    show_text(uses, map, word,
              names_claim(&uses->names, scope_of(uses), wanted, NULL));
}

static struct node *name_stream(struct uses *uses, bell_string name)
{
    static const char *const words[] = {"listen", "next", "stop", "counts"};
    struct node *map = show_map(uses);
    bell_string handlers = stem_of(uses, name, "handlers", uses->lang->types);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        name_function(uses, map, name, words[i]);
    }
    if (name.size != 0) {
        bell_string wanted = uses_identifier(uses, name, uses->lang->functions);
        show_text(uses, map, "symbol",
                  names_claim(&uses->names, scope_of(uses), wanted, NULL));
    }
    show_text(uses, map, "handlers",
              names_claim(&uses->names, 0, handlers, NULL));
    return map;
}

static bool has_pushes(const struct uses *uses)
{
    const struct messages *messages = uses->service->messages;
    return messages != NULL && messages->push != NULL;
}

void name_streams(struct uses *uses, struct node *service)
{
    struct node *list = show_list(uses, service, "streams");
    if (!uses->lang->sockets) {
        return;
    }
    if (has_pushes(uses)) {
        node_append(list, name_stream(uses, (bell_string){"", 0}));
    }
    for (const struct stream *at = uses->service->streams; at != NULL;
         at = at->next) {
        node_append(list, name_stream(uses, at->name));
    }
}

/* ---- What comes ------------------------------------------------------------
 */

void reach_streams(struct uses *uses)
{
    const struct messages *messages = uses->service->messages;
    if (!uses->lang->sockets) {
        return;
    }
    if (has_pushes(uses)) {
        uses_reach(uses, uses_type(uses, messages->push));
    }
    for (const struct stream *at = uses->service->streams; at != NULL;
         at = at->next) {
        uses_reach(uses, uses_shape(uses, at->item));
    }
}

static void show_row(struct uses *uses, struct node *map, const char *name,
                     const bell_stream *row, const struct used *item)
{
    bell_string element = words_join(bell_str(name), CASE_SNAKE, uses->arena);
    uses->failed |= element.text == NULL;
    show_text(uses, map, "name", bell_str(row->name));
    show_text(uses, map, "deliver", uses_table(uses, "item_", element));
    show_text(uses, map, "table", uses_table(uses, "stream_", element));
    show_share(uses, map, "item", item->node);
    show_number(uses, map, "keep", row->keep);
    show_number(uses, map, "number", row - uses->bound->streams);
    show_text(uses, map, "link", show_print(uses, "%u", (unsigned)row->link));
}

/* What each push is handed to, named apart from what all streams have. */
static void show_pushes(struct uses *uses, struct node *map,
                        const struct used *item)
{
    static const char *const taken[] = {"on_unknown", "on_bad"};
    const struct node *variants = node_member(item->node, "variants");
    struct node *list = show_list(uses, map, "pushes");
    uint32_t scope = ++uses->scopes;
    bell_string none = {"", 0};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        bell_string name =
            words_recase(bell_str(taken[i]), uses->lang->members, uses->arena);
        names_claim(&uses->names, scope, name, NULL);
    }
    for (const struct variant *at = item->type->variants; at != NULL;
         at = at->next) {
        struct node *row = show_map(uses);
        bell_string words = words_join(at->name, CASE_SNAKE, uses->arena);
        bell_string wanted = names_join(&uses->names, none, "on_", words);
        wanted = words_recase(wanted, uses->lang->members, uses->arena);
        uses->failed |= words.text == NULL || wanted.text == NULL;
        show_text(uses, row, "handler",
                  names_claim(&uses->names, scope, wanted, NULL));
        show_append(uses, list, row);
    }
    const struct node *variant = variants != NULL ? variants->first : NULL;
    for (struct node *row = list->first; row != NULL && variant != NULL;
         row = row->next, variant = variant->next) {
        show_share(uses, row, "variant", variant);
    }
}

static void show_url(struct uses *uses, struct node *map,
                     const struct stream *stream, const bell_stream *row)
{
    bell_string element = words_join(stream->name, CASE_SNAKE, uses->arena);
    uses->failed |= element.text == NULL;
    show_text(uses, map, "path", stream->path);
    if (stream->params == NULL) {
        return;
    }
    show_share(uses, map, "params", uses_shape(uses, stream->params)->node);
    show_stream_route(uses, stream, row->route, element, map);
}

void show_streams(struct uses *uses, struct node *service)
{
    const struct messages *messages = uses->service->messages;
    struct node *map = node_member(service, "streams")->first;
    const bell_stream *row = uses->bound->streams;
    if (map == NULL) {
        return;
    }
    if (has_pushes(uses)) {
        show_row(uses, map, "push", row, uses_type(uses, messages->push));
        show_bool(uses, map, "messages", true);
        show_pushes(uses, map, uses_type(uses, messages->push));
        show_text(uses, map, "doc", messages->doc);
        map = map->next;
        row++;
    }
    for (const struct stream *at = uses->service->streams;
         at != NULL && map != NULL; at = at->next, map = map->next, row++) {
        char *name =
            (char *)(uintptr_t)bell__arena_copy(uses->arena, at->name).text;
        show_row(uses, map, name != NULL ? name : "", row,
                 uses_shape(uses, at->item));
        show_text(uses, map, "doc", at->doc);
        show_url(uses, map, at, row);
    }
}

/* ---- What is said on a socket ----------------------------------------------
 */

static void show_closings(struct uses *uses, struct node *map,
                          const bell_socket *socket)
{
    struct node *list = show_list(uses, map, "closings");
    for (size_t i = 0; i < socket->closing_count; i++) {
        struct node *row = show_map(uses);
        show_number(uses, row, "code", socket->closings[i].code);
        show_text(uses, row, "text", bell_str(socket->closings[i].text));
        show_bool(uses, row, "final", socket->closings[i].final);
        show_append(uses, list, row);
    }
}

void show_socket(struct uses *uses, struct node *link, const bell_link *row,
                 const struct socket *said)
{
    const bell_socket *socket = row->socket;
    if (socket == NULL) {
        return;
    }
    struct node *map = show_map(uses);
    bell_string element =
        words_join(bell_str(row->name), CASE_SNAKE, uses->arena);
    uses->failed |= element.text == NULL;
    show_text(uses, map, "table", uses_table(uses, "socket_", element));
    show_text(uses, map, "name", bell_str(row->name));
    show_text(uses, map, "path", bell_str(row->path));
    show_text(uses, map, "closing_table",
              socket->closing_count != 0
                  ? uses_table(uses, "closings_", element)
                  : (bell_string){"", 0});
    show_text(uses, map, "tag", bell_str(socket->tag));
    show_text(uses, map, "error_type", bell_str(socket->error_type));
    show_text(uses, map, "error_code", bell_str(socket->error_code));
    show_text(uses, map, "error_message", bell_str(socket->error_message));
    show_text(uses, map, "auth_wait", bell_str(socket->auth_wait));
    show_text(uses, map, "auth_send", bell_str(socket->auth_send));
    show_text(uses, map, "auth_token", bell_str(socket->auth_token));
    show_text(uses, map, "auth_reply", bell_str(socket->auth_reply));
    show_text(uses, map, "auth_error", bell_str(socket->auth_error));
    show_text(uses, map, "ping", bell_str(socket->ping));
    show_text(uses, map, "pong", bell_str(socket->pong));
    show_bool(uses, map, "sequential",
              (socket->flags & BELL_SOCKET_SEQUENTIAL) != 0);
    show_closings(uses, map, socket);
    show_socket_roles(uses, map, said->roles, element);
    show_share(uses, link, "socket", map);
}

void show_message(struct uses *uses, const struct method *method,
                  bell_string element, struct node *map)
{
    const struct message_call *message = method->message;
    if (message == NULL) {
        return;
    }
    struct node *row = show_map(uses);
    show_text(uses, row, "table", uses_table(uses, "message_", element));
    show_text(uses, row, "tag", message->tag);
    show_text(uses, row, "json", show_json(uses, message->tag));
    show_text(uses, row, "reply", message->reply);
    show_text(uses, row, "key", message->key);
    show_share(uses, map, "message", row);
}

static struct node *member(struct node *map, const char *key)
{
    struct node *at = map->first;
    while (at != NULL && !bell__str_is(at->key, key)) {
        at = at->next;
    }
    return at;
}

/* Puts the socket of a link behind what goes over it. */
static void show_place(struct uses *uses, const struct node *links,
                       uint32_t link, struct node *map)
{
    const struct node *at = links->first;
    for (uint32_t i = 0; at != NULL && i < link; i++) {
        at = at->next;
    }
    if (at != NULL && map != NULL) {
        show_share(uses, map, "socket", node_member(at, "socket"));
    }
}

void show_places(struct uses *uses, struct node *service)
{
    const struct node *links = node_member(service, "links");
    const bell_method *method = uses->bound->methods;
    const bell_stream *row = uses->bound->streams;
    if (!uses->lang->sockets) {
        return;
    }
    for (struct node *at = node_member(service, "methods")->first; at != NULL;
         at = at->next, method++) {
        show_place(uses, links, method->link, member(at, "message"));
    }
    for (struct node *at = node_member(service, "streams")->first; at != NULL;
         at = at->next, row++) {
        show_place(uses, links, row->link, at);
    }
}
