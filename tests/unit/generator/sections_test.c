/* sections_test.c: rest, messages and streams as tables: what goes where in a
 * request lies where a compiler would put it. */
#include <stddef.h>

#include "unit/generator/schema_text.h"

#define SCHEMA                                                                 \
    "bellpull: 1\nservice: s\n"                                                \
    "types:\n  A: {fields: {id: int64, n?: int32}}\n"                          \
    "rpc:\n  first: {params: A}\n"                                             \
    "channels:\n  c: {channel: 'c:{x}', event: A, recover: true}\n"            \
    "rest:\n"                                                                  \
    "  put:\n"                                                                 \
    "    PUT: '/a|b/{one}/%41/{two}'\n"                                        \
    "    query: {deep?: bool}\n    headers: {h: int32}\n    body: 'A[]'\n"     \
    "    auth: bearer\n    result: {fields: {token: string}}\n"                \
    "    sets_token: token\n"                                                  \
    "  all: {GET: /all}\n"                                                     \
    "messages:\n"                                                              \
    "  path: /ws\n  tag: type\n  ordering: sequential\n"                       \
    "  error: {type: failed, code: c}\n"                                       \
    "  auth: {send: hello, params: {jwt: string}, reply: welcome, wait: who, " \
    "error: no}\n"                                                             \
    "  keepalive: {receive: ping, answer: pong}\n"                             \
    "  close: {4001: {doc: bad, final: true}, 4000: {}}\n"                     \
    "  calls:\n"                                                               \
    "    go: {params: A, reply: gone, key: id, result: A}\n"                   \
    "    tell: {completion: none}\n"                                           \
    "  pushes: {news: A}\n"                                                    \
    "streams:\n"                                                               \
    "  levels: {path: '/l/{room}', item: 'float32[]', keep: latest}\n"         \
    "  all_of:\n    path: /e\n    item: A\n    tag: kind\n"                    \
    "    auth: {send: hi, params: {token: string}}\n"                          \
    "    calls: {hold: {params: A}}\n"

struct put_params {
    struct {
        bell_string one;
        bell_string two;
    } path;
    struct {
        bool has_deep;
        bool deep;
    } query;
    struct {
        int32_t h;
    } headers;
    struct {
        const void *items;
        size_t count;
    } body;
};

static void routes_are_bound(const bell_service *bound)
{
    const bell_method *put = &bound->methods[1];
    const bell_route *route = put->route;
    CHECK_TEXT("put", put->name);
    CHECK_TEXT("PUT", route->verb);
    CHECK_INT(BELL_ROUTE_BEARER, route->flags);
    CHECK_INT(1, route->set_count);
    CHECK_INT(0, route->sets[0].offset);
    CHECK_INT(0, route->sets[0].role);
    CHECK(route->roles == NULL && route->fingerprint == NULL);
    CHECK_INT(0, route->login);
    CHECK_INT(offsetof(struct put_params, path), route->path_offset);
    CHECK_INT(offsetof(struct put_params, query), route->query_offset);
    CHECK_INT(offsetof(struct put_params, headers), route->headers_offset);
    CHECK_INT(offsetof(struct put_params, body), route->body_offset);
    CHECK_INT(sizeof(struct put_params), put->params->size);
    CHECK_INT(4, put->params->count);
    CHECK_TEXT("\"headers\":", put->params->fields[2].key);
    CHECK(put->params->fields[3].type == route->body);
    CHECK_INT(2, route->path_type->count);
    CHECK_TEXT("two", route->path_type->fields[1].name);
    CHECK_INT(sizeof(bell_string), route->path_type->fields[1].offset);
    const bell_method *all = &bound->methods[2];
    CHECK(all->params == NULL && all->route->path_type == NULL);
    CHECK_INT(1, all->route->part_count);
    CHECK_TEXT("/all", all->route->parts[0].text);
    CHECK_INT(0, all->route->parts[0].field);
}

/* What a path may not hold is encoded; what is encoded stays. */
static void paths_are_cut(const bell_route *route)
{
    CHECK_INT(2, route->part_count);
    CHECK_TEXT("/a%7Cb/", route->parts[0].text);
    CHECK_INT(7, route->parts[0].text_size);
    CHECK_INT(1, route->parts[0].field);
    CHECK_TEXT("/%41/", route->parts[1].text);
    CHECK_INT(2, route->parts[1].field);
}

