/* rest.c: an endpoint as a route, and what it sends as one record: its members
 * are the path's parameters, the query, the headers and the body. It knows no
 * HTTP. */
#include <stdalign.h>
#include <string.h>

#include "bind/tables.h"

enum { PARTS_MAX = 4 };

/* The params while they are made. */
struct params {
    struct tables *tables;
    bell_type *table;
    bell_field *rows;
    uint32_t align;
};

/* The next member; gives its offset. */
static uint32_t put(struct params *params, const char *name,
                    const bell_type *type, uint32_t align)
{
    bell_type *table = params->table;
    bell_field *row = &params->rows[table->count++];
    bell_string key = tables_quote(params->tables, bell_str(name), ":");
    row->key = key.text;
    row->key_size = (uint16_t)key.size;
    row->name = name;
    row->name_size = (uint16_t)strlen(name);
    row->type = type;
    row->offset = layout_round(table->size, align);
    table->size = row->offset + type->size;
    params->align = align > params->align ? align : params->align;
    return row->offset;
}

static uint32_t put_shape(struct params *params, const char *name,
                          const struct shape *shape, const bell_type **type)
{
    if (shape == NULL) {
        return 0;
    }
    *type = shape_table(params->tables, shape);
    return *type == NULL
               ? 0
               : put(params, name, *type, layout_align(params->tables, shape));
}

void rest_bind(struct tables *tables, const struct method *call,
               bell_method *row)
{
    const struct endpoint *endpoint = call->endpoint;
    bell_route *route =
        route_make(tables, endpoint->path, endpoint->parameters);
    struct params params = {.tables = tables, .align = 1};
    params.table = tables_take(tables, sizeof *params.table);
    params.rows = tables_take(tables, PARTS_MAX * sizeof *params.rows);
    if (route == NULL || params.table == NULL || params.rows == NULL) {
        return;
    }
    route->verb = verb_names[endpoint->verb];
    route->flags = endpoint->bearer ? BELL_ROUTE_BEARER : 0;
    if (endpoint->sets_token.size != 0) {
        route->sets_token = tables_copy(tables, endpoint->sets_token);
    }
    if (route->path_type != NULL) {
        route->path_offset =
            put(&params, "path", route->path_type, alignof(bell_string));
    }
    route->query_offset =
        put_shape(&params, "query", endpoint->query, &route->query);
    route->headers_offset =
        put_shape(&params, "headers", endpoint->headers, &route->headers);
    route->body_offset =
        put_shape(&params, "body", endpoint->body, &route->body);
    row->route = route;
    if (params.table->count == 0) {
        return;
    }
    params.table->kind = BELL_KIND_RECORD;
    params.table->name = tables_copy(tables, call->wire);
    params.table->fields = params.rows;
    params.table->size = layout_round(params.table->size, params.align);
    row->params = params.table;
}
