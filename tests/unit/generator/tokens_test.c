/* tokens_test.c: what an endpoint says of tokens, as tables: where they lie in
 * a result, which roles have which number. */
#include <stddef.h>

#include "unit/generator/schema_text.h"

#define SCHEMA                                                                 \
    "bellpull: 1\nservice: s\nrest:\n"                                         \
    "  enter:\n    POST: /enter\n    body: {id: int64}\n"                      \
    "    result: {fields: {id: int64, own: string, of_b?: string}}\n"          \
    "    sets_token: {a: own, b: of_b}\n"                                      \
    "  leave:\n    POST: /leave\n    query: {n: int64}\n"                      \
    "    auth: {bearer: [b, a], fingerprint: X-I}\n"                           \
    "    login: enter\n    clears_token: [b]\n"                                \
    "  end: {POST: /end, clears_token: true}\n"

struct entered {
    int64_t id;
    bell_string own;
    bool has_of_b;
    bell_string of_b;
};

struct leave_params {
    struct {
        int64_t n;
    } query;
    const void *login;
};

static void tokens_are_bound(const bell_service *bound)
{
    const bell_route *enter = bound->methods[0].route;
    CHECK_INT(2, bound->role_count);
    CHECK_TEXT("a", bound->roles[0]);
    CHECK_TEXT("b", bound->roles[1]);
    CHECK_INT(2, enter->set_count);
    CHECK_INT(offsetof(struct entered, own), enter->sets[0].offset);
    CHECK_INT(1, enter->sets[0].role);
    CHECK_INT(offsetof(struct entered, of_b), enter->sets[1].offset);
    CHECK_INT(2, enter->sets[1].role);
    const bell_route *leave = bound->methods[1].route;
    CHECK_INT(BELL_ROUTE_BEARER, leave->flags);
    CHECK_INT(2, leave->role_count);
    CHECK(leave->roles[0] == 2 && leave->roles[1] == 1);
    CHECK_TEXT("X-I", leave->fingerprint);
    CHECK_INT(1, leave->login);
    CHECK_INT(offsetof(struct leave_params, login), leave->login_offset);
    CHECK_INT(sizeof(struct leave_params), bound->methods[1].params->size);
    CHECK_INT(1 << 2, leave->clears);
    CHECK_INT(7, bound->methods[2].route->clears);
}

/* Each of these is another contract; one with the default alone is the one that
 * it was before there were roles. */
static void contracts_differ(void)
{
    static const char *const said[] = {
        "sets_token: t",
        "sets_token: {x: t}",
        "sets_token: {y: t}",
        "sets_token: {x: t}, auth: {bearer: x}",
        "sets_token: {x: t}, auth: {bearer: [x, y]}",
        "sets_token: {x: t}, auth: {bearer: [y, x]}",
        "sets_token: {x: t}, clears_token: x",
        "sets_token: {x: t}, clears_token: true",
        "auth: {fingerprint: X-A}",
        "auth: {fingerprint: X-B}",
    };
    enum { COUNT = sizeof said / sizeof said[0] };
    char digits[COUNT][17];
    for (size_t i = 0; i < COUNT; i++) {
        struct schema_text schema;
        char text[200];
        snprintf(text, sizeof text,
                 "bellpull: 1\nservice: s\nrest:\n"
                 "  a: {GET: /a, result: {fields: {t: string}}, %s}\n",
                 said[i]);
        schema_check(&schema, "s.yaml", bell_str(text));
        CHECK_TEXT("", schema.said);
        memcpy(digits[i], model_contract(schema.service, &schema.arena).text,
               sizeof digits[i]);
        for (size_t other = 0; other < i; other++) {
            CHECK(strcmp(digits[i], digits[other]) != 0);
        }
        schema_close(&schema);
    }
    CHECK_TEXT("c62daeb100d56c95", digits[0]);
}

int main(void)
{
    contracts_differ();
    struct schema_text schema;
    schema_check(&schema, "s.yaml", bell_str(SCHEMA));
    CHECK_TEXT("", schema.said);
    CHECK(schema.tables != NULL);
    if (schema.tables != NULL) {
        tokens_are_bound(schema.tables);
    }
    schema_close(&schema);
    return check_report();
}
