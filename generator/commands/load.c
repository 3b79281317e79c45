/* load.c: the schemas that the user named, as checked services. It knows no
 * output. */
#include "commands/load.h"

#include <stdio.h>

#include "base/codes.h"
#include "base/file.h"
#include "commands/mistakes.h"

struct loading {
    struct bell__arena *arena;
    struct diags diags;
    struct schema *first;
    struct schema *last;
    struct service *services;
    struct service *last_service;
    const struct load_options *options;
    bool named; /* the user has named the inputs */
    int code;   /* EXIT_FILES where a file could not be read */
};

static int tell(const char *wrong)
{
    fprintf(stderr, "bellpull: %s\n", wrong);
    return EXIT_FILES;
}

static void add(struct loading *loading, struct schema *schema)
{
    if (loading->last != NULL) {
        loading->last->next = schema;
    } else {
        loading->first = schema;
    }
    loading->last = schema;
    if (schema->service->only_types) {
        return; /* it is no service */
    }
    if (loading->last_service != NULL) {
        loading->last_service->next = schema->service;
    } else {
        loading->services = schema->service;
    }
    loading->last_service = schema->service;
}

static void load_source(struct loading *loading, const struct source *source,
                        const char *path)
{
    struct schema *schema = bell__arena_take(loading->arena, sizeof *schema);
    if (schema == NULL) {
        loading->code = tell("out of memory");
        return;
    }
    memset(schema, 0, sizeof *schema);
    if (!generate_schema(source, path, loading->options->include_root,
                         loading->arena, &loading->diags, schema)) {
        return;
    }
    bool refused = schema->service->only_types &&
                   loading->options->shared == LOAD_SHARED_REFUSED;
    if (!refused) {
        add(loading, schema);
    } else if (loading->named) {
        diag_add(&loading->diags, CODE_MISSING, schema->service->place,
                 "'service' is missing: a file with only types can only be "
                 "included by others");
    }
}

static void load_file(struct loading *loading, const char *path)
{
    char wrong[FILE_WRONG_MAX];
    struct source *source = bell__arena_take(loading->arena, sizeof *source);
    if (source == NULL) {
        loading->code = tell("out of memory");
        return;
    }
    bool standard = strcmp(path, "-") == 0;
    source->name = bell_str(standard ? "<stdin>" : path);
    /* What the user names may be a pipe; what lies in a folder may not. */
    if (loading->named
            ? !file_read(path, loading->arena, &source->text, wrong)
            : !file_read_plain(path, loading->arena, &source->text, wrong)) {
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
        tell("no schema is given, and there is no schemas/*.yaml here");
        loading->code = EXIT_USAGE;
    } else if (loading->first == NULL && loading->diags.count == 0) {
        tell("no schema is given, and no file in schemas/ has a 'service'");
        loading->code = EXIT_USAGE;
    }
}

int load_services(const struct words *inputs,
                  const struct load_options *options, struct bell__arena *arena,
                  struct schema **schemas)
{
    struct loading loading;
    memset(&loading, 0, sizeof loading);
    loading.arena = arena;
    loading.options = options;
    loading.named = inputs->count != 0;
    diags_open(&loading.diags, arena);
    *schemas = NULL;
    for (size_t i = 0; i < inputs->count; i++) {
        load_file(&loading, inputs->at[i]);
    }
    if (inputs->count == 0) {
        load_folder(&loading);
    }
    if (loading.diags.count == 0) {
        model_check_together(loading.services, &loading.diags);
    }
    mistakes_tell(&loading.diags, options->format);
    if (loading.code != EXIT_DONE) {
        return loading.code;
    }
    *schemas = loading.first;
    return loading.diags.count != 0 ? EXIT_SCHEMA : EXIT_DONE;
}
