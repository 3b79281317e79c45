/* view_test.c: what view builds is what shape.c declares: no field more, and
 * each of the declared kind. Otherwise the checker would lie. */
#include "unit/check.h"

#include "base/file.h"
#include "base/memory.h"
#include "read/read.h"
#include "render/builtin.h"
#include "view/view.h"

static struct bell__arena arena;
static struct diags diags;
static size_t seen;

static const struct outline *outline_of(const char *name)
{
    const struct outline *at = view_outlines;
    while (at->name != NULL && strcmp(at->name, name) != 0) {
        at++;
    }
    return at->name != NULL ? at : NULL;
}

static void check_map(const struct node *map, const struct outline *outline,
                      int depth);

static void check_field(const struct node *node, const char *type, int depth)
{
    bool list = strncmp(type, "list ", 5) == 0;
    const struct outline *outline = outline_of(list ? type + 5 : type);
    if (list) {
        CHECK_INT(NODE_LIST, node->kind);
        CHECK(outline != NULL);
        for (const struct node *at = node->first; at != NULL; at = at->next) {
            check_map(at, outline, depth + 1);
        }
        return;
    }
    if (outline != NULL) {
        check_map(node, outline, depth + 1);
        return;
    }
    enum node_kind kind = strcmp(type, "text") == 0     ? NODE_TEXT
                          : strcmp(type, "number") == 0 ? NODE_NUMBER
                                                        : NODE_BOOL;
    CHECK_INT(kind, node->kind);
}

/* Types refer to each other in circles: a few steps are enough. */
static void check_map(const struct node *map, const struct outline *outline,
                      int depth)
{
    CHECK_INT(NODE_MAP, map->kind);
    if (depth > 4) {
        return;
    }
    for (const struct node *at = map->first; at != NULL; at = at->next) {
        size_t i = 0;
        while (i < outline->count &&
               (strlen(outline->fields[i].name) != at->key.size ||
                memcmp(outline->fields[i].name, at->key.text, at->key.size) !=
                    0)) {
            i++;
        }
        seen++;
        CHECK(i < outline->count);
        if (i < outline->count) {
            check_field(at, outline->fields[i].type, depth);
        }
    }
}

static const struct node *read_text(const char *name, bell_string text)
{
    struct source *source = bell__arena_take(&arena, sizeof *source);
    *source = (struct source){bell_str(name), text};
    return read_source(source, &arena, &diags);
}

static const struct lang *lang_of_c(void)
{
    const struct builtin_template *at = builtin_templates;
    while (strcmp(at->path, "c/lang.yaml") != 0) {
        at++;
    }
    const void *bytes = at->bytes;
    bell_string text = {bytes, at->size};
    return lang_build(read_text("lang.yaml", text), &arena, &diags);
}

static const struct node *view_of(const char *path)
{
    char wrong[FILE_WRONG_MAX];
    bell_string text;
    CHECK(file_read(path, &arena, &text, wrong));
    const struct node *document = read_text(path, text);
    struct service *service = model_build(document, &arena, &diags);
    model_check(service, &arena, &diags);
    return view_service(service, bind_service(service, &arena), lang_of_c(),
                        &arena);
}

static void check_wrong_lang(void)
{
    size_t before = diags.count;
    bell_string text = BELL_STR("language: x\ncases: {types: loud}\n");
    CHECK(lang_build(read_text("lang.yaml", text), &arena, &diags) == NULL);
    CHECK(diags.count > before);
}

int main(void)
{
    bell__arena_open(&arena, &bell__memory_default, 0);
    diags_open(&diags, &arena);
    static const char *const schemas[] = {
        TESTS_DIR "/golden/good/kinds/schema.yaml",
        TESTS_DIR "/golden/good/hostile/schema.yaml",
        TESTS_DIR "/../schemas/tasks.yaml",
    };
    for (size_t i = 0; i < sizeof schemas / sizeof schemas[0]; i++) {
        const struct node *view = view_of(schemas[i]);
        CHECK(view != NULL);
        if (view != NULL) {
            check_map(view, outline_of(view_root), 0);
        }
    }
    CHECK_INT(0, diags.count);
    CHECK(seen > 1000);
    check_wrong_lang();
    bell__arena_close(&arena);
    return check_report();
}
