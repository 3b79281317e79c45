/* contract.c: one number over everything of a service that matters on the wire
 * and in code. Docs, examples and the version do not. FNV-1a, 64 bits: it
 * tells apart what changed, and keeps nobody out. */
#include <inttypes.h>
#include <stdio.h>

#include "model/calls.h"

static void put_number(uint64_t *hash, uint64_t number)
{
    for (int i = 0; i < 8; i++) {
        *hash = (*hash ^ (number & 0xff)) * 0x100000001b3u;
        number >>= 8;
    }
}

/* With its size, so that "ab" "c" differs from "a" "bc". */
static void put_text(uint64_t *hash, bell_string text)
{
    put_number(hash, text.size);
    for (size_t i = 0; i < text.size; i++) {
        *hash = (*hash ^ (unsigned char)text.text[i]) * 0x100000001b3u;
    }
}

static void put_rules(uint64_t *hash, const struct rule *rule)
{
    for (; rule != NULL; rule = rule->next) {
        const bell_rule *table = &rule->table;
        put_number(hash, table->checks);
        put_number(hash, table->min_count);
        put_number(hash, table->max_count);
        put_number(hash, table->min.natural);
        put_number(hash, table->max.natural);
        put_text(hash, bell_str(rule->pattern.text));
    }
}

static void put_shape(uint64_t *hash, const struct shape *shape)
{
    for (; shape != NULL; shape = shape->item) {
        put_number(hash, (uint64_t)shape->kind * 2 + shape->nullable);
        if (shape->kind == SHAPE_SCALAR) {
            put_number(hash, shape->scalar);
        }
        if (shape->kind == SHAPE_NAMED && shape->type != NULL) {
            put_text(hash, shape->type->name);
        }
        if (shape->form != FORM_TEXT) {
            put_number(hash, shape->form);
        }
        put_rules(hash, shape->rules);
    }
    put_number(hash, UINT64_MAX);
}

/* YAML says `true` as text where JSON has a bool: the same here. */
static void put_default(uint64_t *hash, const struct node *node)
{
    if (node == NULL) {
        put_number(hash, 0);
        return;
    }
    put_number(hash, 1);
    if (node->kind == NODE_BOOL) {
        put_text(hash, node->truth ? BELL_STR("true") : BELL_STR("false"));
        return;
    }
    put_text(hash, node->text);
}

static void put_type(uint64_t *hash, const struct type *type)
{
    put_number(hash, type->kind);
    put_text(hash, type->name);
    put_text(hash, type->tag);
    if (type->content.size != 0) {
        put_text(hash, type->content);
    }
    if (type->by_kind) {
        put_number(hash, 1);
    }
    if (type->others != NULL) {
        put_shape(hash, type->others);
    }
    put_number(hash, (uint64_t)type->closed * 2 + type->strict);
    put_number(hash, type->count);
    put_shape(hash, type->kind == TYPE_ALIAS ? type->alias : NULL);
    for (const struct field *at = type->fields; at != NULL; at = at->next) {
        put_text(hash, at->wire);
        put_text(hash, at->name);
        put_number(hash, at->optional);
        put_shape(hash, at->shape);
        put_default(hash, at->fallback);
    }
    for (const struct value *at = type->values; at != NULL; at = at->next) {
        put_text(hash, at->wire);
        put_text(hash, at->name);
    }
    for (const struct variant *at = type->variants; at != NULL; at = at->next) {
        put_text(hash, at->wire);
        put_text(hash, at->name);
        put_shape(hash, at->shape);
    }
}

static void put_method(uint64_t *hash, const struct method *method)
{
    put_text(hash, method->wire);
    put_text(hash, method->name);
    put_shape(hash, method->params);
    put_shape(hash, method->result);
    put_number(hash, (uint64_t)method->deadline_ms);
    put_number(hash, method->idempotent);
    for (const struct method_error *at = method->errors; at != NULL;
         at = at->next) {
        put_number(hash, (uint64_t)at->code);
        if (at->name.size != 0) {
            put_text(hash, at->name);
        }
        if (at->data != NULL) {
            put_shape(hash, at->data);
        }
    }
    if (method->no_reply) {
        put_text(hash, BELL_STR("no reply"));
    }
    put_number(hash, UINT64_MAX);
}

static void put_call_shape(void *context, struct shape *shape)
{
    put_shape(context, shape);
}

static void put_uses(uint64_t *hash, const char *what,
                     const struct role_use *uses)
{
    if (uses == NULL) {
        return;
    }
    put_text(hash, bell_str(what));
    for (const struct role_use *at = uses; at != NULL; at = at->next) {
        put_text(hash, at->role != NULL ? at->role->name : BELL_STR(""));
        put_text(hash, at->member);
    }
}

