/* check_records.c: no record lies in itself, and none in too many others: it
 * would have no size, and its text no end. */
#include <stdio.h>

#include "base/codes.h"
#include "model/check.h"

enum { HEIGHT_MAX = 60 };

enum { MARK_NEW, MARK_OPEN, MARK_DONE };

struct step {
    struct type *type;
    const struct field *field; /* looked at next */
};

/* The record or union that lies in place in a field, or NULL. A union holds
 * the fields that its variants share, and points at the variants. */
static struct type *inside(const struct field *field)
{
    const struct shape *shape = field->shape;
    if (field->optional || shape == NULL || shape->nullable ||
        shape->kind != SHAPE_NAMED || shape->type == NULL ||
        shape->type->fields == NULL) {
        return NULL;
    }
    return shape->type;
}

/* The field of each step on the way is the one before the next to look at:
 * so the way is "Task.parts -> Part.task -> Task". */
static void tell_cycle(struct checker *checker, const struct step *steps,
                       size_t count, const struct type *type,
                       const struct field *last)
{
    char room[200];
    size_t size = 0;
    size_t from = count;
    while (steps[--from].type != type) {
        continue;
    }
    for (size_t i = from; i < count && size < sizeof room - 1; i++) {
        bell_string name = steps[i].type->name;
        int wrote = snprintf(room + size, sizeof room - size, "%.*s -> ",
                             name.size > 40 ? 40 : (int)name.size, name.text);
        size += wrote > 0 ? (size_t)wrote : 0;
    }
    diag_add(checker->diags, CODE_ENDLESS, last->place,
             "a record that requires itself never ends: %s%.*s; write '%.*s?', "
             "or use T | null or a list",
             room, type->name.size > 40 ? 40 : (int)type->name.size,
             type->name.text, last->wire.size > 40 ? 40 : (int)last->wire.size,
             last->wire.text);
}

static void close_step(struct checker *checker, struct step *steps,
                       size_t count)
{
    struct type *type = steps[count].type;
    type->mark = MARK_DONE;
    if (type->height == HEIGHT_MAX + 1) {
        diag_add(checker->diags, CODE_TOO_DEEP, type->place,
                 "more than %d records are nested here", HEIGHT_MAX);
    }
    if (count > 0 && steps[count - 1].type->height <= type->height) {
        steps[count - 1].type->height = type->height + 1;
    }
}

/* Depth first, with a stack of our own: a schema may be long. */
static void visit(struct checker *checker, struct step *steps,
                  struct type *type)
{
    size_t count = 0;
    steps[count++] = (struct step){type, type->fields};
    type->mark = MARK_OPEN;
    type->height = 1;
    while (count > 0) {
        struct step *step = &steps[count - 1];
        const struct field *field = step->field;
        if (field == NULL) {
            close_step(checker, steps, --count);
            continue;
        }
        step->field = field->next;
        struct type *next = inside(field);
        if (next == NULL) {
            continue;
        }
        if (next->mark == MARK_OPEN) {
            tell_cycle(checker, steps, count, next, field);
        } else if (next->mark == MARK_NEW) {
            next->mark = MARK_OPEN;
            next->height = 1;
            steps[count++] = (struct step){next, next->fields};
        } else if (step->type->height <= next->height) {
            step->type->height = next->height + 1;
        }
    }
}

void check_records(struct checker *checker)
{
    struct step *steps = bell__arena_take(
        checker->arena, (checker->service->type_count + 1) * sizeof *steps);
    if (steps == NULL) {
        return;
    }
    for (struct type *type = checker->service->types; type != NULL;
         type = type->next) {
        type->mark = MARK_NEW;
    }
    for (struct type *type = checker->service->types; type != NULL;
         type = type->next) {
        if (type->fields != NULL && type->mark == MARK_NEW) {
            visit(checker, steps, type);
        }
    }
}
