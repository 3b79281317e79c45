/* template.c: a template from its name or text: parsed, then checked. */
#include "render/template.h"

#include <string.h>

#include "render/tree.h"

static struct template *make_template(struct bell__arena *arena,
                                      struct diags *diags)
{
    struct template *template = bell__arena_take(arena, sizeof *template);
    if (template == NULL) {
        diag_add(diags, CODE_OUTPUT, (struct place){0}, "memory is short");
        return NULL;
    }
    memset(template, 0, sizeof *template);
    return template;
}

static struct template *check(struct template *template,
                              const struct outline *outlines, const char *root,
                              struct diags *diags)
{
    bool good = template_check(template, outlines, root, diags);
    return good && !template->wrong ? template : NULL;
}

void template_missing(const struct template_loader *loader, bell_string name,
                      struct place place, struct diags *diags)
{
    struct nearest nearest;
    char room[NEAREST_BYTES_MAX];
    nearest_open(&nearest, name);
    if (loader != NULL && loader->offer != NULL) {
        loader->offer(loader->context, &nearest);
    }
    diag_add(diags, CODE_INCLUDE, place, "there is no template `%.*s`%s",
             (int)name.size, name.text, nearest_hint(&nearest, room));
}

struct template *template_load(const struct template_loader *loader,
                               bell_string name, struct place asked,
                               const struct outline *outlines, const char *root,
                               struct bell__arena *arena, struct diags *diags)
{
    const struct source *source = loader->load(loader->context, name);
    if (source == NULL) {
        diag_add(diags, CODE_INCLUDE, asked, "there is no template `%.*s`",
                 (int)name.size, name.text);
        return NULL;
    }
    struct template *template = make_template(arena, diags);
    if (template == NULL ||
        !template_parse(template, source, name, loader, arena, diags)) {
        return NULL;
    }
    return check(template, outlines, root, diags);
}

struct template *template_make(bell_string text, struct place at,
                               const struct outline *outlines, const char *root,
                               struct bell__arena *arena, struct diags *diags)
{
    struct template *template = make_template(arena, diags);
    if (template == NULL ||
        !template_parse_text(template, text, at, arena, diags)) {
        return NULL;
    }
    return check(template, outlines, root, diags);
}
