/* load.c: the schemas that the user named, as checked services. It knows no
 * output. */
#include "commands/load.h"

#include <stdio.h>

#include "base/codes.h"
#include "base/file.h"
#include "base/report.h"
#include "bind/bind.h"
#include "commands/include.h"
#include "read/read.h"

struct loading {
    struct bell__arena *arena;
    struct diags diags;
    struct service *first;
    struct service *last;
    int code; /* EXIT_FILES where a file could not be read */
};

static int tell(const char *wrong)
{
    fprintf(stderr, "bellpull: %s\n", wrong);
    return EXIT_FILES;
}

static void add(struct loading *loading, struct service *service)
{
    if (loading->last != NULL) {
        loading->last->next = service;
    } else {
        loading->first = service;
    }
    loading->last = service;
}

/* Only of a service without mistakes: tables need names that resolve. */
static void check_examples(struct loading *loading, struct service *service,
                           const struct source *source)
{
    if (loading->diags.count != 0) {
        return;
    }
    const bell_service *tables = bind_service(service, loading->arena);
    if (tables == NULL) {
        struct place whole = {source, 0, 0, NULL};
        diag_add(&loading->diags, CODE_MEMORY, whole, "memory is short");
        return;
    }
    bind_check(service, tables, loading->arena, &loading->diags);
}

static void load_source(struct loading *loading, const struct source *source,
                        const char *path)
{
    const struct node *document =
        read_source(source, loading->arena, &loading->diags);
    if (document == NULL) {
        return;
    }
    const struct included *included =
        include_read(path, document, loading->arena, &loading->diags);
    struct service *service = model_build_including(
        document, included, loading->arena, &loading->diags);
    if (service == NULL) {
        struct place whole = {source, 0, 0, NULL};
        diag_add(&loading->diags, CODE_MEMORY, whole, "memory is short");
        return;
    }
    model_check(service, loading->arena, &loading->diags);
    add(loading, service);
    check_examples(loading, service, source);
}

static void load_file(struct loading *loading, const char *path)
{
    char wrong[FILE_WRONG_MAX];
    struct source *source = bell__arena_take(loading->arena, sizeof *source);
    if (source == NULL) {
        loading->code = tell("memory is short");
        return;
    }
    bool standard = strcmp(path, "-") == 0;
    source->name = bell_str(standard ? "<stdin>" : path);
    if (!file_read(path, loading->arena, &source->text, wrong)) {
        loading->code = tell(wrong);
        return;
    }
    load_source(loading, source, path);
}

/* Without an input: what lies in schemas/. */
static void load_folder(struct loading *loading)
{
    static const char *const endings[] = {".yaml", ".yml"};
    char wrong[FILE_WRONG_MAX];
    size_t sum = 0;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        const char *const *paths = NULL;
        size_t count = 0;
        if (!file_list("schemas", endings[i], loading->arena, &paths, &count,
                       wrong)) {
            loading->code = tell(wrong);
            return;
        }
        for (size_t j = 0; j < count; j++) {
            load_file(loading, paths[j]);
        }
        sum += count;
    }
    if (sum == 0) {
        tell("name a schema: there is no schemas/*.yaml here");
        loading->code = EXIT_USAGE;
    }
}

/* For programs there is a document in any case, on standard output. */
static void tell_all(const struct diags *diags, const char *format)
{
    if (format != NULL && strcmp(format, "json") == 0) {
        report_json(diags, stdout);
    } else if (format != NULL && strcmp(format, "sarif") == 0) {
        report_sarif(diags, stdout);
    } else if (diags->count != 0) {
        report_diags(diags, stderr);
    }
}

int load_services(const struct words *inputs, const char *format,
                  struct bell__arena *arena, struct service **services)
{
    struct loading loading;
    memset(&loading, 0, sizeof loading);
    loading.arena = arena;
    diags_open(&loading.diags, arena);
    *services = NULL;
    for (size_t i = 0; i < inputs->count; i++) {
        load_file(&loading, inputs->at[i]);
    }
    if (inputs->count == 0) {
        load_folder(&loading);
    }
    if (loading.diags.count == 0) {
        model_check_together(loading.first, &loading.diags);
    }
    tell_all(&loading.diags, format);
    if (loading.code != EXIT_DONE) {
        return loading.code;
    }
    *services = loading.first;
    return loading.diags.count != 0 ? EXIT_SCHEMA : EXIT_DONE;
}
