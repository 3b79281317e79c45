/* template.c: a template from its name or text: parsed, then checked. */
#include "render/template.h"

#include <string.h>

#include "render/tree.h"

static struct template *make_template(const struct layout *layout,
                                      struct bell__arena *arena,
                                      struct diags *diags)
{
    struct template *template = bell__arena_take(arena, sizeof *template);
    if (template == NULL) {
        diag_add(diags, CODE_OUTPUT, (struct place){0}, "out of memory");
        return NULL;
    }
    memset(template, 0, sizeof *template);
    template->layout = layout != NULL ? layout : &layout_unsaid;
    return template;
}

static struct template *check(struct template *template,
                              const struct outline *outlines, const char *root,
                              struct diags *diags)
{
    bool good = template_check(template, outlines, root, diags);
    return good && !template->wrong ? template : NULL;
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
    struct template *template = make_template(loader->layout, arena, diags);
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
    struct template *template = make_template(NULL, arena, diags);
    if (template == NULL ||
        !template_parse_text(template, text, at, arena, diags)) {
        return NULL;
    }
    return check(template, outlines, root, diags);
}
