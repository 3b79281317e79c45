/* rest.c: an endpoint's route: its pieces, and where in the params the parts of
 * a request lie. It knows no HTTP. */
#include <string.h>

#include "bind/tables.h"

/* Where a part lies in the params, which have a member for each there is. */
static const bell_type *find(const bell_type *params, const char *name,
                             uint32_t *offset)
{
    for (size_t i = 0; params != NULL && i < params->count; i++) {
        if (strcmp(params->fields[i].name, name) == 0) {
            *offset = params->fields[i].offset;
            return params->fields[i].type;
        }
    }
    return NULL;
}

void rest_bind(struct tables *tables, const struct method *call,
               bell_method *row)
{
    const struct endpoint *endpoint = call->endpoint;
    const bell_type *params = row->params;
    bell_route *route = route_make(tables, endpoint->path);
    if (route == NULL) {
        return;
    }
    route->verb = verb_names[endpoint->verb];
    route->flags = (uint16_t)((endpoint->bearer ? BELL_ROUTE_BEARER : 0) |
                              (endpoint->text ? BELL_ROUTE_TEXT : 0));
    if (endpoint->sets_token.size != 0) {
        route->sets_token = tables_copy(tables, endpoint->sets_token);
    }
    route->path_type = find(params, "path", &route->path_offset);
    route->query = find(params, "query", &route->query_offset);
    route->headers = find(params, "headers", &route->headers_offset);
    route->body = find(params, "body", &route->body_offset);
    row->route = route;
}
