/* tables.c: the memory that tables lie in, and which type has which table. It
 * knows nothing of what is in them. */
#include "bind/tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "json/write.h"

void *tables_take(struct tables *tables, size_t size)
{
    void *memory = bell__arena_take(tables->arena, size);
    if (memory == NULL) {
        tables->failed = true;
        return NULL;
    }
    memset(memory, 0, size);
    return memory;
}

static int by_address(const void *left, const void *right)
{
    uintptr_t a = (uintptr_t)((const struct bound *)left)->type;
    uintptr_t b = (uintptr_t)((const struct bound *)right)->type;
    return (a > b) - (a < b);
}

struct bound *tables_find(const struct tables *tables, const struct type *type)
{
    struct bound wanted = {.type = type};
    return bsearch(&wanted, tables->types, tables->count, sizeof wanted,
                   by_address);
}

bool tables_open(struct tables *tables, const struct service *service)
{
    for (const struct type *type = service->types; type != NULL;
         type = type->next) {
        tables->count += type->kind != TYPE_ALIAS;
    }
    tables->types =
        tables_take(tables, (tables->count + 1) * sizeof *tables->types);
    if (tables->types == NULL) {
        return false;
    }
    struct bound *bound = tables->types;
    for (const struct type *type = service->types; type != NULL;
         type = type->next) {
        if (type->kind == TYPE_ALIAS) {
            continue;
        }
        bound->type = type;
        bound->table = tables_take(tables, sizeof *bound->table);
        if (bound->table == NULL) {
            return false;
        }
        /* Before any shape: a list is named after its item. */
        bound->table->name = tables_copy(tables, type->name);
        bound++;
    }
    qsort(tables->types, tables->count, sizeof *tables->types, by_address);
    return true;
}

const char *tables_copy(struct tables *tables, bell_string text)
{
    bell_string copied = bell__arena_copy(tables->arena, text);
    if (copied.text == NULL) {
        tables->failed = true;
        return "";
    }
    return copied.text;
}

bell_string tables_quote(struct tables *tables, bell_string text,
                         const char *after)
{
    struct bell__buf buf;
    bell__buf_open(&buf, tables->arena->memory, 0);
    bell_string quoted = {"", 0};
    if (bell__json_write_string(&buf, text) == BELL_OK &&
        bell__buf_append(&buf, after, strlen(after)) == BELL_OK) {
        bell_string lent = {buf.bytes, buf.size};
        quoted = bell__arena_copy(tables->arena, lent);
    }
    if (quoted.text == NULL || quoted.size == 0) {
        tables->failed = true;
        quoted = (bell_string){"", 0};
    }
    bell__buf_close(&buf);
    return quoted;
}
