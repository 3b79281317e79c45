/* check_sections.c: what the sections may be made of: records where fields are
 * looked up by name, and answers that find their requests. Endpoints have a
 * file of their own. */
#include "base/codes.h"
#include "base/str.h"
#include "model/check.h"

/* ---- Messages ------------------------------------------------------------ */

static void tell_tag(struct checker *checker, bell_string tag,
                     struct place place, const struct field *field)
{
    struct diag *diag =
        diag_add(checker->diags, CODE_TAG_FIELD, place,
                 "the record has a field '%.*s', which is already the tag "
                 "of all messages: remove it",
                 (int)tag.size, tag.text);
    diag_second(checker->diags, diag, field->place, "the field is here");
}

static void check_tag(struct checker *checker, bell_string tag,
                      const struct shape *shape, const char *what)
{
    if (!check_is_record(checker, shape, CODE_MESSAGE, what)) {
        return;
    }
    const struct field *field = check_find_field(shape, tag);
    if (field != NULL) {
        tell_tag(checker, tag, shape->place, field);
    }
}

static bell_string tag_of(const struct checker *checker,
                          const struct message_call *message)
{
    return message->stream != NULL ? message->stream->socket.tag
                                   : checker->service->messages->socket.tag;
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
        if (check_find_field(sides[i], message->key) == NULL) {
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
    bell_string tag = tag_of(checker, call->message);
    check_tag(checker, tag, call->params, "params");
    check_tag(checker, tag, call->result, "a message's result");
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
    check_tag(checker, messages->socket.tag, push->shape, "a push");
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

/* Messages of the gate are known by their tags. */
static void check_socket(struct checker *checker, const struct socket *socket)
{
    bool tagged = socket->auth_wait.size + socket->auth_send.size +
                      socket->auth_reply.size + socket->auth_error.size !=
                  0;
    if (tagged && socket->tag.size == 0) {
        diag_add(checker->diags, CODE_SOCKET, socket->tag_place,
                 "'wait', 'send', 'reply' and 'error' of auth are tags: write "
                 "'tag', the name of the member that holds them");
    }
    if (socket->auth_token.size != 0 &&
        bell__str_equal(socket->auth_token, socket->tag)) {
        diag_add(checker->diags, CODE_SOCKET, socket->tag_place,
                 "the token cannot be sent in the member '%.*s', which is the "
                 "tag",
                 (int)socket->tag.size, socket->tag.text);
    }
}

static void check_streams(struct checker *checker)
{
    for (const struct stream *at = checker->service->streams; at != NULL;
         at = at->next) {
        check_not_null(checker, at->item, CODE_STREAM, "an item");
        check_socket(checker, &at->socket);
    }
}

static void check_command(struct checker *checker, const struct method *call)
{
    if (tag_of(checker, call->message).size == 0) {
        diag_add(checker->diags, CODE_SOCKET, call->place,
                 "the stream needs 'tag', the name of the member that says "
                 "which call it is");
    }
    check_tag(checker, tag_of(checker, call->message), call->params, "params");
}

static void check_messages(struct checker *checker)
{
    const struct messages *messages = checker->service->messages;
    if (messages == NULL) {
        return;
    }
    if (messages->socket.tag.size != 0) { /* that it is missing is told */
        check_socket(checker, &messages->socket);
    }
    for (const struct push *at = messages->pushes; at != NULL; at = at->next) {
        check_push(checker, at);
    }
}

/* ---- All of them --------------------------------------------------------- */

static void check_method(struct checker *checker, const struct method *method)
{
    check_is_record(checker, method->params, CODE_PARAMS, "params");
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
    case SECTION_STREAMS:
        check_command(checker, call);
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
