/* check_sections.c: what the sections may be made of: records where fields are
 * looked up by name, and answers that find their requests. */
#include "base/codes.h"
#include "base/str.h"
#include "model/check.h"

static const struct field *find_field(const struct shape *shape,
                                      bell_string wire)
{
    if (shape == NULL || check_unknown(shape) || shape->kind != SHAPE_NAMED) {
        return NULL;
    }
    for (const struct field *at = shape->type->fields; at != NULL;
         at = at->next) {
        if (bell__str_equal(at->wire, wire)) {
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
             "%s must be a record (a type with 'fields'), not nullable", what);
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
                     lists ? "a query can only contain scalars, enums, and "
                             "lists of them"
                           : "a header can only be a scalar or an enum");
        }
    }
}

static void check_not_null(struct checker *checker, const struct shape *shape,
                           const char *code, const char *what)
{
    if (shape != NULL && shape->nullable) {
        diag_add(checker->diags, code, shape->place, "%s cannot be nullable",
                 what);
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
                         "'%.*s' is already a parameter of the path",
                         (int)at->name.size, at->name.text);
            diag_second(checker->diags, diag, at->place, "the path is here");
        }
    }
}

static void check_token(struct checker *checker, const struct method *call)
{
    const struct endpoint *endpoint = call->endpoint;
    const struct shape *result = call->result;
    if (endpoint->sets_token.size == 0 ||
        (result != NULL && check_unknown(result))) {
        return;
    }
    const struct field *field = find_field(result, endpoint->sets_token);
    if (field == NULL || field->shape == NULL ||
        field->shape->kind != SHAPE_SCALAR ||
        field->shape->scalar != SCALAR_STRING) {
        diag_add(checker->diags, CODE_ENDPOINT, endpoint->token_place,
                 "'sets_token' must name a string of the result");
    }
}

static void check_endpoint(struct checker *checker, const struct method *call)
{
    const struct endpoint *endpoint = call->endpoint;
    if (is_record(checker, endpoint->query, CODE_ENDPOINT, "a query")) {
        check_flat(checker, endpoint->query, true);
        check_parameters(checker, endpoint);
    }
    if (is_record(checker, endpoint->headers, CODE_ENDPOINT, "headers")) {
        check_flat(checker, endpoint->headers, false);
    }
    check_not_null(checker, endpoint->body, CODE_ENDPOINT, "a body");
    check_token(checker, call);
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
                     "the record has a field '%.*s', which is already the tag "
                     "of all messages: remove it",
                     (int)tag.size, tag.text);
        diag_second(checker->diags, diag, field->place, "the field is here");
    }
}

static void check_key(struct checker *checker, const struct method *call)
{
    const struct message_call *message = call->message;
    if (message->key.size == 0) {
        return;
    }
    const struct shape *sides[] = {call->params, call->result};
    static const char *const names[] = {"params", "result"};
    for (size_t i = 0; i < 2; i++) {
        if (sides[i] != NULL && check_unknown(sides[i])) {
            continue;
        }
        if (find_field(sides[i], message->key) == NULL) {
            diag_add(checker->diags, CODE_MESSAGE, message->key_place,
                     "the key '%.*s' is not a field of the %s",
                     (int)message->key.size, message->key.text, names[i]);
        }
    }
}

/* Two calls with one reply: without a key or an order nobody knows whose it
 * is. */
static void check_reply(struct checker *checker, const struct method *call)
{
    const struct message_call *message = call->message;
    bool sequential = checker->service->messages->sequential;
    for (const struct method *at = checker->service->calls;
         at != call && message->reply.size != 0; at = at->next) {
        if (at->section != SECTION_MESSAGES ||
            !bell__str_equal(at->message->reply, message->reply)) {
            continue;
        }
        bool keys = at->message->key.size != 0 && message->key.size != 0;
        if (!sequential && !keys) {
            struct diag *diag =
                diag_add(checker->diags, CODE_MESSAGE, call->place,
                         "'%.*s' answers two calls: give both a 'key', or "
                         "write ordering: sequential",
                         (int)message->reply.size, message->reply.text);
            diag_second(checker->diags, diag, at->place,
                        "the other one is here");
        }
    }
}

static void check_message(struct checker *checker, const struct method *call)
{
    check_tag(checker, call->params, "params");
    check_tag(checker, call->result, "a message's result");
    check_key(checker, call);
    check_reply(checker, call);
}

/* The call that a message of this tag answers, the last of them; or NULL. */
static const struct method *find_answered(const struct service *service,
                                          bell_string tag)
{
    const struct method *found = NULL;
    for (const struct method *at = service->calls; at != NULL; at = at->next) {
        if (at->section == SECTION_MESSAGES &&
            bell__str_equal(at->message->reply, tag)) {
            found = at;
        }
    }
    return found;
}

static void check_push(struct checker *checker, const struct push *push)
{
    const struct messages *messages = checker->service->messages;
    const struct method *answered = find_answered(checker->service, push->wire);
    check_tag(checker, push->shape, "a push");
    if (answered == NULL &&
        !bell__str_equal(push->wire, messages->error_type)) {
        return;
    }
    struct diag *diag = diag_add(
        checker->diags, CODE_MESSAGE, push->place,
        "'%.*s' is already the answer to a call, so it cannot be a push",
        (int)push->wire.size, push->wire.text);
    if (answered != NULL) {
        diag_second(checker->diags, diag, answered->place, "this call");
    }
}

static void check_streams(struct checker *checker)
{
    for (const struct stream *at = checker->service->streams; at != NULL;
         at = at->next) {
        check_not_null(checker, at->item, CODE_STREAM, "an item");
    }
}

static void check_messages(struct checker *checker)
{
    const struct messages *messages = checker->service->messages;
    if (messages == NULL) {
        return;
    }
    check_tag(checker, messages->auth_params, "params");
    for (const struct push *at = messages->pushes; at != NULL; at = at->next) {
        check_push(checker, at);
    }
}

/* ---- All of them --------------------------------------------------------- */

static void check_method(struct checker *checker, const struct method *method)
{
    is_record(checker, method->params, CODE_PARAMS, "params");
}

static void check_channel(struct checker *checker,
                          const struct channel *channel)
{
    if (!check_unknown(channel->event) &&
        !check_is_kind(channel->event, TYPE_RECORD) &&
        !check_is_kind(channel->event, TYPE_UNION)) {
        diag_add(checker->diags, CODE_EVENT, channel->event->place,
                 "an event must be a record or a union, not nullable");
    }
}

static void check_call(struct checker *checker, const struct method *call)
{
    switch (call->section) {
    case SECTION_RPC:
        check_method(checker, call);
        break;
    case SECTION_REST:
        check_endpoint(checker, call);
        break;
    case SECTION_MESSAGES:
        check_message(checker, call);
        break;
    }
}

void check_sections(struct checker *checker)
{
    for (const struct method *at = checker->service->calls; at != NULL;
         at = at->next) {
        check_call(checker, at);
    }
    for (const struct channel *at = checker->service->channels; at != NULL;
         at = at->next) {
        check_channel(checker, at);
    }
    check_messages(checker);
    check_streams(checker);
}
