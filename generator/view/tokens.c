/* tokens.c: tokens as the published model shows them: the roles that they have,
 * and what a call of rest does with them. It knows no HTTP. */
#include <string.h>

#include "view/show.h"

static bell_string none(void)
{
    return (bell_string){"", 0};
}

void show_roles(struct uses *uses, struct node *service)
{
    struct node *list = show_list(uses, service, "roles");
    for (const struct role *at = uses->service->roles; at != NULL;
         at = at->next) {
        bell_string words = names_join(&uses->names, none(), "role_", at->name);
        bell_string wanted =
            uses_identifier(uses, words, uses->lang->constants);
        struct node *map = show_map(uses);
        show_text(uses, map, "name", at->name);
        show_number(uses, map, "number", at->number);
        show_text(uses, map, "symbol",
                  names_claim(&uses->names, 0, wanted, NULL));
        show_append(uses, list, map);
    }
    if (uses->service->roles != NULL) {
        bell_string wanted =
            uses_identifier(uses, BELL_STR("role"), uses->lang->types);
        show_text(uses, service, "role_type",
                  names_claim(&uses->names, 0, wanted, NULL));
    }
}

/* The default has no name. */
static struct node *show_use(struct uses *uses, const struct role *role)
{
    struct node *map = show_map(uses);
    show_text(uses, map, "name", role != NULL ? role->name : none());
    show_number(uses, map, "number", role != NULL ? role->number : 0);
    return map;
}

static void show_uses(struct uses *uses, struct node *route, const char *key,
                      const struct role_use *role_uses)
{
    struct node *list = show_list(uses, route, key);
    for (const struct role_use *at = role_uses; at != NULL; at = at->next) {
        show_append(uses, list, show_use(uses, at->role));
    }
}

/* The member's name in the language stands in the node of the result. */
static bell_string member_of(const struct node *result, bell_string name)
{
    const struct node *fields =
        result != NULL ? node_member(result, "fields") : NULL;
    const struct node *at = fields != NULL ? fields->first : NULL;
    for (; at != NULL; at = at->next) {
        const struct node *wire = node_member(at, "name");
        const struct node *member = node_member(at, "member");
        if (wire != NULL && member != NULL && wire->text.size == name.size &&
            memcmp(wire->text.text, name.text, name.size) == 0) {
            return member->text;
        }
    }
    return none();
}

static void show_sets(struct uses *uses, struct node *route,
                      const struct role_use *sets, const struct node *result)
{
    struct node *list = show_list(uses, route, "sets");
    for (const struct role_use *at = sets; at != NULL; at = at->next) {
        struct node *map = show_map(uses);
        show_share(uses, map, "role", show_use(uses, at->role));
        show_text(uses, map, "name", at->member);
        show_text(uses, map, "member", member_of(result, at->member));
        show_append(uses, list, map);
    }
}

/* Its names, which it has already. */
static void show_login(struct uses *uses, struct node *route,
                       const struct node *login)
{
    static const char *const keys[] = {"name", "row", "table"};
    struct node *map = show_map(uses);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        show_share(uses, map, keys[i], node_member(login, keys[i]));
    }
    show_share(uses, route, "login", map);
}

void show_tokens(struct uses *uses, const struct method *method,
                 struct node *route, const struct node *result,
                 const struct node *login)
{
    const struct endpoint *endpoint = method->endpoint;
    show_bool(uses, route, "bearer", endpoint->bearer);
    show_uses(uses, route, "roles", endpoint->shows);
    show_text(uses, route, "role_table",
              endpoint->shows != NULL
                  ? uses_table(uses, "roles_", uses_element(uses, method->name))
                  : none());
    show_sets(uses, route, endpoint->sets, result);
    show_text(uses, route, "set_table",
              endpoint->sets != NULL
                  ? uses_table(uses, "sets_", uses_element(uses, method->name))
                  : none());
    show_uses(uses, route, "clears", endpoint->clears);
    show_text(uses, route, "fingerprint", endpoint->fingerprint);
    if (login != NULL) {
        show_login(uses, route, login);
    }
}

void show_socket_roles(struct uses *uses, struct node *socket,
                       const struct role_use *roles, bell_string element)
{
    show_uses(uses, socket, "roles", roles);
    show_text(uses, socket, "role_table",
              roles != NULL ? uses_table(uses, "roles_", element) : none());
}
