/* build_socket.c: what is said on a socket beside calls and items: how a client
 * says who it is, whether it lives, and what close codes mean. It knows no
 * types. */
#include "base/codes.h"
#include "base/str.h"
#include "model/build.h"
#include "model/number.h"

enum { CLOSINGS_MAX = 100, KEEPALIVE_BYTES_MAX = 255 };

void build_wire_text(struct builder *builder, const struct node *map,
                     const char *key, bell_string *text)
{
    const struct node *node = node_member(map, key);
    if (node != NULL && take_text(builder, node, text) &&
        !name_check_wire(builder, *text, node->spot->place, "this member")) {
        *text = (bell_string){"", 0};
    }
}

/* ---- Who one is ------------------------------------------------------------
 */

/* `{token: string}`: the one member that the runtime fills. */
static void build_token(struct builder *builder, struct socket *socket,
                        const struct node *auth)
{
    const struct node *params = node_member(auth, "params");
    const struct node *token = params != NULL ? params->first : NULL;
    bool one = params != NULL && params->kind == NODE_MAP &&
               params->count == 1 && token->kind == NODE_TEXT &&
               bell__str_is(token->text, "string");
    if (!one) {
        diag_add(builder->diags, CODE_SOCKET,
                 params != NULL ? params->spot->place : auth->spot->place,
                 "auth needs 'params' with one member, a string, which the "
                 "token is sent in: {token: string}");
        return;
    }
    if (name_check_wire(builder, token->key, token->spot->key_place,
                        "this member")) {
        socket->auth_token = token->key;
    }
}

static void build_auth(struct builder *builder, struct socket *socket,
                       const struct node *map)
{
    static const char *const known[] = {"wait",  "send",   "params", "reply",
                                        "error", "bearer", NULL};
    if (map == NULL || !take_map(builder, map)) {
        return;
    }
    take_known(builder, map, known, "auth");
    build_wire_text(builder, map, "wait", &socket->auth_wait);
    build_wire_text(builder, map, "send", &socket->auth_send);
    build_wire_text(builder, map, "reply", &socket->auth_reply);
    build_wire_text(builder, map, "error", &socket->auth_error);
    build_token(builder, socket, map);
    if (node_member(map, "bearer") != NULL) {
        socket->roles = build_roles(builder, node_member(map, "bearer"));
    }
}

/* ---- Whether one lives -----------------------------------------------------
 */

static bool take_whole(struct builder *builder, const struct node *map,
                       const char *key, bell_string *text)
{
    const struct node *node = node_member(map, key);
    if (node == NULL || !take_text(builder, node, text)) {
        return node != NULL;
    }
    if (text->size == 0 || text->size > KEEPALIVE_BYTES_MAX) {
        diag_add(builder->diags, CODE_SOCKET, node->spot->place,
                 "'%s' is a whole message of 1 to %d bytes", key,
                 KEEPALIVE_BYTES_MAX);
        *text = (bell_string){"", 0};
    }
    return true;
}

static void build_keepalive(struct builder *builder, struct socket *socket,
                            const struct node *map)
{
    static const char *const known[] = {"receive", "answer", NULL};
    if (map == NULL || !take_map(builder, map)) {
        return;
    }
    take_known(builder, map, known, "keepalive");
    bool both = take_whole(builder, map, "receive", &socket->ping);
    both = take_whole(builder, map, "answer", &socket->pong) && both;
    if (!both) {
        diag_add(builder->diags, CODE_MISSING, map->spot->place,
                 "keepalive needs 'receive' and 'answer', two whole messages: "
                 "{receive: ping, answer: pong}");
    }
}

/* ---- Why it ends -----------------------------------------------------------
 */

/* Codes that a server may send (RFC 6455 7.4). */
static bool is_close_code(int32_t code)
{
    return code >= 1000 && code <= 4999 && code != 1004 && code != 1005 &&
           code != 1006 && code != 1015;
}

static struct closing *build_closing(struct builder *builder,
                                     const struct socket *socket,
                                     const struct node *node)
{
    static const char *const known[] = {"doc", "final", NULL};
    struct closing *closing = build_take(builder, sizeof *closing);
    if (closing == NULL) {
        return NULL;
    }
    closing->place = node->spot->key_place;
    if (!model_error_code(node->key, &closing->code) ||
        !is_close_code(closing->code)) {
        diag_add(builder->diags, CODE_SOCKET, closing->place,
                 "a close code is a number from 1000 to 4999 that a server may "
                 "send");
        return NULL;
    }
    for (const struct closing *at = socket->closings; at != NULL;
         at = at->next) {
        if (at->code == closing->code) {
            struct diag *diag =
                diag_add(builder->diags, CODE_SOCKET, closing->place,
                         "the close code %d appears twice", (int)at->code);
            diag_second(builder->diags, diag, at->place, "first used here");
            return NULL;
        }
    }
    if (node->kind != NODE_MAP) {
        take_text(builder, node, &closing->doc);
        return closing;
    }
    take_known(builder, node, known, "a close code");
    take_member_text(builder, node, "doc", &closing->doc);
    take_member_bool(builder, node, "final", &closing->final);
    return closing;
}

static void build_closings(struct builder *builder, struct socket *socket,
                           const struct node *map)
{
    struct closing **end = &socket->closings;
    if (map == NULL || !take_map(builder, map)) {
        return;
    }
    if (map->count > CLOSINGS_MAX) {
        diag_add(builder->diags, CODE_TOO_MANY, map->spot->place,
                 "more than %d close codes", CLOSINGS_MAX);
        return;
    }
    for (const struct node *at = map->first; at != NULL; at = at->next) {
        *end = build_closing(builder, socket, at);
        if (*end != NULL) {
            end = &(*end)->next;
        }
    }
}

void build_socket(struct builder *builder, struct socket *socket,
                  const struct node *map)
{
    const struct node *tag = node_member(map, "tag");
    build_wire_text(builder, map, "tag", &socket->tag);
    socket->tag_place = tag != NULL ? tag->spot->place : map->spot->place;
    build_auth(builder, socket, node_member(map, "auth"));
    build_keepalive(builder, socket, node_member(map, "keepalive"));
    build_closings(builder, socket, node_member(map, "close"));
}
