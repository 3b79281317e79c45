/* schema_text.h: a schema in a test: text in, node, service or tables out, and
 * what was said of it as lines "line:column code path". */
#ifndef TESTS_UNIT_GENERATOR_SCHEMA_TEXT_H
#define TESTS_UNIT_GENERATOR_SCHEMA_TEXT_H

#include "base/memory.h"
#include "bind/bind.h"
#include "model/model.h"
#include "read/read.h"
#include "unit/check.h"

struct schema_text {
    struct bell__arena arena;
    struct diags diags;
    struct source source;
    const struct node *document;
    struct service *service;
    const bell_service *tables; /* NULL: something was said */
    char said[4096];
};

static inline void schema_say(struct schema_text *schema)
{
    size_t size = 0;
    schema->said[0] = '\0';
    for (const struct diag *at = schema->diags.first;
         at != NULL && size < sizeof schema->said; at = at->next) {
        char path[TRAIL_BYTES_MAX];
        int wrote = snprintf(schema->said + size, sizeof schema->said - size,
                             "%u:%u %s %s\n", at->place.line, at->place.column,
                             at->code, trail_text(at->place.trail, path));
        size += wrote > 0 ? (size_t)wrote : 0;
    }
}

/* Reads text; `name` decides the format. */
static inline void schema_read(struct schema_text *schema, const char *name,
                               bell_string text)
{
    memset(schema, 0, sizeof *schema);
    bell__arena_open(&schema->arena, &bell__memory_default, 0);
    diags_open(&schema->diags, &schema->arena);
    schema->source.name = bell_str(name);
    schema->source.text = text;
    schema->document =
        read_source(&schema->source, &schema->arena, &schema->diags);
    schema_say(schema);
}

/* Reads, builds, checks and binds. */
static inline void schema_check(struct schema_text *schema, const char *name,
                                bell_string text)
{
    schema_read(schema, name, text);
    if (schema->document != NULL) {
        schema->service =
            model_build(schema->document, &schema->arena, &schema->diags);
    }
    if (schema->service != NULL) {
        model_check(schema->service, &schema->arena, &schema->diags);
    }
    if (schema->service != NULL && schema->diags.count == 0) {
        schema->tables = bind_service(schema->service, &schema->arena);
    }
    schema_say(schema);
}

static inline void schema_close(struct schema_text *schema)
{
    bell__arena_close(&schema->arena);
}

#endif
