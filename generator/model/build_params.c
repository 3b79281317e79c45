/* build_params.c: what an endpoint sends, as one record that no schema names:
 * so every language has it as it has other types. It knows no verb. */
#include <stdio.h>

#include "base/str.h"
#include "model/build.h"

/* A record while fields are put behind one another. */
struct making {
    struct builder *builder;
    struct type *type;
    struct field **end;
};

static void put(struct making *making, bell_string name, struct shape *shape,
                struct place place)
{
    struct field *field = build_take(making->builder, sizeof *field);
    if (field == NULL || shape == NULL) {
        return;
    }
    field->wire = name;
    field->name = name;
    field->shape = shape;
    field->place = place;
    *making->end = field;
    making->end = &field->next;
    making->type->count++;
}

static bool make(struct making *making, const struct method *call,
                 const struct node *map, const char *inner)
{
    bell_string outer = build_short_name(making->builder, call->name);
    making->type = build_inlined(making->builder, map, outer, bell_str(inner));
    if (making->type == NULL) {
        return false;
    }
    making->type->kind = TYPE_RECORD;
    making->end = &making->type->fields;
    return true;
}

/* Parameters are texts: a path has no other types. */
static struct shape *build_parameters(struct builder *builder,
                                      const struct method *call,
                                      const struct node *map)
{
    struct making making = {.builder = builder};
    if (!make(&making, call, map, "path")) {
        return NULL;
    }
    for (const struct path_parameter *at = call->endpoint->parameters;
         at != NULL; at = at->next) {
        struct shape *shape =
            build_shape_make(builder, SHAPE_SCALAR, at->place);
        if (shape != NULL) {
            shape->scalar = SCALAR_STRING;
        }
        put(&making, at->name, shape, at->place);
    }
    return build_shape_of(builder, making.type);
}

static void put_part(struct making *making, const char *name,
                     struct shape *shape)
{
    if (shape != NULL) {
        put(making, bell_str(name), shape, shape->place);
    }
}

void build_params(struct builder *builder, struct method *call,
                  const struct node *map)
{
    struct endpoint *endpoint = call->endpoint;
    struct making making = {.builder = builder};
    if (endpoint->parameters != NULL) {
        endpoint->path_params = build_parameters(builder, call, map);
    }
    bool some = endpoint->path_params != NULL || endpoint->query != NULL ||
                endpoint->headers != NULL || endpoint->body != NULL;
    if (!some || !make(&making, call, map, "params")) {
        return;
    }
    making.type->sent = true;
    put_part(&making, "path", endpoint->path_params);
    put_part(&making, "query", endpoint->query);
    put_part(&making, "headers", endpoint->headers);
    put_part(&making, "body", endpoint->body);
    call->params = build_shape_of(builder, making.type);
}

/* What the record has already stays. */
static bool open_params(struct making *making, struct method *call)
{
    if (call->params == NULL) {
        if (!make(making, call, call->said, "params")) {
            return false;
        }
        making->type->sent = true;
        call->params = build_shape_of(making->builder, making->type);
        return call->params != NULL;
    }
    making->type = call->params->type;
    making->end = &making->type->fields;
    while (*making->end != NULL) {
        making->end = &(*making->end)->next;
    }
    return true;
}

/* "Of auth.login, which is called first if this is set." */
static bell_string login_doc(struct builder *builder, bell_string login)
{
    static const char before[] = "Of ";
    static const char after[] = ", which is called first if this is set.";
    size_t size = sizeof before + sizeof after + login.size;
    char *bytes = build_take(builder, size);
    if (bytes == NULL) {
        return (bell_string){"", 0};
    }
    snprintf(bytes, size, "%s%.*s%s", before, (int)login.size, login.text,
             after);
    return bell_str(bytes);
}

void build_params_login(struct builder *builder, struct method *call,
                        const struct shape *shape)
{
    struct making making = {.builder = builder};
    struct shape *own = build_take(builder, sizeof *own);
    if (own == NULL || !open_params(&making, call)) {
        return;
    }
    *own = *shape;
    own->place = call->endpoint->login_place;
    struct field **last = making.end;
    put(&making, BELL_STR("login"), own, own->place);
    if (*last != NULL) {
        (*last)->optional = true;
        (*last)->doc = login_doc(builder, call->endpoint->login);
    }
}

void build_stream_params(struct builder *builder, struct stream *stream,
                         const struct node *map)
{
    struct endpoint endpoint = {.parameters = stream->parameters};
    struct method url = {.name = stream->name, .endpoint = &endpoint};
    build_params(builder, &url, map);
    stream->params = url.params;
    stream->path_params = endpoint.path_params;
}
