/* build.c: a document as a service: its head and its sections. */
#include "model/build.h"

#include "base/codes.h"
#include "base/str.h"

enum { SERVICE_BYTES_MAX = 64, VERSION_BYTES_MAX = 64 };

static void build_language(struct builder *builder, const struct node *document)
{
    const struct node *node = node_member(document, "bellpull");
    if (node == NULL) {
        diag_add(
            builder->diags, CODE_VERSION, document->spot->place,
            "'bellpull: 1' is missing: the version of the schema language");
        return;
    }
    bool number =
        node->kind == NODE_NUMBER || (node->kind == NODE_TEXT && node->plain);
    if (!number || !bell__str_is(node->text, "1")) {
        diag_add(builder->diags, CODE_VERSION, node->spot->place,
                 "this program reads version 1 of the schema language: "
                 "write bellpull: 1");
    }
}

/* [a-z][a-z0-9]*(_[a-z0-9]+)*: a prefix of symbols and a folder's name. */
static bool is_service_name(bell_string name)
{
    if (name.size == 0 || name.size > SERVICE_BYTES_MAX || name.text[0] < 'a' ||
        name.text[0] > 'z') {
        return false;
    }
    for (size_t i = 1; i < name.size; i++) {
        char byte = name.text[i];
        bool word =
            (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
        bool cut = byte == '_' && name.text[i - 1] != '_' && i + 1 < name.size;
        if (!word && !cut) {
            return false;
        }
    }
    return true;
}

const char *model_service_name_wrong(bell_string name)
{
    if (!is_service_name(name)) {
        return "a service's name consists of lower-case letters, digits and "
               "single '_', such as task_stats";
    }
    if (bell__str_is(name, "bell") ||
        (name.size > 5 && bell__str_starts(name, BELL_STR("bell_")))) {
        return "names that start with 'bell' are reserved for the runtime";
    }
    return NULL;
}

static void build_name(struct builder *builder, const struct node *document)
{
    const struct node *node = node_member(document, "service");
    bell_string name;
    if (node == NULL) {
        diag_add(builder->diags, CODE_MISSING, document->spot->place,
                 "'service' is missing: the name that all generated names "
                 "start with");
        return;
    }
    if (!take_text(builder, node, &name)) {
        return;
    }
    builder->service->place = node->spot->place;
    const char *wrong = model_service_name_wrong(name);
    if (wrong != NULL) {
        diag_add(builder->diags, CODE_NAME, node->spot->place, "%s", wrong);
        return;
    }
    builder->service->name = name;
}

static void build_version(struct builder *builder, const struct node *document)
{
    const struct node *node = node_member(document, "version");
    bell_string version;
    if (node == NULL || !take_text(builder, node, &version)) {
        return;
    }
    bool good = version.size <= VERSION_BYTES_MAX;
    for (size_t i = 0; good && i < version.size; i++) {
        good = version.text[i] > 0x20 && version.text[i] < 0x7f;
    }
    if (!good) {
        diag_add(builder->diags, CODE_NAME, node->spot->place,
                 "a version consists of at most %d visible ASCII characters "
                 "without spaces",
                 VERSION_BYTES_MAX);
        return;
    }
    builder->service->version = version;
}

/* What was built so far, by name: who declares one of these again must mean
 * the same. */
static void index_earlier(struct builder *builder)
{
    struct index *index = build_take(builder, sizeof *index);
    if (index == NULL) {
        return;
    }
    index_open(index, builder->arena, builder->service->type_count);
    for (struct type *at = builder->service->types; at != NULL; at = at->next) {
        if (at->said != NULL) {
            index_add(index, at->said->key, at);
        }
    }
    index_sort(index);
    builder->short_of_memory |= index->failed;
    builder->earlier = index;
}

static void build_shared(struct builder *builder, const struct node *document)
{
    static const char *const known[] = {"bellpull", "include", "types",
                                        "doc",      "$schema", NULL};
    build_language(builder, document);
    take_known(builder, document, known, "an included file");
    build_types(builder, node_member(document, "types"));
}

static void build_included(struct builder *builder)
{
    for (const struct included *at = builder->service->included; at != NULL;
         at = at->next) {
        if (at->document == NULL || !take_map(builder, at->document)) {
            continue;
        }
        build_shared(builder, at->document);
        index_earlier(builder);
    }
}

/* It has types and nothing that a service has: other files include it. */
static bool is_shared(const struct node *document)
{
    static const char *const own[] = {"service",  "version",  "rpc",    "rest",
                                      "channels", "messages", "streams"};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (node_member(document, own[i]) != NULL) {
            return false;
        }
    }
    return node_member(document, "types") != NULL ||
           node_member(document, "include") != NULL;
}

static void build_document(struct builder *builder, const struct node *document)
{
    static const char *const known[] = {
        "bellpull", "service",  "version", "doc",      "types",
        "rpc",      "channels", "rest",    "messages", "streams",
        "include",  "$schema",  NULL};
    if (!take_map(builder, document)) {
        return;
    }
    if (is_shared(document)) {
        builder->service->only_types = true;
        build_included(builder);
        build_shared(builder, document);
        return;
    }
    build_language(builder, document);
    build_name(builder, document);
    build_version(builder, document);
    take_known(builder, document, known, "a schema");
    take_member_text(builder, document, "doc", &builder->service->doc);
    build_included(builder);
    build_types(builder, take_meant(document, known, "types"));
    build_methods(builder, take_meant(document, known, "rpc"));
    build_channels(builder, take_meant(document, known, "channels"));
    build_rest(builder, take_meant(document, known, "rest"));
    build_messages(builder, take_meant(document, known, "messages"));
    build_streams(builder, take_meant(document, known, "streams"));
    build_clears_all(builder);
}

struct service *model_build(const struct node *document,
                            struct bell__arena *arena, struct diags *diags)
{
    return model_build_including(document, NULL, arena, diags);
}

struct service *model_build_including(const struct node *document,
                                      const struct included *included,
                                      struct bell__arena *arena,
                                      struct diags *diags)
{
    struct builder builder;
    memset(&builder, 0, sizeof builder);
    builder.arena = arena;
    builder.diags = diags;
    builder.service = build_take(&builder, sizeof *builder.service);
    if (builder.service == NULL) {
        return NULL;
    }
    builder.service->place = document->spot->place;
    builder.service->said = document;
    builder.service->included = included;
    build_document(&builder, document);
    return builder.short_of_memory ? NULL : builder.service;
}
