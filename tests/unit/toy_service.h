/* toy_service.h: a service of two links that speak the toy protocol. */
#ifndef TESTS_UNIT_TOY_SERVICE_H
#define TESTS_UNIT_TOY_SERVICE_H

#include "unit/toy.h"

static void deliver(bell_function done, void *context, bell_status status,
                    const void *result, const bell_error *error)
{
    ((void (*)(void *, bell_status, const void *, const bell_error *))done)(
        context, status, result, error);
}

struct value {
    int64_t value;
};

static const bell_type int64_type = {
    .kind = BELL_KIND_INT64, .size = sizeof(int64_t), .name = "int64"};
static const bell_field value_fields[] = {{.key = "\"value\":",
                                           .name = "value",
                                           .key_size = 8,
                                           .name_size = 5,
                                           .type = &int64_type}};
static const bell_type value_type = {.kind = BELL_KIND_RECORD,
                                     .flags = BELL_TYPE_BARE,
                                     .count = 1,
                                     .size = sizeof(struct value),
                                     .fields = value_fields,
                                     .name = "value"};

static const bell_link links[] = {
    {.name = "near", .kind = &toy_kind},
    {.name = "far", .kind = &toy_kind, .path = "/far"},
};

#define METHOD(text, flag, index)                                              \
    {                                                                          \
        .name = text, .json = "\"" text "\"", .name_size = sizeof text - 1,    \
        .json_size = sizeof text + 1, .flags = flag, .result = &value_type,    \
        .deliver = deliver, .link = index                                      \
    }

static const bell_method methods[] = {
    METHOD("near.ask", 0, 0),
    METHOD("far.ask", 0, 1),
    METHOD("far.again", BELL_METHOD_IDEMPOTENT, 1),
    METHOD("nowhere", 0, 2),
    METHOD("near.tell", BELL_METHOD_NO_REPLY, 0),
};
enum { NEAR, FAR, AGAIN, NOWHERE, QUIET };

static const bell_service service = {
    .name = "toy",
    .version = "1",
    .contract = "0",
    .tables = &bell_tables_v6,
    .links = links,
    .methods = methods,
    .link_count = 2,
    .method_count = 5,
};

#endif
