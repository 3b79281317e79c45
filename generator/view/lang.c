/* lang.c: reads a language's lang.yaml. It knows no schema. */
#include "view/lang.h"

#include <string.h>

#include "base/codes.h"
#include "base/source.h"
#include "view/reading.h"

bool lang_reserves(const struct lang *lang, enum lang_place place,
                   bell_string word)
{
    const struct index *reserved = &lang->reserved;
    if (place == LANG_METHODS && lang->methods_apart) {
        reserved = &lang->reserved_methods;
    } else if (place == LANG_MEMBERS && lang->members_apart) {
        reserved = &lang->reserved_members;
    }
    return index_find(reserved, word) != NULL;
}

/* What stands behind the last `_`; empty where there is none. */
static bell_string last_word(bell_string stem)
{
    size_t at = stem.size;
    while (at > 0 && stem.text[at - 1] != '_') {
        at--;
    }
    bell_string none = {"", 0};
    return at != 0 ? (bell_string){stem.text + at, stem.size - at} : none;
}

bell_string lang_file_name(const struct lang *lang, bell_string stem,
                           struct bell__arena *arena)
{
    bool taken = index_find(&lang->reserved_files, stem) != NULL ||
                 index_find(&lang->reserved_file_endings, last_word(stem));
    char *name = bell__arena_bytes(arena, stem.size + 2);
    if (name == NULL) {
        return (bell_string){NULL, 0};
    }
    memcpy(name, stem.text, stem.size);
    memcpy(name + stem.size, taken ? "_" : "", taken ? 2 : 1);
    return (bell_string){name, stem.size + (taken ? 1 : 0)};
}

static void read_case(struct lang_reading *reading, const struct node *cases,
                      const char *key, enum letter_case *letters)
{
    static const char *const names[] = {"snake", "camel", "pascal", "upper",
                                        NULL};
    const struct node *said = lang_want(reading, cases, key, NODE_TEXT);
    int found = said != NULL ? lang_find_word(said->text, names) : -1;
    if (found >= 0) {
        *letters = (enum letter_case)found;
    } else if (said != NULL) {
        char room[NEAREST_BYTES_MAX];
        diag_add(reading->diags, CODE_LANGUAGE, said->spot->place,
                 "a case must be snake, camel, pascal or upper, not `%.*s`%s",
                 (int)said->text.size, said->text.text,
                 lang_hint(said->text, names, room));
    }
}

static void read_cases(struct lang_reading *reading, const struct node *cases)
{
    static const char *const names[] = {"types",     "functions", "members",
                                        "constants", "tables",    NULL};
    struct lang *lang = reading->lang;
    lang_check_keys(reading, cases, names);
    read_case(reading, cases, "types", &lang->types);
    read_case(reading, cases, "functions", &lang->functions);
    read_case(reading, cases, "members", &lang->members);
    read_case(reading, cases, "constants", &lang->constants);
    if (node_member(cases, "tables") != NULL) {
        read_case(reading, cases, "tables", &lang->tables);
    }
}

static void read_reserved(struct lang_reading *reading,
                          const struct node *words, struct index *index)
{
    index_open(index, reading->arena, words->count);
    for (const struct node *at = words->first; at != NULL; at = at->next) {
        if (at->kind != NODE_TEXT) {
            diag_add(reading->diags, CODE_LANGUAGE, at->spot->place,
                     "a reserved word must be a string");
        }
        index_add(index, at->text, reading->lang);
    }
    index_sort(index);
}

/* Where a text begins: behind its quote. */
static struct place inside(const struct node *text)
{
    struct place place = text->spot->place;
    bell_string line = source_line(place.source, place.line);
    size_t offset = source_column_offset(line, place.column);
    if (offset < line.size && strchr("\"'", line.text[offset]) != NULL) {
        place.column++;
    }
    return place;
}

static void read_files(struct lang_reading *reading, const struct node *files)
{
    static const char *const names[] = {"path", "template", NULL};
    struct lang_file **last = &reading->lang->files;
    if (files->count == 0) {
        diag_add(reading->diags, CODE_LANGUAGE, files->spot->place,
                 "a language needs at least one file");
    }
    for (const struct node *at = files->first; at != NULL; at = at->next) {
        if (at->kind != NODE_MAP) {
            diag_add(reading->diags, CODE_LANGUAGE, at->spot->place,
                     "a file must be {path: ..., template: ...}");
            continue;
        }
        const struct node *path = lang_want(reading, at, "path", NODE_TEXT);
        const struct node *name = lang_want(reading, at, "template", NODE_TEXT);
        struct lang_file *file = bell__arena_take(reading->arena, sizeof *file);
        lang_check_keys(reading, at, names);
        if (path == NULL || name == NULL || file == NULL) {
            continue;
        }
        *file = (struct lang_file){.path = path->text,
                                   .path_place = inside(path),
                                   .template = name->text,
                                   .template_place = name->spot->place};
        *last = file;
        last = &file->next;
    }
}

