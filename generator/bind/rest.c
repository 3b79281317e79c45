/* rest.c: an endpoint's route: its pieces, and where in the params the parts of
 * a request lie; its tokens. It knows no HTTP. */
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

static size_t count_uses(const struct role_use *uses)
{
    size_t count = 0;
    for (; uses != NULL; uses = uses->next) {
        count++;
    }
    return count;
}

static uint32_t number_of(const struct role_use *use)
{
    return use->role != NULL ? use->role->number : 0;
}

static void bind_sets(struct tables *tables, const struct role_use *sets,
                      const bell_type *result, bell_route *route)
{
    size_t count = count_uses(sets);
    bell_route_token *tokens = tables_take(tables, count * sizeof *tokens + 1);
    if (count == 0 || tokens == NULL) {
        return;
    }
    route->sets = tokens;
    route->set_count = (uint16_t)count;
    for (; sets != NULL; sets = sets->next, tokens++) {
        tokens->role = number_of(sets);
        find(result, tables_copy(tables, sets->member), &tokens->offset);
    }
}

const uint8_t *roles_numbers(struct tables *tables,
                             const struct role_use *shows, uint16_t *count)
{
    *count = (uint16_t)count_uses(shows);
    uint8_t *roles = tables_take(tables, (size_t)*count + 1);
    if (*count == 0 || roles == NULL) {
        return NULL;
    }
    for (uint8_t *at = roles; shows != NULL; shows = shows->next) {
        *at++ = (uint8_t)number_of(shows);
    }
    return roles;
}

static uint32_t clears_of(const struct endpoint *endpoint)
{
    uint32_t clears = 0;
    for (const struct role_use *at = endpoint->clears; at != NULL;
         at = at->next) {
        clears |= UINT32_C(1) << number_of(at);
    }
    return clears;
}

static void bind_tokens(struct tables *tables, const struct endpoint *endpoint,
                        const bell_method *row, bell_route *route)
{
    route->roles = roles_numbers(tables, endpoint->shows, &route->role_count);
    bind_sets(tables, endpoint->sets, row->result, route);
    route->clears = clears_of(endpoint);
    if (endpoint->fingerprint.size != 0) {
        route->fingerprint = tables_copy(tables, endpoint->fingerprint);
    }
    if (endpoint->login_call != NULL) {
        route->login = endpoint->login_call->number;
        find(row->params, "login", &route->login_offset);
    }
}

void roles_bind(struct tables *tables, const struct service *service,
                bell_service *bound)
{
    const char **names =
        tables_take(tables, (service->role_count + 1) * sizeof *names);
    bound->roles = names;
    bound->role_count = (uint32_t)service->role_count;
    for (const struct role *at = service->roles; names != NULL && at != NULL;
         at = at->next) {
        *names++ = tables_copy(tables, at->name);
    }
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
    route->path_type = find(params, "path", &route->path_offset);
    route->query = find(params, "query", &route->query_offset);
    route->headers = find(params, "headers", &route->headers_offset);
    route->body = find(params, "body", &route->body_offset);
    bind_tokens(tables, endpoint, row, route);
    row->route = route;
}
