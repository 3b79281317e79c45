/* include.c: the files that a schema includes, as documents. It knows no
 * types. */
#include "include.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/codes.h"
#include "base/file.h"
#include "read/read.h"

enum { DEPTH_MAX = 32, FILES_MAX = 1000, WAY_BYTES_MAX = 200 };

struct reading {
    const char *root; /* real; NULL: it is not there, and nothing is below */
    struct bell__arena *arena;
    struct diags *diags;
    struct included *first;
    struct included *last;
    size_t count;
};

/* The files that are being read: each includes the next. */
struct way {
    const struct way *up;
    const char *shown;
    const char *real; /* NULL: standard input */
};

static void tell(struct reading *reading, const struct node *node,
                 const char *what, const char *why)
{
    diag_add(reading->diags, CODE_INCLUDE_FILE, node->spot->place, "%s%s", what,
             why);
}

static const char *keep(struct reading *reading, const char *text)
{
    return bell__arena_copy(reading->arena, bell_str(text)).text;
}

/* `name` as seen from the folder of `from`. */
static const char *path_beside(struct reading *reading, const char *from,
                               bell_string name)
{
    const char *slash = strrchr(from, '/');
    size_t folder =
        name.text[0] == '/' || slash == NULL ? 0 : (size_t)(slash - from) + 1;
    char *path = bell__arena_bytes(reading->arena, folder + name.size + 1);
    if (path != NULL) {
        memcpy(path, from, folder);
        memcpy(path + folder, name.text, name.size);
        path[folder + name.size] = '\0';
    }
    return path;
}

/* "a.yaml -> b.yaml -> a.yaml", where the file is on the way to itself. */
static bool is_cycle(struct reading *reading, const struct node *node,
                     const struct way *way, const char *real, const char *shown)
{
    char text[WAY_BYTES_MAX];
    const struct way *at = way;
    while (at != NULL && (at->real == NULL || strcmp(at->real, real) != 0)) {
        at = at->up;
    }
    if (at == NULL) {
        return false;
    }
    snprintf(text, sizeof text, "%s", shown);
    for (const struct way *step = way;; step = step->up) {
        char more[WAY_BYTES_MAX];
        snprintf(more, sizeof more, "%.90s -> %.100s", step->shown, text);
        memcpy(text, more, sizeof text);
        if (step == at) {
            break;
        }
    }
    tell(reading, node, "these files include each other: ", text);
    return true;
}

static bool is_read(const struct reading *reading, const char *real)
{
    for (const struct included *at = reading->first; at != NULL;
         at = at->next) {
        if (strcmp(at->real, real) == 0) {
            return true;
        }
    }
    return false;
}

static void read_all(struct reading *reading, const struct node *document,
                     const struct way *way, int depth);

static void add(struct reading *reading, const struct node *document,
                const char *shown, const char *real)
{
    struct included *included =
        bell__arena_take(reading->arena, sizeof *included);
    if (included == NULL) {
        return;
    }
    *included = (struct included){document, shown, real, NULL};
    if (reading->last != NULL) {
        reading->last->next = included;
    } else {
        reading->first = included;
    }
    reading->last = included;
    reading->count++;
}

static void read_file(struct reading *reading, const struct node *node,
                      const struct way *way, const char *shown,
                      const char *real, int depth)
{
    char wrong[FILE_WRONG_MAX];
    struct source *source = bell__arena_take(reading->arena, sizeof *source);
    if (source == NULL) {
        tell(reading, node, "out of memory", "");
        return;
    }
    source->name = bell_str(shown);
    if (!file_read_plain(shown, reading->arena, &source->text, wrong)) {
        tell(reading, node, wrong, "");
        return;
    }
    const struct node *document =
        read_source(source, reading->arena, reading->diags);
    if (document != NULL) { /* else it is told, with its own place */
        struct way here = {way, shown, real};
        read_all(reading, document, &here, depth + 1);
    }
    add(reading, document, shown, real);
}

/* What lies elsewhere is none of a schema's business: it may be a stranger's.
 */
static bool is_inside(struct reading *reading, const struct node *node,
                      const char *real)
{
    bool inside = reading->root != NULL && file_is_below(reading->root, real);
    if (!inside) {
        tell(reading, node,
             "this file is outside the schema's folder: --include-root DIR "
             "allows all files below DIR",
             "");
    }
    return inside;
}

/* The folder below which files may be included, as realpath() gives it. */
static const char *find_root(struct reading *reading, const char *root,
                             const char *path)
{
    const char *slash = strrchr(path, '/');
    if (root == NULL && slash != NULL) {
        size_t size = slash == path ? 1 : (size_t)(slash - path);
        root = bell__arena_copy(reading->arena, (bell_string){path, size}).text;
    } else if (root == NULL) {
        root = ".";
    }
    char *found = root != NULL ? realpath(root, NULL) : NULL;
    const char *real = found != NULL ? keep(reading, found) : NULL;
    free(found);
    return real;
}

static void read_one(struct reading *reading, const struct node *node,
                     const struct way *way, int depth)
{
    if (node->kind != NODE_TEXT || node->text.size == 0 ||
        memchr(node->text.text, '\0', node->text.size) != NULL) {
        tell(reading, node, "the path of a file belongs here", "");
        return;
    }
    const char *shown = path_beside(reading, way->shown, node->text);
    char *found = shown != NULL ? realpath(shown, NULL) : NULL;
    if (found == NULL) {
        char wrong[FILE_WRONG_MAX];
        file_say(wrong, "include", shown != NULL ? shown : "a file",
                 strerror(errno));
        tell(reading, node, wrong, "");
        return;
    }
    const char *real = keep(reading, found);
    free(found);
    if (real == NULL || !is_inside(reading, node, real) ||
        is_cycle(reading, node, way, real, shown) || is_read(reading, real)) {
        return;
    }
    if (depth >= DEPTH_MAX || reading->count >= FILES_MAX) {
        tell(reading, node, "too many files are included", "");
        return;
    }
    read_file(reading, node, way, shown, real, depth);
}

static void read_all(struct reading *reading, const struct node *document,
                     const struct way *way, int depth)
{
    const struct node *list = node_member(document, "include");
    if (list == NULL) {
        return;
    }
    if (list->kind != NODE_LIST) {
        diag_add(reading->diags, CODE_KIND, list->spot->place,
                 "a list of files belongs here: include: [common.yaml]");
        return;
    }
    for (const struct node *at = list->first; at != NULL; at = at->next) {
        read_one(reading, at, way, depth);
    }
}

struct included *include_read(const char *path, const char *root,
                              const struct node *document,
                              struct bell__arena *arena, struct diags *diags)
{
    struct reading reading = {.arena = arena, .diags = diags};
    bool standard = strcmp(path, "-") == 0;
    char *found = standard ? NULL : realpath(path, NULL);
    struct way way = {NULL, standard ? "" : path,
                      found != NULL ? keep(&reading, found) : NULL};
    free(found);
    reading.root = find_root(&reading, root, standard ? "" : path);
    read_all(&reading, document, &way, 0);
    return reading.first;
}
