/* route.c: a call of rest as the published model shows it: its path in pieces,
 * and the types of what it sends; and a stream's url. It knows no HTTP. */
#include <string.h>

#include "view/show.h"

/* The call's row in the bound tables. */
static const bell_method *row_of(const struct uses *uses,
                                 const struct method *method)
{
    const bell_method *row = uses->bound->methods;
    for (const struct method *at = uses->service->calls; at != method;
         at = at->next) {
        row++;
    }
    return row;
}

static void show_parts(struct uses *uses, struct node *map,
                       const bell_route *route)
{
    struct node *list = show_list(uses, map, "parts");
    for (size_t i = 0; i < route->part_count; i++) {
        const bell_route_part *part = &route->parts[i];
        struct node *row = show_map(uses);
        show_text(uses, row, "text",
                  (bell_string){part->text, part->text_size});
        if (part->field != 0) {
            const bell_field *field =
                &route->path_type->fields[part->field - 1];
            show_text(uses, row, "field",
                      (bell_string){field->name, field->name_size});
        }
        show_number(uses, row, "number", part->field);
        show_append(uses, list, row);
    }
}

static void show_part_type(struct uses *uses, struct node *map, const char *key,
                           const struct shape *shape)
{
    show_share(uses, map, key,
               shape != NULL ? uses_shape(uses, shape)->node : NULL);
}

/* The node of a call. */
static const struct node *node_of(const struct uses *uses,
                                  const struct node *methods,
                                  const struct method *method)
{
    const struct node *node = methods->first;
    for (const struct method *at = uses_calls(uses); at != NULL && at != method;
         at = uses_next_call(uses, at)) {
        node = node != NULL ? node->next : NULL;
    }
    return node;
}

static void show_route(struct uses *uses, const struct method *method,
                       const struct node *methods, struct node *map)
{
    const bell_method *row = row_of(uses, method);
    const struct endpoint *endpoint = method->endpoint;
    show_text(uses, map, "link",
              row->link != 0 ? show_print(uses, "%u", (unsigned)row->link)
                             : (bell_string){"", 0});
    if (endpoint == NULL) {
        return;
    }
    bell_string element = uses_element(uses, method->name);
    struct node *route = show_map(uses);
    show_text(uses, route, "table", uses_table(uses, "route_", element));
    show_text(uses, route, "verb", bell_str(row->route->verb));
    show_text(uses, route, "path", endpoint->path);
    show_parts(uses, route, row->route);
    show_text(uses, route, "part_table", uses_table(uses, "parts_", element));
    show_bool(uses, route, "text", endpoint->text);
    show_tokens(uses, method, route, node_member(map, "result"),
                endpoint->login_call != NULL
                    ? node_of(uses, methods, endpoint->login_call)
                    : NULL);
    show_number(uses, route, "clears_mask", row->route->clears);
    show_part_type(uses, route, "path_type", endpoint->path_params);
    show_part_type(uses, route, "query", endpoint->query);
    show_part_type(uses, route, "headers", endpoint->headers);
    show_part_type(uses, route, "body", endpoint->body);
    show_share(uses, map, "route", route);
}

void show_routes(struct uses *uses, struct node *methods)
{
    struct node *map = methods->first;
    for (const struct method *at = uses_calls(uses); at != NULL && map != NULL;
         at = uses_next_call(uses, at)) {
        show_route(uses, at, methods, map);
        map = map->next;
    }
}

void show_stream_route(struct uses *uses, const struct stream *stream,
                       const bell_route *row, bell_string element,
                       struct node *map)
{
    struct node *route = show_map(uses);
    show_text(uses, route, "table", uses_table(uses, "route_", element));
    show_text(uses, route, "verb", bell_str(row->verb));
    show_text(uses, route, "path", stream->path);
    show_parts(uses, route, row);
    show_text(uses, route, "part_table", uses_table(uses, "parts_", element));
    show_part_type(uses, route, "path_type", stream->path_params);
    show_share(uses, map, "route", route);
}
