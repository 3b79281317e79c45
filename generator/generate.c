/* generate.c: the pipeline, each stage once: generate_schema() is the way in,
 * plan_schema() the way out. It knows neither commands nor folders. */
#include "generate.h"

#include <stdio.h>
#include <string.h>

#include "base/codes.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/str.h"
#include "include.h"
#include "language.h"
#include "read/read.h"
#include "view/view.h"

_Static_assert((int)RENDER_BYTES_MAX <= (int)FILE_BYTES_MAX,
               "what is written can be read, and so be written again");

static bool tell_memory(const struct source *source, struct diags *diags)
{
    struct place whole = {source, 0, 0, NULL};
    diag_add(diags, CODE_MEMORY, whole, "out of memory");
    return false;
}

bool generate_schema(const struct source *source, const char *path,
                     const char *root, struct bell__arena *arena,
                     struct diags *diags, struct schema *schema)
{
    size_t before = diags->count;
    const struct diag *last = diags->last;
    const struct node *document = read_source(source, arena, diags);
    if (document == NULL) {
        return false;
    }
    const struct included *included =
        include_read(path, root, document, arena, diags);
    schema->service = model_build_including(document, included, arena, diags);
    if (schema->service == NULL) {
        return tell_memory(source, diags);
    }
    model_check(schema->service, arena, diags);
    const struct diag *mistakes = last != NULL ? last->next : diags->first;
    if (diags->count != before &&
        (diags->count > DIAG_KEPT_MAX ||
         !model_mend(schema->service, mistakes, arena))) {
        return true; /* tables need names that resolve */
    }
    schema->tables = bind_service(schema->service, arena);
    if (schema->tables == NULL) {
        return tell_memory(source, diags);
    }
    bind_check(schema->service, schema->tables, diags);
    return true;
}

struct pipeline {
    const struct generate_options *options;
    struct plan *plan;
    struct diags *diags;
    struct language language;
};

static bool complain(struct pipeline *pipeline, const char *what)
{
    diag_add(pipeline->diags, CODE_OUTPUT, (struct place){0}, "%s", what);
    return false;
}

static bool render(struct pipeline *pipeline, const struct template *template,
                   const struct node *view, bell_string *text)
{
    struct bell__buf out;
    bell__buf_open(&out, &bell__memory_default, RENDER_BYTES_MAX);
    bool good = template_run(template, view, &out, pipeline->diags);
    if (good) {
        bell_string bytes = {out.bytes, out.size};
        *text = bell__arena_copy(pipeline->plan->arena, bytes);
        good = text->text != NULL || complain(pipeline, "out of memory");
    }
    bell__buf_close(&out);
    return good;
}

static bell_string last_part(bell_string path)
{
    for (size_t i = path.size; i > 0; i--) {
        if (path.text[i - 1] == '/') {
            return (bell_string){path.text + i, path.size - i};
        }
    }
    return path;
}

static bool complain_path(struct pipeline *pipeline,
                          const struct language_file *file, bell_string path,
                          const char *what)
{
    diag_add(pipeline->diags, CODE_OUTPUT, file->place, "%s: `%.*s`", what,
             (int)path.size, path.text);
    return false;
}

static bool is_planned(const struct plan *plan, bell_string path)
{
    const struct planned_file *at = plan->first;
    while (at != NULL && !bell__str_equal(at->path, path)) {
        at = at->next;
    }
    return at != NULL;
}

static bool plan_file(struct pipeline *pipeline,
                      const struct language_file *file, const struct node *view)
{
    bell_string path;
    bell_string text;
    if (!render(pipeline, file->path, view, &path) ||
        !render(pipeline, file->text, view, &text)) {
        return false;
    }
    const char *whole = pipeline->options->flat
                            ? last_part(path).text
                            : language_join(pipeline->plan->arena, NULL,
                                            pipeline->options->language, path);
    if (whole == NULL) {
        return complain(pipeline, "out of memory");
    }
    if (is_planned(pipeline->plan, bell_str(whole)) &&
        pipeline->options->flat) {
        snprintf(pipeline->options->misused, FILE_WRONG_MAX,
                 "with --flat, two services in %s would share %.200s: leave "
                 "--flat out, or write each to its own folder",
                 pipeline->options->language, whole);
        return false;
    }
    if (is_planned(pipeline->plan, bell_str(whole))) {
        return complain_path(pipeline, file, bell_str(whole),
                             "two files have the same path");
    }
    return plan_add(pipeline->plan, bell_str(whole), text) ||
           complain_path(pipeline, file, path,
                         "a file's path leads out of the folder");
}

static bool plan_schema(struct pipeline *pipeline, const struct schema *schema)
{
    struct bell__arena scratch;
    bell__arena_open(&scratch, &bell__memory_default, 0);
    const struct node *view = view_service(schema->service, schema->tables,
                                           pipeline->language.lang, &scratch);
    bool good = view != NULL || complain(pipeline, "out of memory");
    for (const struct language_file *at = pipeline->language.files;
         good && at != NULL; at = at->next) {
        good = plan_file(pipeline, at, view);
    }
    bell__arena_close(&scratch);
    return good;
}

/* A change of the user's templates makes the output stale as well. */
static bool note_templates(struct pipeline *pipeline)
{
    const struct language *language = &pipeline->language;
    for (size_t i = 0; i < language->used_count; i++) {
        if (!plan_note_source(pipeline->plan, language->used[i]->name)) {
            return false;
        }
    }
    return true;
}

static bool make_choices(struct pipeline *pipeline)
{
    const struct generate_options *options = pipeline->options;
    struct lang *lang = pipeline->language.lang;
    bool good = true;
    for (size_t i = 0; i < options->set_count; i++) {
        const char *equals = strchr(options->sets[i], '=');
        bell_string key = {options->sets[i],
                           (size_t)(equals - options->sets[i])};
        if (lang_knows(lang, key)) {
            *options->sets_known |= 1u << i;
            good = lang_choose(lang, key, bell_str(equals + 1),
                               options->misused) &&
                   good;
        }
    }
    return good;
}

bool generate_language(const struct generate_options *options,
                       const struct schema *schemas, struct plan *plan,
                       struct diags *diags)
{
    struct pipeline pipeline = {
        .options = options, .plan = plan, .diags = diags};
    if (!language_load(&pipeline.language, options->templates,
                       options->language, plan->arena, diags)) {
        return false;
    }
    *options->left_out = !pipeline.language.lang->sockets;
    if (!make_choices(&pipeline)) {
        return false;
    }
    if (!note_templates(&pipeline)) {
        return complain(&pipeline, "out of memory");
    }
    for (const struct schema *at = schemas; at != NULL; at = at->next) {
        if (!plan_schema(&pipeline, at)) {
            return false;
        }
    }
    return true;
}
