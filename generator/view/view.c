/* view.c: a checked service to the published model. Methods are named first:
 * what users call most keeps its name. */
#include "view/view.h"

#include <string.h>

#include "view/show.h"

static void show_channels(struct uses *uses, struct node *service)
{
    struct node *list = show_list(uses, service, "channels");
    for (const struct channel *at = uses->service->channels; at != NULL;
         at = at->next) {
        struct node *map = show_map(uses);
        show_text(uses, map, "name", at->name);
        show_text(uses, map, "doc", at->doc);
        show_extras(uses, map, at->said);
        show_text(uses, map, "pattern", at->pattern);
        show_share(uses, map, "event", uses_shape(uses, at->event)->node);
        show_bool(uses, map, "recover", at->recover);
        show_append(uses, list, map);
    }
}

/* What carries a link, by the section that it is of. */
static const char *kind_of(const bell_link *link)
{
    return link->socket == NULL
               ? strcmp(link->name, "rpc") == 0 ? "centrifugo" : "rest"
           : strcmp(link->name, "messages") == 0 ? "messages"
                                                 : "stream";
}

/* What the schema says of the link's socket; streams are in its order. */
static const struct socket *said_of(const struct uses *uses,
                                    const bell_link *link,
                                    const struct stream **stream)
{
    if (link->socket == NULL) {
        return NULL;
    }
    if (strcmp(link->name, "messages") == 0) {
        return &uses->service->messages->socket;
    }
    const struct socket *said = &(*stream)->socket;
    *stream = (*stream)->next;
    return said;
}

/* The links that are bound. Sockets stand behind: a language without them does
 * not count these. */
static void show_links(struct uses *uses, struct node *service)
{
    struct node *list = show_list(uses, service, "links");
    const struct stream *stream = uses->service->streams;
    for (size_t i = 0; i < uses->bound->link_count; i++) {
        const bell_link *link = &uses->bound->links[i];
        if (link->socket != NULL && !uses->lang->sockets) {
            continue;
        }
        const struct socket *said = said_of(uses, link, &stream);
        struct node *map = show_map(uses);
        show_text(uses, map, "name", bell_str(link->name));
        show_text(uses, map, "kind", bell_str(kind_of(link)));
        show_text(uses, map, "path", bell_str(link->path));
        show_bool(uses, map, "at_open", (link->flags & BELL_LINK_AT_OPEN) != 0);
        show_socket(uses, map, link, said);
        show_append(uses, list, map);
    }
}

static void show_lists(struct uses *uses, struct node *service)
{
    struct node *scalars = show_list(uses, service, "scalars");
    struct node *enums = show_list(uses, service, "enums");
    struct node *containers = show_list(uses, service, "containers");
    struct node *structs = show_list(uses, service, "structs");
    struct node *forwards = show_list(uses, service, "forwards");
    struct node *tables = show_list(uses, service, "tables");
    struct node *loops = show_list(uses, service, "loops");
    struct node *setters = show_list(uses, service, "setters");
    for (size_t i = 0; i < FORMED_COUNT; i++) {
        if (uses->scalars[i].table_mark != 0) {
            show_append(uses, scalars, uses->scalars[i].node);
        }
    }
    for (struct used *at = uses->all.first; at != NULL; at = at->next) {
        if (at->forward) {
            show_append(uses, loops, at->node);
        }
        if (at->plain != at) {
            continue;
        }
        bool container = at->kind == USED_LIST || at->kind == USED_MAP;
        show_append(uses, at->kind == USED_ENUM ? enums : forwards, at->node);
        if (container) {
            show_append(uses, containers, at->node);
        }
        const struct node *settable = node_member(at->node, "settable");
        if (settable != NULL && settable->count != 0) {
            show_append(uses, setters, at->node);
        }
    }
    for (struct used *at = uses->structs.first; at != NULL;
         at = at->next_struct) {
        show_append(uses, structs, at->node);
    }
    for (struct used *at = uses->tables.first; at != NULL;
         at = at->next_table) {
        show_append(uses, tables, at->node);
    }
}

/* Methods' results and channels' events reach types too. */
static void reach(struct uses *uses, struct used **results)
{
    size_t index = 0;
    for (const struct method *at = uses_calls(uses); at != NULL;
         at = uses_next_call(uses, at)) {
        results[index] = NULL;
        if (at->result != NULL) {
            results[index] = uses_result(uses, at);
            uses_reach(uses, results[index]);
        }
        for (const struct method_error *error = at->errors; error != NULL;
             error = error->next) {
            if (error->data != NULL) {
                uses_reach(uses, uses_shape(uses, error->data));
            }
        }
        index++;
    }
    for (const struct channel *at = uses->service->channels; at != NULL;
         at = at->next) {
        uses_reach(uses, uses_shape(uses, at->event));
    }
    reach_streams(uses);
}

