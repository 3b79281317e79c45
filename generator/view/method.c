/* method.c: a method as the published model shows it: its names, what a caller
 * should know of it, its types. It knows no other part of a service. */
#include <stdio.h>

#include "model/calls.h"
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
        bell_string words = error_words(at);
        snprintf(code, sizeof code, "%s%ld%s",
                 at == method->errors ? "Errors: " : ", ", (long)at->code,
                 words.size != 0 ? " " : "");
        note(&notes, code, words);
    }
    if (method->errors != NULL) {
        note(&notes, ".", none());
    }
    note_deadline(&notes, method->deadline_ms);
    if (method->no_reply) {
        note(&notes,
             notes.size != 0 ? " Ends when it has been sent: there is no reply."
                             : "Ends when it has been sent: there is no reply.",
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

struct node *name_method(struct uses *uses, const struct method *method)
{
    struct node *map = show_map(uses);
    bell_string wanted =
        uses_identifier(uses, method->name, uses->lang->functions);
    uint32_t scope = scope_of(uses);
    bell_string symbol = names_claim(&uses->names, scope, wanted, NULL);
    show_text(uses, map, "name", method->wire);
    show_text(uses, map, "symbol", symbol);
    show_text(uses, map, "with",
              names_claim_with(&uses->names, scope, symbol, "_with"));
    show_text(uses, map, "start",
              names_claim_with(&uses->names, scope, symbol, "_start"));
    show_text(uses, map, "done",
              names_claim_with(&uses->names, scope, symbol, "_done"));
    return map;
}

static bell_string row(struct uses *uses, bell_string element)
{
    bell_string name = names_join(&uses->names, none(), "method_", element);
    name = words_recase(name, CASE_UPPER, uses->arena);
    return names_claim(&uses->names, 0, name, NULL);
}

void show_method(struct uses *uses, const struct method *method,
                 struct node *map, const struct used *result)
{
    bell_string stem = uses_identifier(uses, method->name, CASE_SNAKE);
    bell_string element = uses_element(uses, method->name);
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
    show_message(uses, method, element, map);
}
