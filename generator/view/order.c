/* order.c: the orders in which a compiler wants types: structs after what they
 * hold by value, tables after what they point to. It knows no language. */
#include "view/used.h"

enum { MARK_NONE, MARK_OPEN, MARK_DONE };

static void append_struct(struct uses *uses, struct used *used)
{
    if (uses->structs.last != NULL) {
        uses->structs.last->next_struct = used;
    } else {
        uses->structs.first = used;
    }
    uses->structs.last = used;
}

/* What is only pointed at must be known all the same. */
static void touch_variants(struct uses *uses, const struct type *type)
{
    for (const struct variant *at = type->variants; at != NULL; at = at->next) {
        uses_shape(uses, at->shape);
    }
}

/* Lists and maps hold pointers; a map's entry holds its value. */
static void visit_struct(struct uses *uses, struct used *used)
{
    used = used->plain;
    if (used->struct_mark != MARK_NONE || used->kind == USED_LIST ||
        used->kind == USED_ENUM || used->kind == USED_SCALAR) {
        return;
    }
    used->struct_mark = MARK_DONE;
    if (used->type != NULL) { /* a union has the fields that are shared */
        touch_variants(uses, used->type);
        if (used->type->others != NULL) {
            uses_shape(uses, used->type->others);
        }
        for (const struct field *at = used->type->fields; at != NULL;
             at = at->next) {
            struct used *inner = uses_shape(uses, at->shape)->plain;
            if (inner->kind != USED_MAP && !uses_by_pointer(uses, at)) {
                visit_struct(uses, inner);
            }
        }
    }
    if (used->item != NULL && used->item->plain->kind != USED_MAP) {
        visit_struct(uses, used->item);
    }
    append_struct(uses, used);
}

static void visit_table(struct uses *uses, struct used *used);

static void visit_inner(struct uses *uses, struct used *inner)
{
    if (inner->table_mark == MARK_OPEN) {
        inner->forward = true;
        return;
    }
    visit_table(uses, inner);
}

static void visit_table(struct uses *uses, struct used *used)
{
    if (used->table_mark != MARK_NONE) {
        return;
    }
    used->table_mark = MARK_OPEN;
    if (used->item != NULL) {
        visit_inner(uses, used->item);
    }
    if (used->type != NULL) {
        for (const struct field *at = used->type->fields; at != NULL;
             at = at->next) {
            visit_inner(uses, uses_shape(uses, at->shape));
        }
        if (used->type->others != NULL) {
            visit_inner(uses, uses_shape(uses, used->type->others));
        }
        for (const struct variant *at = used->type->variants; at != NULL;
             at = at->next) {
            visit_inner(uses, uses_shape(uses, at->shape));
        }
    }
    used->table_mark = MARK_DONE;
    if (used->kind == USED_SCALAR) {
        return;
    }
    if (uses->tables.last != NULL) {
        uses->tables.last->next_table = used;
    } else {
        uses->tables.first = used;
    }
    uses->tables.last = used;
}

static void mark_sent(struct uses *uses, struct used *used)
{
    if (used->sent) {
        return;
    }
    used->sent = true;
    if (used->item != NULL) {
        mark_sent(uses, used->item);
    }
    if (used->type == NULL) {
        return;
    }
    for (const struct field *at = used->type->fields; at != NULL;
         at = at->next) {
        mark_sent(uses, uses_shape(uses, at->shape));
    }
    if (used->type->others != NULL) {
        mark_sent(uses, uses_shape(uses, used->type->others));
    }
    for (const struct variant *at = used->type->variants; at != NULL;
         at = at->next) {
        mark_sent(uses, uses_shape(uses, at->shape));
    }
}

static void open_params(struct uses *uses, const struct shape *shape)
{
    if (shape != NULL) {
        struct used *params = uses_shape(uses, shape);
        mark_sent(uses, params);
        visit_table(uses, params);
    }
}

void uses_open_order(struct uses *uses)
{
    for (const struct method *at = uses_calls(uses); at != NULL;
         at = uses_next_call(uses, at)) {
        open_params(uses, at->params);
    }
    if (!uses->lang->sockets) {
        return;
    }
    for (const struct stream *at = uses->service->streams; at != NULL;
         at = at->next) {
        open_params(uses, at->params);
    }
}

void uses_reach(struct uses *uses, struct used *used)
{
    visit_table(uses, used);
}

void uses_order(struct uses *uses)
{
    for (struct used *at = uses->all.first; at != NULL; at = at->next) {
        visit_struct(uses, at);
    }
}