/* False where nothing is said. */
static bool read_truth(struct lang_reading *reading,
                       const struct node *document, const char *key)
{
    static const char *const names[] = {"false", "true", NULL};
    const struct node *said = node_member(document, key);
    if (said == NULL) {
        return false;
    }
    if (said->kind != NODE_TEXT || lang_find_word(said->text, names) < 0) {
        diag_add(reading->diags, CODE_LANGUAGE, said->spot->place,
                 "`%s` must be true or false", key);
    }
    return said->text.size == 4; /* true */
}

/* A list that may be left out: whether it is there. */
static bool maybe_reserved(struct lang_reading *reading,
                           const struct node *document, const char *key,
                           struct index *index)
{
    const struct node *words = NULL;
    if (node_member(document, key) != NULL) {
        words = lang_want(reading, document, key, NODE_LIST);
    }
    if (words != NULL) {
        read_reserved(reading, words, index);
    }
    return words != NULL;
}

static void read_maybe_reserved(struct lang_reading *reading,
                                const struct node *document)
{
    struct lang *lang = reading->lang;
    maybe_reserved(reading, document, "reserved_files", &lang->reserved_files);
    maybe_reserved(reading, document, "reserved_file_endings",
                   &lang->reserved_file_endings);
    lang->methods_apart = maybe_reserved(reading, document, "reserved_methods",
                                         &lang->reserved_methods);
    lang->members_apart = maybe_reserved(reading, document, "reserved_members",
                                         &lang->reserved_members);
}

/* May be left out. */
static void read_choices(struct lang_reading *reading,
                         const struct node *document)
{
    const struct node *choices = NULL;
    if (node_member(document, "choices") != NULL) {
        choices = lang_want(reading, document, "choices", NODE_MAP);
    }
    if (choices != NULL) {
        lang_read_choices(reading, choices);
    }
}

static void read_parts(struct lang_reading *reading,
                       const struct node *document)
{
    static const char *const names[] = {"language",
                                        "title",
                                        "rank",
                                        "prefixed",
                                        "sockets",
                                        "cases",
                                        "scalars",
                                        "files",
                                        "reserved",
                                        "reserved_methods",
                                        "reserved_members",
                                        "reserved_file_endings",
                                        "choices",
                                        "reserved_files",
                                        "layout",
                                        NULL};
    struct lang *lang = reading->lang;
    if (document->kind != NODE_MAP) {
        diag_add(reading->diags, CODE_LANGUAGE, document->spot->place,
                 "a lang.yaml must be a map that starts with `language: NAME`");
        return;
    }
    const struct node *name =
        lang_want(reading, document, "language", NODE_TEXT);
    if (name != NULL) {
        lang->name = name->text;
    }
    lang->place = name != NULL ? name->spot->place : document->spot->place;
    const struct node *cases = lang_want(reading, document, "cases", NODE_MAP);
    const struct node *scalars =
        lang_want(reading, document, "scalars", NODE_MAP);
    const struct node *words =
        lang_want(reading, document, "reserved", NODE_LIST);
    const struct node *files = lang_want(reading, document, "files", NODE_LIST);
    lang_check_keys(reading, document, names);
    lang->prefixed = read_truth(reading, document, "prefixed");
    lang->sockets = read_truth(reading, document, "sockets");
    if (cases == NULL || scalars == NULL || words == NULL || files == NULL) {
        return;
    }
    read_cases(reading, cases);
    lang_read_scalars(reading, scalars, true, lang->scalars);
    read_choices(reading, document);
    lang_read_layout(reading, document);
    read_reserved(reading, words, &lang->reserved);
    read_maybe_reserved(reading, document);
    read_files(reading, files);
}

struct lang *lang_build(const struct node *document, struct bell__arena *arena,
                        struct diags *diags)
{
    size_t before = diags->count;
    struct lang_reading reading = {.arena = arena, .diags = diags};
    reading.lang = bell__arena_take(arena, sizeof *reading.lang);
    if (reading.lang == NULL) {
        return NULL;
    }
    memset(reading.lang, 0, sizeof *reading.lang);
    read_parts(&reading, document);
    return diags->count == before ? reading.lang : NULL;
}
