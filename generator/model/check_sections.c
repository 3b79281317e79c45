/* check_sections.c: what rest and messages may be made of: records where fields
 * are looked up by name, and answers that find their requests. */
#include "base/codes.h"
#include "model/check.h"

static const struct field *find_field(const struct shape *shape,
                                      bell_string wire)
{
    if (shape == NULL || check_unknown(shape) || shape->kind != SHAPE_NAMED) {
        return NULL;
    }
    for (const struct field *at = shape->type->fields; at != NULL;
         at = at->next) {
        if (check_equal(at->wire, wire)) {
            return at;
        }
    }
    return NULL;
}

/* A record, where there is something. */
static bool is_record(struct checker *checker, const struct shape *shape,
                      const char *code, const char *what)
{
    if (shape == NULL || check_unknown(shape)) {
        return false;
    }
    if (check_is_kind(shape, TYPE_RECORD)) {
        return true;
    }
    diag_add(checker->diags, code, shape->place,
             "%s a record: a type with 'fields', not nullable", what);
    return false;
}

/* ---- Rest ---------------------------------------------------------------- */

/* What a query or a header can carry as text. */
static bool is_flat(const struct shape *shape, bool lists)
{
    if (shape == NULL || check_unknown(shape)) {
        return true;
    }
    if (lists && shape->kind == SHAPE_LIST) {
        return is_flat(shape->item, false);
    }
    return (shape->kind == SHAPE_SCALAR && shape->scalar != SCALAR_JSON) ||
           (shape->kind == SHAPE_NAMED && shape->type->kind == TYPE_ENUM);
}

static void check_flat(struct checker *checker, const struct shape *record,
                       bool lists)
{
    for (const struct field *at = record->type->fields; at != NULL;
         at = at->next) {
        if (!is_flat(at->shape, lists)) {
            diag_add(checker->diags, CODE_ENDPOINT, at->place,
                     lists ? "a query carries scalars, enums, and lists of them"
                           : "a header carries scalars and enums");
        }
    }
}

/* One name, one place in the request. */
static void check_parameters(struct checker *checker,
                             const struct endpoint *endpoint)
{
    for (const struct path_parameter *at = endpoint->parameters; at != NULL;
         at = at->next) {
        const struct field *field = find_field(endpoint->query, at->name);
        if (field != NULL) {
            struct diag *diag =
                diag_add(checker->diags, CODE_COLLISION, field->place,
                         "'%.*s' is a parameter of the path already",
                         (int)at->name.size, at->name.text);
            diag_second(checker->diags, diag, at->place, "the path is here");
        }
    }
}

static void check_token(struct checker *checker,
                        const struct endpoint *endpoint)
{
    const struct shape *result = endpoint->call.result;
    if (endpoint->sets_token.size == 0 ||
        (result != NULL && check_unknown(result))) {
        return;
    }
    const struct field *field = find_field(result, endpoint->sets_token);
    if (field == NULL || field->shape == NULL ||
        field->shape->kind != SHAPE_SCALAR ||
        field->shape->scalar != SCALAR_STRING) {
        diag_add(checker->diags, CODE_ENDPOINT, endpoint->token_place,
                 "sets_token names a string of the result");
    }
}

static void check_endpoint(struct checker *checker,
                           const struct endpoint *endpoint)
{
    if (is_record(checker, endpoint->query, CODE_ENDPOINT, "a query is")) {
        check_flat(checker, endpoint->query, true);
        check_parameters(checker, endpoint);
    }
    if (is_record(checker, endpoint->headers, CODE_ENDPOINT, "headers are")) {
        check_flat(checker, endpoint->headers, false);
    }
    check_token(checker, endpoint);
}

/* ---- Messages ------------------------------------------------------------ */

static void check_tag(struct checker *checker, const struct shape *shape,
                      const char *what)
{
    bell_string tag = checker->service->messages->tag;
    if (!is_record(checker, shape, CODE_MESSAGE, what)) {
        return;
    }
    const struct field *field = find_field(shape, tag);
    if (field != NULL) {
        struct diag *diag =
            diag_add(checker->diags, CODE_TAG_FIELD, shape->place,
                     "the record has a field '%.*s', which is the tag of all "
                     "messages: it is not said twice",
                     (int)tag.size, tag.text);
        diag_second(checker->diags, diag, field->place, "the field is here");
    }
}

static void check_key(struct checker *checker,
                      const struct message_call *message)
{
    if (message->key.size == 0) {
        return;
    }
    const struct shape *sides[] = {message->call.params, message->call.result};
    static const char *const names[] = {"params", "result"};
    for (size_t i = 0; i < 2; i++) {
        if (sides[i] != NULL && check_unknown(sides[i])) {
            continue;
        }
        if (find_field(sides[i], message->key) == NULL) {
            diag_add(checker->diags, CODE_MESSAGE, message->key_place,
                     "the key '%.*s' is no field of the %s",
                     (int)message->key.size, message->key.text, names[i]);
        }
    }
}

/* Two calls with one reply: without a key or an order nobody knows whose it
 * is. */
static void check_reply(struct checker *checker,
                        const struct message_call *message)
{
    const struct messages *messages = checker->service->messages;
    for (const struct message_call *at = messages->calls;
         at != message && message->reply.size != 0; at = at->next) {
        bool told = messages->sequential ||
                    (at->key.size != 0 && message->key.size != 0);
        if (check_equal(at->reply, message->reply) && !told) {
            struct diag *diag =
                diag_add(checker->diags, CODE_MESSAGE, message->call.place,
                         "'%.*s' answers two calls: give both a 'key', or say "
                         "ordering: sequential",
                         (int)message->reply.size, message->reply.text);
            diag_second(checker->diags, diag, at->call.place,
                        "the other one is here");
        }
    }
}

static void check_push(struct checker *checker, const struct push *push)
{
    const struct messages *messages = checker->service->messages;
    const struct place *other = NULL;
    check_tag(checker, push->shape, "a push is");
    for (const struct message_call *at = messages->calls; at != NULL;
         at = at->next) {
        if (check_equal(at->reply, push->wire)) {
            other = &at->call.place;
        }
    }
    if (other != NULL || check_equal(push->wire, messages->error_type)) {
        struct diag *diag =
            diag_add(checker->diags, CODE_MESSAGE, push->place,
                     "'%.*s' is an answer already, and cannot come unasked",
                     (int)push->wire.size, push->wire.text);
        if (other != NULL) {
            diag_second(checker->diags, diag, *other, "it answers this");
        }
    }
}

static void check_messages(struct checker *checker)
{
    const struct messages *messages = checker->service->messages;
    check_tag(checker, messages->auth_params, "params are");
    for (const struct message_call *at = messages->calls; at != NULL;
         at = at->next) {
        check_tag(checker, at->call.params, "params are");
        check_tag(checker, at->call.result, "a message's result is");
        check_key(checker, at);
        check_reply(checker, at);
    }
    for (const struct push *at = messages->pushes; at != NULL; at = at->next) {
        check_push(checker, at);
    }
}

void check_other_sections(struct checker *checker)
{
    for (const struct endpoint *at = checker->service->endpoints; at != NULL;
         at = at->next) {
        check_endpoint(checker, at);
    }
    if (checker->service->messages != NULL) {
        check_messages(checker);
    }
}