static void messages_are_bound(const bell_service *bound)
{
    const bell_method *go = &bound->methods[3];
    CHECK_TEXT("gone", go->message->reply);
    CHECK_INT(4, go->message->reply_size);
    CHECK_TEXT("id", go->message->key);
    CHECK(go->route == NULL && go->params != NULL);
    const bell_method *tell = &bound->methods[4];
    CHECK(tell->message->reply == NULL && tell->message->key == NULL);
    CHECK_INT(BELL_METHOD_NO_REPLY, tell->flags);
    CHECK_TEXT("\"go\"", go->message->tag);
    const bell_socket *said = bound->links[2].socket;
    CHECK_TEXT("type", said->tag);
    CHECK_TEXT("failed", said->error_type);
    CHECK_TEXT("c", said->error_code);
    CHECK(said->error_message == NULL);
    CHECK_TEXT("hello", said->auth_send);
    CHECK_TEXT("welcome", said->auth_reply);
    CHECK_TEXT("jwt", said->auth_token);
    CHECK_TEXT("who", said->auth_wait);
    CHECK_TEXT("no", said->auth_error);
    CHECK_TEXT("ping", said->ping);
    CHECK_TEXT("pong", said->pong);
    CHECK_INT(BELL_SOCKET_SEQUENTIAL, said->flags);
    CHECK_INT(2, said->closing_count);
    CHECK_INT(4001, said->closings[0].code);
    CHECK(said->closings[0].final && !said->closings[1].final);
    CHECK_TEXT("bad", said->closings[0].text);
    CHECK_TEXT("", said->closings[1].text);
    const bell_stream *pushes = &bound->streams[0];
    CHECK_TEXT("messages", pushes->name);
    CHECK_INT(2, pushes->link);
    CHECK_INT(BELL_KEEP_ALL, pushes->keep);
    CHECK_INT(BELL_KIND_UNION, pushes->item->kind);
    CHECK_TEXT("type", pushes->item->tag);
    CHECK_TEXT("news", pushes->item->variants[0].text);
    CHECK(pushes->item->variants[0].type == go->params);
}

/* One for rpc with channels, rest, messages, and for each stream. */
static void links_are_bound(const bell_service *bound)
{
    static const char *const names[] = {"rpc", "rest", "messages",
                                        "streams.levels", "streams.all_of"};
    static const uint32_t of_methods[] = {0, 1, 1, 2, 2, 4};
    CHECK_INT(5, bound->link_count);
    for (uint32_t i = 0; i < bound->link_count; i++) {
        CHECK_TEXT(names[i], bound->links[i].name);
        CHECK((bound->links[i].socket != NULL) == (i >= 2));
    }
    CHECK_INT(BELL_LINK_AT_OPEN, bound->links[0].flags);
    CHECK_TEXT("/ws", bound->links[2].path);
    CHECK_TEXT("/e", bound->links[4].path);
    CHECK(bound->links[3].path == NULL);
    CHECK_INT(6, bound->method_count);
    for (uint32_t i = 0; i < bound->method_count; i++) {
        CHECK_INT(of_methods[i], bound->methods[i].link);
    }
}

static void streams_are_bound(const bell_service *bound)
{
    CHECK_INT(3, bound->stream_count);
    const bell_stream *levels = &bound->streams[1];
    CHECK_TEXT("levels", levels->name);
    CHECK_TEXT("room", levels->route->path_type->fields[0].name);
    CHECK_INT(BELL_KIND_LIST, levels->item->kind);
    CHECK_INT(BELL_KEEP_LATEST, levels->keep);
    CHECK_INT(3, levels->link);
    CHECK_INT(sizeof(bell_string), levels->params->size);
    CHECK_INT(BELL_KEEP_ALL, bound->streams[2].keep);
    CHECK_INT(4, bound->streams[2].link);
    CHECK(bound->streams[2].params == NULL);
    const bell_method *hold = &bound->methods[5];
    CHECK_TEXT("all_of.hold", hold->name);
    CHECK_TEXT("\"hold\"", hold->message->tag);
    CHECK_INT(BELL_METHOD_NO_REPLY, hold->flags);
    CHECK_TEXT("kind", bound->links[4].socket->tag);
    CHECK_TEXT("hi", bound->links[4].socket->auth_send);
    CHECK_INT(1, bound->channel_count);
    CHECK_TEXT("c:{x}", bound->channels[0].pattern);
    CHECK_INT(BELL_CHANNEL_RECOVER, bound->channels[0].flags);
    CHECK_INT(0, bound->channels[0].link);
}

/* RFC 9110 9.2.2: what may be repeated where the schema does not say. */
static void verbs_are_judged(void)
{
    static const struct {
        const char *verb;
        int flags;
    } verbs[] = {
        {"GET", BELL_METHOD_IDEMPOTENT},
        {"HEAD", BELL_METHOD_IDEMPOTENT},
        {"PUT", BELL_METHOD_IDEMPOTENT},
        {"DELETE", BELL_METHOD_IDEMPOTENT},
        {"OPTIONS", BELL_METHOD_IDEMPOTENT},
        {"POST", 0},
        {"PATCH", 0},
    };
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        struct schema_text schema;
        char text[96];
        snprintf(text, sizeof text,
                 "bellpull: 1\nservice: s\nrest:\n  a: {%s: /a}\n",
                 verbs[i].verb);
        schema_check(&schema, "s.yaml", bell_str(text));
        CHECK_TEXT("", schema.said);
        CHECK(schema.tables != NULL);
        if (schema.tables != NULL) {
            const bell_method *row = &schema.tables->methods[0];
            CHECK_TEXT(verbs[i].verb, row->route->verb);
            CHECK_INT(verbs[i].flags, row->flags);
        }
        schema_close(&schema);
    }
}

int main(void)
{
    verbs_are_judged();
    struct schema_text schema;
    schema_check(&schema, "s.yaml", bell_str(SCHEMA));
    CHECK_TEXT("", schema.said);
    CHECK(schema.tables != NULL);
    if (schema.tables != NULL) {
        routes_are_bound(schema.tables);
        paths_are_cut(schema.tables->methods[1].route);
        messages_are_bound(schema.tables);
        links_are_bound(schema.tables);
        streams_are_bound(schema.tables);
    }
    schema_close(&schema);
    return check_report();
}
