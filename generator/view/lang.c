/* lang.c: reads a language's lang.yaml. It knows no schema. */
#include "view/lang.h"

#include <string.h>

#include "base/codes.h"

struct reading {
    struct lang *lang;
    struct bell__arena *arena;
    struct diags *diags;
};

static const char *const scalar_names[SCALAR_COUNT] = {
    "bool",    "int32",   "int64",  "uint32", "uint64",
    "float32", "float64", "string", "json",
};

const char *lang_scalar_name(enum scalar scalar)
{
    return scalar_names[scalar];
}

bool lang_reserves(const struct lang *lang, bell_string word)
{
    return index_find(&lang->reserved, word) != NULL;
}

static const struct node *want(struct reading *reading, const struct node *map,
                               const char *key, enum node_kind kind)
{
    const struct node *found = node_member(map, key);
    if (found == NULL || found->kind != kind) {
        diag_add(reading->diags, CODE_LANGUAGE,
                 found != NULL ? found->place : map->place,
                 "a language needs `%s` here", key);
        return NULL;
    }
    return found;
}

static bell_string text_of(const struct node *node)
{
    bell_string none = {"", 0};
    return node != NULL ? node->text : none;
}

static void read_case(struct reading *reading, const struct node *cases,
                      const char *key, enum letter_case *letters)
{
    static const char *const names[] = {"snake", "camel", "pascal", "upper"};
    const struct node *said = want(reading, cases, key, NODE_TEXT);
    for (int i = 0; said != NULL && i < 4; i++) {
        if (strlen(names[i]) == said->text.size &&
            memcmp(names[i], said->text.text, said->text.size) == 0) {
            *letters = (enum letter_case)i;
            return;
        }
    }
    if (said != NULL) {
        diag_add(reading->diags, CODE_LANGUAGE, said->place,
                 "a case is snake, camel, pascal or upper");
    }
}

static void read_scalars(struct reading *reading, const struct node *scalars)
{
    for (size_t i = 0; i < SCALAR_COUNT; i++) {
        const struct node *map =
            want(reading, scalars, scalar_names[i], NODE_MAP);
        if (map == NULL) {
            continue;
        }
        struct lang_scalar *scalar = &reading->lang->scalars[i];
        scalar->type = text_of(want(reading, map, "type", NODE_TEXT));
        scalar->literal = text_of(node_member(map, "literal"));
        scalar->lowest = text_of(node_member(map, "lowest"));
    }
}

static void read_reserved(struct reading *reading, const struct node *words)
{
    struct index *index = &reading->lang->reserved;
    index_open(index, reading->arena, words->count);
    for (const struct node *at = words->first; at != NULL; at = at->next) {
        index_add(index, at->text, reading->lang);
    }
    index_sort(index);
}

static void read_files(struct reading *reading, const struct node *files)
{
    struct lang_file **last = &reading->lang->files;
    for (const struct node *at = files->first; at != NULL; at = at->next) {
        const struct node *path = want(reading, at, "path", NODE_TEXT);
        const struct node *name = want(reading, at, "template", NODE_TEXT);
        struct lang_file *file = bell__arena_take(reading->arena, sizeof *file);
        if (path == NULL || name == NULL || file == NULL) {
            return;
        }
        memset(file, 0, sizeof *file);
        file->path.name = bell_str("lang.yaml (path)");
        file->path.text = path->text;
        file->template = name->text;
        *last = file;
        last = &file->next;
    }
}

static void read_parts(struct reading *reading, const struct node *document)
{
    struct lang *lang = reading->lang;
    lang->name = text_of(want(reading, document, "language", NODE_TEXT));
    const struct node *cases = want(reading, document, "cases", NODE_MAP);
    const struct node *scalars = want(reading, document, "scalars", NODE_MAP);
    const struct node *words = want(reading, document, "reserved", NODE_LIST);
    const struct node *files = want(reading, document, "files", NODE_LIST);
    const struct node *prefixed = node_member(document, "prefixed");
    lang->prefixed = text_of(prefixed).size == 4; /* true */
    if (cases == NULL || scalars == NULL || words == NULL || files == NULL) {
        return;
    }
    read_case(reading, cases, "types", &lang->types);
    read_case(reading, cases, "functions", &lang->functions);
    read_case(reading, cases, "members", &lang->members);
    read_case(reading, cases, "constants", &lang->constants);
    read_scalars(reading, scalars);
    read_reserved(reading, words);
    read_files(reading, files);
}

const struct lang *lang_build(const struct node *document,
                              struct bell__arena *arena, struct diags *diags)
{
    size_t before = diags->count;
    struct reading reading = {.arena = arena, .diags = diags};
    reading.lang = bell__arena_take(arena, sizeof *reading.lang);
    if (reading.lang == NULL) {
        return NULL;
    }
    memset(reading.lang, 0, sizeof *reading.lang);
    read_parts(&reading, document);
    return diags->count == before ? reading.lang : NULL;
}