static void show_head(struct uses *uses, struct node *map)
{
    const struct service *service = uses->service;
    bell_string file = lang_file_name(uses->lang, uses->prefix, uses->arena);
    uses->names.failed = uses->names.failed || file.text == NULL;
    show_text(uses, map, "name", service->name);
    show_text(uses, map, "version", service->version);
    show_text(uses, map, "doc", service->doc);
    show_extras(uses, map, service->said);
    show_text(uses, map, "contract", model_contract(service, uses->arena));
    show_text(uses, map, "stem", uses->prefix);
    show_text(uses, map, "file", file);
    show_text(uses, map, "open",
              names_claim_with(&uses->names, 0, uses->prefix, "_open"));
    show_text(uses, map, "symbol",
              uses->lang->prefixed
                  ? names_claim_with(&uses->names, 0, uses->prefix, "_service")
                  : uses_table(uses, "service_", (bell_string){"", 0}));
}

/* What was chosen, unless it is what a language is without a word. */
static void show_choices(struct uses *uses, struct node *service)
{
    struct node *set = show_map(uses);
    for (const struct lang_choice *at = uses->lang->choices; at != NULL;
         at = at->next) {
        for (const struct lang_option *option = at->options->next;
             option != NULL; option = option->next) {
            if (option->chosen) {
                show_text(uses, set, option->name.text, BELL_STR("true"));
            }
        }
    }
    if (set->count != 0) {
        show_share(uses, service, "set", set);
    }
}

/* What a schema calls its types keeps its name. */
static void show_api(struct uses *uses, struct node *map)
{
    bell_string none = {"", 0};
    bell_string api = names_join(&uses->names, uses->prefix, "_api", none);
    api = words_recase(api, uses->lang->types, uses->arena);
    uses->failed |= api.text == NULL;
    show_text(uses, map, "api", names_claim(&uses->names, 0, api, NULL));
}

static bool has(const struct uses *uses, enum section section)
{
    const struct method *at = uses_calls(uses);
    while (at != NULL && at->section != section) {
        at = uses_next_call(uses, at);
    }
    return at != NULL;
}

static bool has_sockets(const struct uses *uses)
{
    const struct service *service = uses->service;
    return uses->lang->sockets &&
           (service->messages != NULL || service->streams != NULL);
}

static void show_sections(struct uses *uses, struct node *map)
{
    bool rpc = has(uses, SECTION_RPC);
    bool rest = has(uses, SECTION_REST);
    show_bool(uses, map, "has_rpc", rpc);
    show_bool(uses, map, "has_rest", rest);
    show_bool(uses, map, "only_rest",
              rest && !rpc && uses->service->channels == NULL);
    show_bool(uses, map, "has_sockets", has_sockets(uses));
}

static bool deprecates(const struct service *service)
{
    const struct type *type = service->types;
    while (type != NULL &&
           (type->kind == TYPE_ALIAS || type->deprecated.size == 0)) {
        type = type->next;
    }
    return type != NULL;
}

static void show_service(struct uses *uses, struct node *map,
                         struct used **results)
{
    show_head(uses, map);
    show_choices(uses, map);
    struct node *methods = show_list(uses, map, "methods");
    for (const struct method *at = uses_calls(uses); at != NULL;
         at = uses_next_call(uses, at)) {
        node_append(methods, name_method(uses, at));
    }
    name_streams(uses, map);
    name_getters(uses);
    uses_open_types(uses);
    uses_open_order(uses);
    reach(uses, results);
    uses_order(uses);
    show_types(uses);
    show_api(uses, map);
    show_bool(uses, map, "deprecates", deprecates(uses->service));
    size_t index = 0;
    struct node *method = methods->first;
    for (const struct method *at = uses_calls(uses);
         at != NULL && method != NULL; at = uses_next_call(uses, at)) {
        show_method(uses, at, method, results[index++]);
        method = method->next;
    }
    show_routes(uses, methods);
    show_roles(uses, map);
    show_channels(uses, map);
    show_streams(uses, map);
    show_links(uses, map);
    show_places(uses, map);
    show_sections(uses, map);
    show_getters(uses, map);
    show_named_errors(uses, map);
    show_lists(uses, map);
}

const struct node *view_service(const struct service *service,
                                const bell_service *tables,
                                const struct lang *lang,
                                struct bell__arena *arena)
{
    struct uses uses = {
        .service = service, .bound = tables, .lang = lang, .arena = arena};
    size_t count = service->call_count + 1;
    struct used **results = bell__arena_take(arena, count * sizeof *results);
    names_open(&uses.names, lang, arena);
    uses.prefix = words_join(service->name, CASE_SNAKE, arena);
    if (results == NULL || uses.prefix.text == NULL) {
        return NULL;
    }
    struct node *map = show_map(&uses);
    show_service(&uses, map, results);
    return uses.failed || uses.names.failed ? NULL : map;
}