/* The default token alone is said as it always was. */
static void put_tokens(uint64_t *hash, const struct endpoint *endpoint)
{
    const struct role_use *sets = endpoint->sets;
    bool own = sets != NULL && sets->role == NULL;
    put_text(hash, own ? sets->member : BELL_STR(""));
    put_uses(hash, "shows", endpoint->shows);
    put_uses(hash, "sets", own ? NULL : sets);
    put_uses(hash, "clears", endpoint->clears);
    if (endpoint->fingerprint.size != 0) {
        put_text(hash, endpoint->fingerprint);
    }
    if (endpoint->login.size != 0) {
        put_text(hash, endpoint->login);
    }
}

static void put_socket(uint64_t *hash, const struct socket *socket)
{
    put_text(hash, socket->tag);
    put_text(hash, socket->auth_wait);
    put_text(hash, socket->auth_send);
    put_text(hash, socket->auth_token);
    put_text(hash, socket->auth_reply);
    put_text(hash, socket->auth_error);
    put_text(hash, socket->ping);
    put_text(hash, socket->pong);
    put_uses(hash, "shows", socket->roles);
    for (const struct closing *at = socket->closings; at != NULL;
         at = at->next) {
        put_number(hash, (uint64_t)at->code * 2 + at->final);
    }
}

/* What rest, messages and streams have of their own. */
static void put_details(uint64_t *hash, const struct service *service)
{
    const struct messages *messages = service->messages;
    for (const struct method *at = service->calls; at != NULL; at = at->next) {
        if (at->section == SECTION_REST) {
            put_number(hash,
                       (uint64_t)at->endpoint->verb * 2 + at->endpoint->bearer);
            put_text(hash, at->endpoint->path);
            put_tokens(hash, at->endpoint);
        }
    }
    for (const struct stream *at = service->streams; at != NULL;
         at = at->next) {
        put_text(hash, at->name);
        put_text(hash, at->path);
        put_number(hash, at->keep);
        put_socket(hash, &at->socket);
    }
    if (messages == NULL) {
        return;
    }
    put_text(hash, messages->path);
    put_number(hash, messages->sequential);
    put_text(hash, messages->error_type);
    put_socket(hash, &messages->socket);
    for (const struct method *at = service->calls; at != NULL; at = at->next) {
        if (at->section == SECTION_MESSAGES) {
            put_text(hash, at->message->reply);
            put_text(hash, at->message->key);
        }
    }
    for (const struct push *at = messages->pushes; at != NULL; at = at->next) {
        put_text(hash, at->wire);
    }
}

static void put_calls(uint64_t *hash, const struct service *service,
                      enum section section)
{
    for (const struct method *at = service->calls; at != NULL; at = at->next) {
        if (at->section == section) {
            put_method(hash, at);
        }
    }
}

static void put_shapes(uint64_t *hash, const struct service *service,
                       enum section section)
{
    for (const struct method *at = service->calls; at != NULL; at = at->next) {
        if (at->section == section) {
            call_each_shape(at, put_call_shape, hash);
        }
    }
}

static void put_given(uint64_t *hash, const struct shape *shape)
{
    if (shape != NULL) {
        put_shape(hash, shape);
    }
}

/* Only where they are there: a service without them keeps its number. */
static void put_sections(uint64_t *hash, const struct service *service)
{
    const struct messages *messages = service->messages;
    put_calls(hash, service, SECTION_REST);
    put_calls(hash, service, SECTION_MESSAGES);
    put_shapes(hash, service, SECTION_REST);
    put_calls(hash, service, SECTION_STREAMS);
    if (messages != NULL) {
        put_shapes(hash, service, SECTION_MESSAGES);
        for (const struct push *at = messages->pushes; at != NULL;
             at = at->next) {
            put_given(hash, at->shape);
        }
    }
    for (const struct stream *at = service->streams; at != NULL;
         at = at->next) {
        put_given(hash, at->params);
        put_given(hash, at->item);
    }
    put_details(hash, service);
}

bell_string model_contract(const struct service *service,
                           struct bell__arena *arena)
{
    uint64_t hash = 0xcbf29ce484222325u;
    char digits[17];
    put_text(&hash, service->name);
    put_number(&hash, service->type_count);
    for (const struct type *at = service->types; at != NULL; at = at->next) {
        put_type(&hash, at);
    }
    put_number(&hash, service->method_count);
    put_calls(&hash, service, SECTION_RPC);
    put_number(&hash, service->channel_count);
    for (const struct channel *at = service->channels; at != NULL;
         at = at->next) {
        put_text(&hash, at->name);
        put_text(&hash, at->pattern);
        put_shape(&hash, at->event);
        put_number(&hash, at->recover);
    }
    put_sections(&hash, service);
    snprintf(digits, sizeof digits, "%016" PRIx64, hash);
    return bell__arena_copy(arena, bell_str(digits));
}
