/* mend.c: a service with mistakes as one that tables can be made of, so that
 * what is wrong with its values is told in the same run. What is broken becomes
 * json, or goes. */
#include "base/codes.h"
#include "base/str.h"
#include "model/calls.h"
#include "model/check.h"

/* Mistakes that leave a service's shapes whole, but for what mend.c mends. */
static bool is_harmless(bell_string code)
{
    static const char *const harmless[] = {
        CODE_KIND,         CODE_UNKNOWN_KEY, CODE_MISSING,   CODE_VERSION,
        CODE_NAME,         CODE_COLLISION,   CODE_TOO_MANY,  CODE_UNKNOWN_TYPE,
        CODE_SHAPE,        CODE_NO_TYPE,     CODE_ENUM,      CODE_DEFAULT,
        CODE_RULE_PATTERN, CODE_RULE,        CODE_ONLY_TYPE, CODE_DEADLINE,
        CODE_ERRORS,       CODE_RESERVED,    CODE_EXAMPLE,   CODE_REPLY,
        CODE_OTHERS};
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        if (bell__str_is(code, harmless[i])) {
            return true;
        }
    }
    return false;
}

static struct shape *leaf_of(struct shape *shape)
{
    while (shape->item != NULL) {
        shape = shape->item;
    }
    return shape;
}

static bool is_broken(const struct shape *leaf)
{
    if (leaf->kind == SHAPE_LIST || leaf->kind == SHAPE_MAP) {
        return true; /* of nothing */
    }
    return leaf->kind == SHAPE_NAMED &&
           (leaf->type == NULL || leaf->type->kind == TYPE_ALIAS);
}

static void mend_shape(void *context, struct shape *shape)
{
    struct shape *leaf = leaf_of(shape);
    (void)context;
    if (is_broken(leaf)) {
        leaf->kind = SHAPE_SCALAR;
        leaf->scalar = SCALAR_JSON;
        leaf->form = FORM_TEXT;
        leaf->rules = NULL;
        leaf->type = NULL;
    }
}

static void mend_fields(struct type *type, struct shape *any)
{
    for (struct field *at = type->fields; at != NULL; at = at->next) {
        if (at->shape == NULL) {
            at->shape = any;
        }
        mend_shape(NULL, at->shape);
    }
    if (type->others != NULL) {
        mend_shape(NULL, type->others);
    }
}

/* A variant that nobody understood is none; gives false where nothing stays. */
static bool mend_variants(struct type *type)
{
    struct variant **last = &type->variants;
    while (*last != NULL) {
        struct variant *at = *last;
        bool good = !check_unknown(at->shape) &&
                    (type->content.size != 0 || type->by_kind ||
                     check_is_kind(at->shape, TYPE_RECORD));
        if (good) {
            mend_shape(NULL, at->shape);
            last = &at->next;
        } else {
            *last = at->next;
            type->count--;
        }
    }
    return type->count != 0 && (type->tag.size != 0 || type->by_kind);
}

static struct shape *record_or_none(struct shape *shape)
{
    return shape == NULL || check_unknown(shape) ? NULL : shape;
}

static void mend_call(struct method *call)
{
    call->params = record_or_none(call->params);
    if (call->endpoint != NULL) {
        call->endpoint->query = record_or_none(call->endpoint->query);
        call->endpoint->headers = record_or_none(call->endpoint->headers);
    }
}

/* They have no examples, and nothing is made of them. */
static void drop_sections(struct service *service)
{
    service->channels = NULL;
    service->channel_count = 0;
    service->streams = NULL;
    service->stream_count = 0;
    if (service->messages != NULL) {
        service->messages->pushes = NULL;
        service->messages->push = NULL;
    }
}

bool model_mend(struct service *service, const struct diag *mistakes,
                struct bell__arena *arena)
{
    struct shape *any = bell__arena_take(arena, sizeof *any);
    bool good = any != NULL;
    for (const struct diag *at = mistakes; good && at != NULL; at = at->next) {
        good = is_harmless(bell_str(at->code));
    }
    if (!good) {
        return false;
    }
    memset(any, 0, sizeof *any);
    any->kind = SHAPE_SCALAR;
    any->scalar = SCALAR_JSON;
    for (struct type *at = service->types; good && at != NULL; at = at->next) {
        mend_fields(at, any);
        good = at->kind != TYPE_UNION || mend_variants(at);
    }
    for (struct method *at = service->calls; at != NULL; at = at->next) {
        mend_call(at);
    }
    drop_sections(service);
    calls_each_shape(service, mend_shape, NULL);
    return good;
}
