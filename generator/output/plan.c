/* plan.c: what a run wants to exist: a list of {path, bytes}. It knows no
 * schema, no language and no disk. */
#include "output/plan.h"

#include <assert.h>
#include <string.h>

#include "base/str.h"

void plan_open(struct plan *plan, struct bell__arena *arena)
{
    memset(plan, 0, sizeof *plan);
    plan->arena = arena;
}

/* Parts between '/': none empty, none `.` or `..`, no control characters. */
static bool stays_inside(bell_string path)
{
    size_t start = 0;
    for (size_t i = 0; i <= path.size; i++) {
        if (i < path.size && path.text[i] != '/') {
            unsigned char byte = (unsigned char)path.text[i];
            if (byte < 0x20 || byte == 0x7f || byte == '\\') {
                return false;
            }
            continue;
        }
        bell_string part = {path.text + start, i - start};
        bool dots = bell__str_is(part, ".") || bell__str_is(part, "..");
        if (part.size == 0 || dots) {
            return false;
        }
        start = i + 1;
    }
    return true;
}

bool plan_add(struct plan *plan, bell_string path, bell_string bytes)
{
    if (!stays_inside(path)) {
        return false;
    }
    assert(bytes.text != NULL); /* memory was short, and nobody looked */
    struct planned_file *file = bell__arena_take(plan->arena, sizeof *file);
    if (file == NULL) {
        return false;
    }
    *file = (struct planned_file){.path = path, .bytes = bytes};
    if (plan->last != NULL) {
        plan->last->next = file;
    } else {
        plan->first = file;
    }
    plan->last = file;
    plan->count++;
    return true;
}

bool plan_note_source(struct plan *plan, bell_string path)
{
    struct plan_source **at = &plan->sources;
    if (bell__str_is(path, "<stdin>")) {
        return true;
    }
    for (; *at != NULL; at = &(*at)->next) {
        if (bell__str_is(path, (*at)->path)) {
            return true;
        }
    }
    struct plan_source *source = bell__arena_take(plan->arena, sizeof *source);
    bell_string copy = bell__arena_copy(plan->arena, path);
    if (source == NULL || copy.text == NULL) {
        return false;
    }
    *source = (struct plan_source){.path = copy.text};
    *at = source;
    return true;
}

const char *output_path(struct bell__arena *arena, const char *folder,
                        bell_string path)
{
    size_t size = strlen(folder);
    assert(path.size != 0); /* what is planned has a path */
    while (size > 1 && folder[size - 1] == '/') {
        size--;
    }
    char *joined = bell__arena_bytes(arena, size + path.size + 2);
    if (joined == NULL) {
        return NULL;
    }
    memcpy(joined, folder, size);
    joined[size] = '/';
    memcpy(joined + size + 1, path.text, path.size);
    joined[size + 1 + path.size] = '\0';
    return joined;
}
