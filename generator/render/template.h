/* template.h: templates: text with holes. A template is parsed, checked
 * against the outline of what it will be given, and run. It knows neither a
 * schema nor a language: how a language lays things out is given to it.
 *
 * A line whose first word is `%%` is a statement and leaves no line:
 *   %% for NAME in LIST [sep "TEXT"] ... [%% else ...] %% end
 *       sep ends each item but the last; an empty one is an empty line
 *   %% if TEST ... [%% elif TEST ...] [%% else ...] %% end
 *   %% let NAME = VALUE            until the end of the enclosing block
 *   %% def NAME(NAME: TYPE, ...) ... %% end
 *   %% call NAME(VALUE, ...)       a def's lines, indented as the call is
 *   %% include "FILE"
 *   %% block NAME ... %% end       a part that a user's file can replace
 *   %% fill ... %% end             one long line, broken at 80 columns
 *   %% fold ... %% end             one long line, items in brackets a line each
 *   %% # a remark
 * A file that starts with `%% extends` is the file beneath it of the same name,
 * with some of its blocks replaced. It holds only blocks and defs; in a block
 * `%% original` stands for what was there.
 * Elsewhere ${VALUE} is a hole: a path (`m.params.symbol`), a literal or a
 * def's call, and filters behind bars: ${m.name | snake}. `$${` is `${`. */
#ifndef GENERATOR_RENDER_TEMPLATE_H
#define GENERATOR_RENDER_TEMPLATE_H

#include <bell/bell.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "layout/layout.h"
#include "tree/node.h"
#include "tree/outline.h"

enum {
    RENDER_BYTES_MAX = 64 * 1024 * 1024, /* of one file's output: as much as is
                                            read again */
    RENDER_DEPTH_MAX = 64,               /* of calls, and of nested blocks */
    RENDER_STEPS_MAX = 50 * 1000 * 1000, /* statements run for one file */
    RENDER_INCLUDES_MAX = 64,            /* files in one template */
    RENDER_NESTING_MAX = 1024, /* of all blocks that are open at a time */
    RENDER_BLOCKS_MAX = 1000,  /* named ones, in one template */
    RENDER_DEFINITIONS_MAX = 1000,
    RENDER_TEMPLATE_BYTES_MAX = 2 * 1024 * 1024 /* of all its files */
};

/* Gives a template's text by its name, or NULL where there is none.
 * `original` gives what a file extends; NULL: nothing does. `offer` says which
 * names there are, for hints; may be NULL. */
struct template_loader {
    const struct source *(*load)(void *context, bell_string name);
    const struct source *(*original)(void *context, bell_string name);
    void (*offer)(void *context, struct nearest *nearest); /* all names */
    void *context;
    const struct layout *layout; /* the language's manners; NULL: unsaid */
};

struct template;

/* Parses and checks. `asked` is where the name stands, for where there is no
 * such template. `root` is the variable that templates see, and the name of
 * its outline. NULL where anything is wrong; `diags` says what. */
struct template *template_load(const struct template_loader *loader,
                               bell_string name, struct place asked,
                               const struct outline *outlines, const char *root,
                               struct bell__arena *arena, struct diags *diags);

/* The same for a text that stands at a place of another file: a path with
 * holes. */
struct template *template_make(bell_string text, struct place at,
                               const struct outline *outlines, const char *root,
                               struct bell__arena *arena, struct diags *diags);

/* Appends to `out`, whose allocator gives all memory and whose limit bounds
 * what lies in between, too. False where a limit was
 * met or memory is short; `diags` says which. */
bool template_run(const struct template *template, const struct node *root,
                  struct bell__buf *out, struct diags *diags);

#endif
