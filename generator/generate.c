/* generate.c: the pipeline as one function: each checked service becomes the
 * model that templates see, each of the language's templates a file. */
#include "generate.h"

#include <string.h>

#include "base/codes.h"
#include "base/file.h"
#include "base/memory.h"
#include "read/read.h"
#include "render/builtin.h"
#include "render/template.h"
#include "view/view.h"

/* Where a language's files come from. */
struct folder {
    const char *templates;
    const char *language;
    struct bell__arena *arena;
};

struct file_template {
    struct template *path;
    struct template *text;
    struct file_template *next;
};

struct pipeline {
    const struct generate_options *options;
    struct folder folder;
    struct template_loader loader;
    struct plan *plan;
    struct diags *diags;
    const struct lang *lang;
    struct file_template *files;
};

static const char *join(struct bell__arena *arena, const char *a, const char *b,
                        bell_string c)
{
    size_t a_size = a != NULL ? strlen(a) + 1 : 0;
    size_t b_size = strlen(b);
    char *joined = bell__arena_bytes(arena, a_size + b_size + c.size + 2);
    if (joined == NULL) {
        return NULL;
    }
    if (a != NULL) {
        memcpy(joined, a, a_size - 1);
        joined[a_size - 1] = '/';
    }
    memcpy(joined + a_size, b, b_size);
    joined[a_size + b_size] = '/';
    memcpy(joined + a_size + b_size + 1, c.text, c.size);
    joined[a_size + b_size + 1 + c.size] = '\0';
    return joined;
}

static const struct builtin_template *find_builtin(const char *path)
{
    const struct builtin_template *at = builtin_templates;
    while (at->path != NULL && strcmp(at->path, path) != 0) {
        at++;
    }
    return at->path != NULL ? at : NULL;
}

static const struct source *make_source(struct bell__arena *arena,
                                        const char *name, bell_string text)
{
    struct source *source = bell__arena_take(arena, sizeof *source);
    if (source != NULL && name != NULL) {
        *source = (struct source){bell_str(name), text};
    }
    return name != NULL ? source : NULL;
}

static const struct source *load_builtin(void *context, bell_string name)
{
    const struct folder *folder = context;
    struct bell__arena *arena = folder->arena;
    const char *path = join(arena, NULL, folder->language, name);
    const struct builtin_template *found =
        path != NULL ? find_builtin(path) : NULL;
    if (found == NULL) {
        return NULL;
    }
    const void *bytes = found->bytes;
    bell_string text = {bytes, found->size};
    return make_source(arena, join(arena, "templates", folder->language, name),
                       text);
}

/* The user's file where there is one, else the program's. */
static const struct source *load(void *context, bell_string name)
{
    struct folder *folder = context;
    struct bell__arena *arena = folder->arena;
    char wrong[FILE_WRONG_MAX];
    if (folder->templates != NULL) {
        const char *path =
            join(arena, folder->templates, folder->language, name);
        bell_string text = {NULL, 0};
        bool there = false;
        if (path != NULL && file_read_if(path, arena, &text, &there, wrong) &&
            there) {
            return make_source(arena, path, text);
        }
    }
    return load_builtin(context, name);
}

bool generate_knows(const char *templates, const char *language,
                    struct bell__arena *arena)
{
    struct folder folder = {templates, language, arena};
    return load(&folder, BELL_STR("lang.yaml")) != NULL;
}

static bool complain(struct pipeline *pipeline, const char *what)
{
    diag_add(pipeline->diags, CODE_OUTPUT, (struct place){0}, "%s", what);
    return false;
}

static bool load_language(struct pipeline *pipeline)
{
    struct bell__arena *arena = pipeline->plan->arena;
    const struct source *source =
        load(&pipeline->folder, BELL_STR("lang.yaml"));
    if (source == NULL) {
        return complain(pipeline, "there is no lang.yaml for this language");
    }
    const struct node *document = read_source(source, arena, pipeline->diags);
    if (document != NULL) {
        pipeline->lang = lang_build(document, arena, pipeline->diags);
    }
    return pipeline->lang != NULL;
}

/* All templates, so that all that is wrong is told at once. */
static bool load_templates(struct pipeline *pipeline)
{
    struct bell__arena *arena = pipeline->plan->arena;
    struct file_template **last = &pipeline->files;
    bool good = true;
    for (const struct lang_file *at = pipeline->lang->files; at != NULL;
         at = at->next) {
        struct file_template *file = bell__arena_take(arena, sizeof *file);
        if (file == NULL) {
            return complain(pipeline, "memory is short");
        }
        file->next = NULL;
        file->path = template_make(&at->path, view_outlines, view_root, arena,
                                   pipeline->diags);
        file->text =
            template_load(&pipeline->loader, at->template, view_outlines,
                          view_root, arena, pipeline->diags);
        good = good && file->path != NULL && file->text != NULL;
        *last = file;
        last = &file->next;
    }
    return good;
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
        good = text->text != NULL || complain(pipeline, "memory is short");
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

static bool plan_file(struct pipeline *pipeline,
                      const struct file_template *file, const struct node *view)
{
    bell_string path;
    bell_string text;
    if (!render(pipeline, file->path, view, &path) ||
        !render(pipeline, file->text, view, &text)) {
        return false;
    }
    const char *whole = pipeline->options->flat
                            ? last_part(path).text
                            : join(pipeline->plan->arena, NULL,
                                   pipeline->options->language, path);
    if (whole == NULL || !plan_add(pipeline->plan, bell_str(whole), text)) {
        return complain(pipeline, "a file's path would leave the folder");
    }
    return true;
}

static bool plan_service(struct pipeline *pipeline,
                         const struct service *service)
{
    struct bell__arena scratch;
    bell__arena_open(&scratch, &bell__memory_default, 0);
    const struct node *view = view_service(service, pipeline->lang, &scratch);
    bool good = view != NULL || complain(pipeline, "memory is short");
    for (const struct file_template *at = pipeline->files; good && at != NULL;
         at = at->next) {
        good = plan_file(pipeline, at, view);
    }
    bell__arena_close(&scratch);
    return good;
}

bool generate_language(const struct generate_options *options,
                       const struct service *services, struct plan *plan,
                       struct diags *diags)
{
    struct pipeline pipeline = {
        .options = options,
        .folder = {options->templates, options->language, plan->arena},
        .plan = plan,
        .diags = diags};
    pipeline.loader.load = load;
    pipeline.loader.original = load_builtin;
    pipeline.loader.context = &pipeline.folder;
    if (!load_language(&pipeline) || !load_templates(&pipeline)) {
        return false;
    }
    for (const struct service *at = services; at != NULL; at = at->next) {
        if (!plan_service(&pipeline, at)) {
            return false;
        }
    }
    return true;
}
