/* template.c: a template from its name or text: parsed, then checked. */
#include "render/template.h"

#include <string.h>

#include "render/tree.h"

static struct template *make(const struct source *source, bell_string name,
                             const struct template_loader *loader,
                             const struct outline *outlines, const char *root,
                             struct bell__arena *arena, struct diags *diags)
{
    struct template *template = bell__arena_take(arena, sizeof *template);
    if (template == NULL) {
        return NULL;
    }
    memset(template, 0, sizeof *template);
    if (!template_parse(template, source, name, loader, arena, diags) ||
        !template_check(template, outlines, root, diags)) {
        return NULL;
    }
    return template->wrong ? NULL : template;
}

struct template *template_load(const struct template_loader *loader,
                               bell_string name, const struct outline *outlines,
                               const char *root, struct bell__arena *arena,
                               struct diags *diags)
{
    const struct source *source = loader->load(loader->context, name);
    if (source == NULL) {
        diag_add(diags, CODE_INCLUDE, (struct place){0},
                 "there is no template `%.*s`", (int)name.size, name.text);
        return NULL;
    }
    return make(source, name, loader, outlines, root, arena, diags);
}

struct template *template_make(const struct source *source,
                               const struct outline *outlines, const char *root,
                               struct bell__arena *arena, struct diags *diags)
{
    return make(source, source->name, NULL, outlines, root, arena, diags);
}
