/* view.c: a checked service to the published model. Methods are named first:
 * what users call most keeps its name. */
#include "view/view.h"

#include <stdio.h>
#include <string.h>

#include "view/show.h"

/* Where a method's notes are put together. */
enum { NOTES_BYTES_MAX = 4096 };

struct notes {
    char text[NOTES_BYTES_MAX];
    size_t size;
};

static bell_string none(void)
{
    return (bell_string){"", 0};
}

/* Where methods have their names. */
static uint32_t scope_of(const struct uses *uses)
{
    return uses->lang->methods_apart ? SCOPE_METHODS : 0;
}

static bell_string claim(struct uses *uses, uint32_t scope, bell_string name,
                         const char *suffix)
{
    return names_claim(&uses->names, scope,
                       names_join(&uses->names, name, suffix, none()), NULL);
}

static void note(struct notes *notes, const char *text, bell_string more)
{
    size_t room = sizeof notes->text - notes->size;
    int size = snprintf(notes->text + notes->size, room, "%s%.*s", text,
                        (int)more.size, more.size != 0 ? more.text : "");
    if (size > 0 && (size_t)size < room) {
        notes->size += (size_t)size;
    }
    notes->text[notes->size] = '\0';
}

static void note_deadline(struct notes *notes, int64_t deadline_ms)
{
    char text[48];
    if (deadline_ms == DEADLINE_UNSAID) {
        return;
    }
    if (deadline_ms == DEADLINE_NONE) {
        note(notes, notes->size != 0 ? " No deadline." : "No deadline.",
             none());
        return;
    }
    bool whole = deadline_ms % 1000 == 0;
    snprintf(text, sizeof text, "%sDeadline: %lld %s.",
             notes->size != 0 ? " " : "",
             (long long)(whole ? deadline_ms / 1000 : deadline_ms),
             whole ? "s" : "ms");
    note(notes, text, none());
}

/* The doc, and on a line of its own what else a caller should know. */
static bell_string about(struct uses *uses, const struct method *method)
{
    struct notes notes = {.size = 0};
    for (const struct method_error *at = method->errors; at != NULL;
         at = at->next) {
        char code[32];
        snprintf(code, sizeof code, "%s%ld ",
                 at == method->errors ? "Errors: " : ", ", (long)at->code);
        note(&notes, code, at->doc);
    }
    if (method->errors != NULL) {
        note(&notes, ".", none());
    }
    note_deadline(&notes, method->deadline_ms);
    if (method->no_reply) {
        note(&notes,
             notes.size != 0 ? " Done when it is sent: no reply comes."
                             : "Done when it is sent: no reply comes.",
             none());
    }
    if (method->idempotent) {
        note(&notes, notes.size != 0 ? " May be repeated." : "May be repeated.",
             none());
    }
    bool both = method->doc.size != 0 && notes.size != 0;
    bell_string extra = {notes.text, notes.size};
    return names_join(&uses->names, method->doc, both ? "\n" : "", extra);
}

/* The names, before any type may take them. */
static struct node *name_method(struct uses *uses, const struct method *method)
{
    struct node *map = show_map(uses);
    bell_string wanted =
        uses_identifier(uses, method->name, uses->lang->functions);
    uint32_t scope = scope_of(uses);
    bell_string symbol = names_claim(&uses->names, scope, wanted, NULL);
    show_text(uses, map, "name", method->wire);
    show_text(uses, map, "symbol", symbol);
    show_text(uses, map, "with", claim(uses, scope, symbol, "_with"));
    show_text(uses, map, "start", claim(uses, scope, symbol, "_start"));
    show_text(uses, map, "done", claim(uses, scope, symbol, "_done"));
    return map;
}

static bell_string row(struct uses *uses, bell_string element)
{
    bell_string name = names_join(&uses->names, none(), "method_", element);
    name = words_recase(name, CASE_UPPER, uses->arena);
    return names_claim(&uses->names, 0, name, NULL);
}

static void show_method(struct uses *uses, const struct method *method,
                        struct node *map, const struct used *result)
{
    bell_string stem = uses_identifier(uses, method->name, CASE_SNAKE);
    bell_string element = stem;
    size_t prefix = uses->lang->prefixed ? uses->prefix.size + 1 : 0;
    if (stem.size > prefix) {
        element.text += prefix;
        element.size -= prefix;
    }
    show_text(uses, map, "json", show_json(uses, method->wire));
    show_text(uses, map, "deliver", uses_table(uses, "deliver_", element));
    show_text(uses, map, "row", row(uses, element));
    show_text(uses, map, "table", uses_table(uses, "method_", element));
    show_text(uses, map, "about", about(uses, method));
    show_extras(uses, map, method->said);
    show_share(uses, map, "params",
               method->params != NULL ? uses_shape(uses, method->params)->node
                                      : NULL);
    show_share(uses, map, "result", result != NULL ? result->node : NULL);
    show_text(uses, map, "deadline",
              method->deadline_ms != DEADLINE_UNSAID
                  ? show_print(uses, "%lld", (long long)method->deadline_ms)
                  : none());
    show_bool(uses, map, "idempotent", method->idempotent);
    show_bool(uses, map, "no_reply", method->no_reply);
    show_text(uses, map, "deprecated", method->deprecated);
    show_text(uses, map, "error_table",
              method->errors != NULL ? uses_table(uses, "errors_", element)
                                     : none());
    show_errors(uses, method, stem, map);
}

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

/* Methods and channels share one connection. */
static void show_links(struct uses *uses, struct node *service)
{
    struct node *list = show_list(uses, service, "links");
    if (uses->service->methods == NULL && uses->service->channels == NULL) {
        return;
    }
    struct node *map = show_map(uses);
    show_text(uses, map, "name", BELL_STR("rpc"));
    show_text(uses, map, "kind", BELL_STR("centrifugo"));
    show_text(uses, map, "path", none());
    show_bool(uses, map, "at_open", true);
    show_append(uses, list, map);
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
    for (const struct method *at = uses->service->methods; at != NULL;
         at = at->next) {
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
    show_text(uses, map, "open", claim(uses, 0, uses->prefix, "_open"));
    show_text(uses, map, "symbol",
              uses->lang->prefixed ? claim(uses, 0, uses->prefix, "_service")
                                   : uses_table(uses, "service_", none()));
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

static void show_service(struct uses *uses, struct node *map,
                         struct used **results)
{
    show_head(uses, map);
    show_choices(uses, map);
    struct node *methods = show_list(uses, map, "methods");
    for (const struct method *at = uses->service->methods; at != NULL;
         at = at->next) {
        node_append(methods, name_method(uses, at));
    }
    name_getters(uses);
    uses_open_types(uses);
    uses_open_order(uses);
    reach(uses, results);
    uses_order(uses);
    show_types(uses);
    size_t index = 0;
    struct node *method = methods->first;
    for (const struct method *at = uses->service->methods;
         at != NULL && method != NULL; at = at->next) {
        show_method(uses, at, method, results[index++]);
        method = method->next;
    }
    show_channels(uses, map);
    show_links(uses, map);
    show_getters(uses, map);
    show_lists(uses, map);
}

const struct node *view_service(const struct service *service,
                                const struct lang *lang,
                                struct bell__arena *arena)
{
    struct uses uses = {.service = service, .lang = lang, .arena = arena};
    size_t count = service->method_count + 1;
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
