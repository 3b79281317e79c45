/* shape.c: the published model: every field that a template may name. */
#include "view/view.h"

const char view_root[] = "service";

static const struct outline_field service_fields[] = {
    {"name", "text", "as the schema says it"},
    {"version", "text", "as the schema says it"},
    {"doc", "text", "may be empty"},
    {"x", "extras", "its keys that start with x-"},
    {"set", "extras", "what --set chose: `set.bigint`, unless it is the first"},
    {"contract", "text", "hash of the checked model: 16 hex digits"},
    {"stem", "text", "the name in snake case: prefix of symbols"},
    {"file", "text", "the same for files: some names mean other files"},
    {"open", "text", "the function that opens a client"},
    {"symbol", "text", "the table of the service"},
    {"api", "text", "the type that has its methods: TasksApi"},
    {"deprecates", "bool", "one of its types is deprecated"},
    {"scalars", "list type", "the scalars that methods and channels use"},
    {"enums", "list type", "in schema order"},
    {"containers", "list type", "lists and maps, which hold pointers"},
    {"structs", "list type",
     "records, unions, options and (as maps) entries of maps, each after what "
     "it holds by value"},
    {"forwards", "list type", "everything that is a struct"},
    {"tables", "list type",
     "what methods and channels use, each after what it refers to"},
    {"loops", "list type", "what is referred to before it is declared"},
    {"setters", "list type", "records of params with fields to set"},
    {"methods", "list method", "in schema order"},
    {"channels", "list channel", "in schema order"},
    {"streams", "list stream",
     "what comes unasked: first the pushes of messages, then streams"},
    {"links", "list link", "in schema order; methods go by the first"},
    {"roles", "list role", "of tokens, in schema order"},
    {"role_type", "text", "what has their names; empty: there are none"},
    {"has_rpc", "bool", "it has calls of rpc"},
    {"has_rest", "bool", "it has calls of rest"},
    {"only_rest", "bool", "it has calls of rest, but none of rpc, no channels"},
    {"has_sockets", "bool", "it has messages or streams, as the language does"},
    {"getters", "list error", "the errors with data, each name once"},
    {"named_errors", "list error", "the errors with a name, each once"},
};

static const struct outline_field type_fields[] = {
    {"name", "text", "as the schema spells it: map<int64>[]"},
    {"symbol", "text", "the type in the language"},
    {"table", "text", "its table"},
    {"parts", "text", "the table of its fields, values or variants"},
    {"entry", "text", "of a map: the type of an entry; else empty"},
    {"kind", "text",
     "INT64, STRING, ..., ENUM, RECORD, UNION, LIST, MAP, OPTION, RULED"},
    {"codec", "text",
     "what C's runtime reads and writes it with: float64, datetime, unix, "
     "ruled, by_kind, others; mostly empty"},
    {"form", "text", "SECONDS, MILLISECONDS, NUMBER; mostly empty"},
    {"doc", "text", "may be empty"},
    {"deprecated", "text", "what to use instead; mostly empty"},
    {"x", "extras", "its keys that start with x-"},
    {"is_scalar", "bool", "a built-in type"},
    {"is_enum", "bool", "a set of values"},
    {"is_record", "bool", "fields"},
    {"is_union", "bool", "one of several types"},
    {"is_list", "bool", "items"},
    {"is_map", "bool", "entries; in `structs`: the entry itself"},
    {"is_option", "bool", "an item that may be null"},
    {"is_ruled", "bool", "an item with constraints: a table, not a type"},
    {"is_json", "bool", "free-form JSON"},
    {"is_wide", "bool", "an integer of 64 bits"},
    {"is_duration", "bool", "a duration, in whatever form"},
    {"is_datetime", "bool", "a moment, in whatever form"},
    {"is_sent", "bool", "record: the params of a call of rest"},
    {"omissible", "bool",
     "record: every field may be absent; of params of rest, also in its parts"},
    {"used", "bool", "methods or channels use it: it has a table"},
    {"loops", "bool", "it is in `loops`"},
    {"closed", "bool", "enum: an unknown value is an error"},
    {"strict", "bool", "record: an unknown key is an error"},
    {"bare", "bool", "record: made for a result that is not a record"},
    {"count", "number", "of a record's fields, of values, of variants"},
    {"tag", "text", "union: the discriminator's wire name"},
    {"content", "text",
     "union: the wire name of the member with the variant, or empty"},
    {"flag", "text", "CLOSED, BARE, STRICT, BY_KIND, OTHERS; mostly empty"},
    {"by_kind", "bool",
     "union: there is no tag, each variant is another kind of JSON"},
    {"unknown", "text",
     "union: the type of a variant that is not in the schema"},
    {"common", "text", "union: the type of what its variants share, or empty"},
    {"shared", "text", "union: the table of its fields as a record, or empty"},
    {"shared_parts", "text", "union: the table of these fields"},
    {"shared_count", "number", "union: of fields"},
    {"stem", "text", "in UPPER_CASE, before the names of its constants"},
    {"item", "type",
     "of a list, map, option or ruled type; else null. Without parts"},
    {"rule", "rule", "of a ruled type; else null"},
    {"fields", "list field",
     "of a record, in schema order; of a union: shared by its variants"},
    {"settable", "list field", "the fields that have a setter"},
    {"others", "type",
     "record: the map that keeps members beside its fields, or null"},
    {"others_member", "text", "what that is called in the language, or empty"},
    {"values", "list value", "of an enum, in schema order"},
    {"variants", "list variant", "of a union, in schema order"},
};

static const struct outline_field rule_fields[] = {
    {"symbol", "text", "its table"},
    {"checks", "list word", "MIN, MAX, MIN_COUNT, MAX_COUNT"},
    {"bound", "text", "of min and max: integer, natural or real"},
    {"min", "text", "in the language, or empty"},
    {"max", "text", "in the language, or empty"},
    {"min_count", "text", "code points, bytes or items, or empty"},
    {"max_count", "text", "code points, bytes or items, or empty"},
    {"pattern", "pattern", "of a string, or null"},
};

static const struct outline_field pattern_fields[] = {
    {"text", "text", "as the schema says it"},
    {"symbol", "text", "its table"},
    {"words", "text", "the table of its instructions"},
    {"lines", "list word", "the words of its instructions, several per line"},
    {"count", "number", "of words"},
    {"steps", "number", "of instructions"},
};

static const struct outline_field word_fields[] = {
    {"text", "text", "the word, or several words with commas"},
};

static const struct outline_field field_fields[] = {
    {"name", "text", "on the wire"},
    {"key", "text", "`\"name\":` as JSON"},
    {"member", "text", "in the language"},
    {"flag", "text", "the member that says whether it is there, or empty"},
    {"about", "text", "its doc and default; may be empty"},
    {"deprecated", "text", "what to use instead; mostly empty"},
    {"x", "extras", "its keys that start with x-"},
    {"state", "text", "REQUIRED, OPTIONAL, NULLABLE or EITHER"},
    {"required", "bool", "always there"},
    {"optional", "bool", "may be absent, not null"},
    {"nullable", "bool", "may be null, not absent"},
    {"either", "bool", "may be absent and may be null"},
    {"boxed", "bool", "a pointer, NULL if it is absent"},
    {"setter", "text", "the function that sets it, or empty"},
    {"nuller", "text", "the function that sets it to null, or empty"},
    {"type", "type", "without parts"},
    {"fallback", "fallback", "the default, or null"},
    {"default", "text", "the same as JSON, with those of lists and maps"},
    {"default_is_zero", "bool", "it is 0, false, \"\", [] or {}"},
};

static const struct outline_field fallback_fields[] = {
    {"symbol", "text", "the constant that holds it"},
    {"literal", "text", "of a number, bool or duration, in the language"},
    {"text", "text", "of a text, an enum, JSON; of bytes: themselves"},
    {"number", "number", "of an enum: which value, from 1; 0: none"},
    {"seconds", "text", "of a datetime: since 1970, in the language"},
    {"nanoseconds", "number", "of a datetime"},
    {"offset", "number", "of a datetime: minutes east of UTC"},
    {"zoned", "bool", "of a datetime: it has an offset"},
    {"year", "number", "of a date"},
    {"month", "number", "of a date"},
    {"day", "number", "of a date"},
    {"is_plain", "bool", "a number, bool or duration"},
    {"is_enum", "bool", "a value of an enum"},
    {"is_bytes", "bool", "bytes"},
    {"is_datetime", "bool", "a moment"},
    {"is_date", "bool", "a day"},
};

static const struct outline_field value_fields[] = {
    {"name", "text", "on the wire"},
    {"json", "text", "the same as JSON, quoted"},
    {"symbol", "text", "the constant"},
    {"doc", "text", "may be empty"},
    {"number", "number", "from 1"},
};

static const struct outline_field variant_fields[] = {
    {"name", "text", "the tag's text; without a tag the schema's word"},
    {"json", "text", "the same as JSON, quoted"},
    {"symbol", "text", "the constant"},
    {"member", "text", "in the language"},
    {"doc", "text", "may be empty"},
    {"number", "number", "from 1"},
    {"kind", "text",
     "of its JSON: bool, number, string, list or object; empty: several"},
    {"type", "type", "without parts"},
};

static const struct outline_field method_fields[] = {
    {"name", "text", "on the wire"},
    {"json", "text", "the same as JSON, quoted"},
    {"symbol", "text", "the sync call"},
    {"with", "text", "the sync call with options"},
    {"start", "text", "the async call"},
    {"done", "text", "the type of its callback"},
    {"deliver", "text", "the function that calls the callback"},
    {"row", "text", "its place in the table of methods"},
    {"table", "text", "a table of its own"},
    {"about", "text", "doc, errors, deadline; may be empty"},
    {"x", "extras", "its keys that start with x-"},
    {"params", "type", "or null"},
    {"result", "type", "or null"},
    {"deadline", "text", "milliseconds; -1: none; empty: not in the schema"},
    {"idempotent", "bool", "may be repeated"},
    {"no_reply", "bool", "there is no reply"},
    {"deprecated", "text", "what to use instead; mostly empty"},
    {"errors", "list error", "in schema order"},
    {"error_table", "text", "the table of its errors, or empty"},
    {"error_count", "number", "of errors"},
    {"route", "route", "of a call of rest; else null"},
    {"message", "message", "of a call on a socket; else null"},
    {"link", "text", "index of its link in `links`; empty: the first"},
};

static const struct outline_field route_fields[] = {
    {"table", "text", "its table"},
    {"verb", "text", "GET"},
    {"path", "text", "as the schema says it: /agents/{agent_id}"},
    {"parts", "list part", "the path: each is text, then a parameter"},
    {"part_table", "text", "the table of its parts"},
    {"bearer", "bool", "sends a token"},
    {"text", "bool", "the reply's body is the result, as it is"},
    {"roles", "list use", "whose token is sent, the preferred first"},
    {"role_table", "text", "the table of their numbers, or empty"},
    {"sets", "list set", "tokens that the result brings"},
    {"set_table", "text", "the table of these, or empty"},
    {"clears", "list use", "whose tokens are forgotten after success"},
    {"clears_mask", "number", "the same: bit N is role N"},
    {"fingerprint", "text", "the header with the client's id, or empty"},
    {"login", "login",
     "the method that is called first where params have `login`; or null"},
    {"path_type", "type", "of the member `path` of params, a record; or null"},
    {"query", "type", "of the member `query`, a record; or null"},
    {"headers", "type", "of the member `headers`, a record; or null"},
    {"body", "type", "of the member `body`; or null"},
};

static const struct outline_field use_fields[] = {
    {"name", "text", "a role's; empty: the default"},
    {"number", "number", "of the role, from 1; 0: the default"},
};

static const struct outline_field set_fields[] = {
    {"role", "use", "whose token it is"},
    {"name", "text", "the result's field, on the wire"},
    {"member", "text", "the same in the language"},
};

static const struct outline_field login_fields[] = {
    {"name", "text", "on the wire"},
    {"row", "text", "its place in the table of methods"},
    {"table", "text", "its own table"},
};

static const struct outline_field role_fields[] = {
    {"name", "text", "as the schema says it"},
    {"number", "number", "from 1"},
    {"symbol", "text", "the constant with its name"},
};

static const struct outline_field part_fields[] = {
    {"text", "text", "as it is sent, percent-encoded; may be empty"},
    {"field", "text", "the parameter behind it, on the wire; or empty"},
    {"number", "number", "of that field in `path_type`, from 1; 0: none"},
};

static const struct outline_field error_fields[] = {
    {"code", "number", "as the server sends it"},
    {"text", "text", "what it means"},
    {"name", "text", "its name in code, or empty"},
    {"symbol", "text", "the constant"},
    {"getter", "text", "in `getters`: the function that gives its data"},
    {"test", "text", "in `named_errors`: the function that recognizes it"},
    {"data", "type", "without parts, or null"},
};

static const struct outline_field channel_fields[] = {
    {"name", "text", "as the schema says it"},
    {"doc", "text", "may be empty"},
    {"x", "extras", "its keys that start with x-"},
    {"pattern", "text", "tasks:{user_id}"},
    {"event", "type", "without parts"},
    {"recover", "bool", "missed events are fetched"},
};

static const struct outline_field message_fields[] = {
    {"table", "text", "its table"},
    {"tag", "text", "what names it on the wire"},
    {"json", "text", "the same as JSON, quoted"},
    {"reply", "text", "the tag of the answer; empty: there is none"},
    {"key", "text", "a member that is equal in both; mostly empty"},
    {"socket", "socket", "on which it is sent"},
};

static const struct outline_field stream_fields[] = {
    {"name", "text", "in the schema; of messages: messages"},
    {"messages", "bool", "its items are the pushes of messages, a union"},
    {"doc", "text", "may be empty"},
    {"symbol", "text", "what it is called in code; of messages: empty"},
    {"listen", "text", "the function that has items handed to handlers"},
    {"next", "text", "the function that takes the next item"},
    {"stop", "text", "the function that ends it"},
    {"counts", "text", "the function that says how many items came"},
    {"handlers", "text", "the type of its handlers"},
    {"deliver", "text", "the function that calls a handler"},
    {"table", "text", "a table of its own"},
    {"item", "type", "without parts"},
    {"pushes", "list push", "of messages: the variants of the union"},
    {"number", "number", "of its row among the streams, from 0"},
    {"keep", "number", "the last N items wait; 1: the newest; 0: all"},
    {"link", "text", "index of its link in `links`"},
    {"path", "text", "as the schema says it; of messages: empty"},
    {"params", "type", "what its url is made of, or null"},
    {"route", "route", "its url, where that has parameters; else null"},
    {"socket", "socket", "on which it comes"},
};

static const struct outline_field push_fields[] = {
    {"handler", "text", "what it is handed to: on_welcome"},
    {"variant", "variant", "of the union"},
};

static const struct outline_field socket_fields[] = {
    {"table", "text", "its table"},
    {"name", "text", "of its link"},
    {"path", "text", "of its link"},
    {"tag", "text",
     "the member that holds the kind of a message; empty: they have no kinds"},
    {"error_type", "text", "the kind that reports an error, or empty"},
    {"error_code", "text", "its member with the code, or empty"},
    {"error_message", "text", "its member with the words, or empty"},
    {"auth_wait", "text",
     "the kind that asks for the token; empty: the client speaks first"},
    {"auth_send", "text", "the kind that shows it; empty: it has no tag"},
    {"auth_token", "text",
     "its member with the token; empty: nobody has to say who he is"},
    {"auth_reply", "text", "the kind that takes it, or empty"},
    {"auth_error", "text", "the kind that refuses it, or empty"},
    {"ping", "text", "a whole message that asks for `pong`, or empty"},
    {"pong", "text", "what answers it, a whole message"},
    {"sequential", "bool", "answers come in the order of the requests"},
    {"closings", "list closing", "what close codes mean"},
    {"closing_table", "text", "the table of them, or empty"},
    {"roles", "list use", "whose token is shown, the preferred first"},
    {"role_table", "text", "the table of their numbers, or empty"},
};

static const struct outline_field closing_fields[] = {
    {"code", "number", "as the server sends it"},
    {"text", "text", "what it means; may be empty"},
    {"final", "bool", "there is no further try"},
};

static const struct outline_field link_fields[] = {
    {"name", "text", "in the schema: rpc, rest, messages, streams.NAME"},
    {"kind", "text", "what carries it: centrifugo, rest, messages, stream"},
    {"socket", "socket",
     "what is said on it, of messages and streams; or null"},
    {"path", "text",
     "appended to the client's url; empty: the default of the kind"},
    {"at_open", "bool", "connects when a client opens"},
};

#define OUTLINE(name, doc)                                                     \
    {                                                                          \
#name, doc, name##_fields,                                             \
            sizeof name##_fields / sizeof name##_fields[0]                     \
    }

const struct outline view_outlines[] = {
    OUTLINE(service, "what a schema describes"),
    OUTLINE(type, "a type, named or composed"),
    OUTLINE(rule, "constraints of a type"),
    OUTLINE(pattern, "a compiled pattern"),
    OUTLINE(word, "a piece of text"),
    OUTLINE(field, "a field of a record"),
    OUTLINE(fallback, "a field's default"),
    OUTLINE(value, "a value of an enum"),
    OUTLINE(variant, "a variant of a union"),
    OUTLINE(method, "a remote procedure"),
    OUTLINE(route, "a method as an HTTP request"),
    OUTLINE(part, "a part of a path"),
    OUTLINE(use, "a role of tokens where a call names it"),
    OUTLINE(set, "a token that a result brings"),
    OUTLINE(login, "a method that is called before another"),
    OUTLINE(role, "a role that tokens have"),
    OUTLINE(error, "a declared error of a method"),
    OUTLINE(channel, "what can be subscribed to"),
    OUTLINE(message, "a method as a message on a socket"),
    OUTLINE(stream, "what comes on a socket without being asked for"),
    OUTLINE(push, "what comes with one tag, and who gets it"),
    OUTLINE(socket, "what is said on a socket beside calls and items"),
    OUTLINE(closing, "a close code of the server"),
    OUTLINE(link, "a connection to the service"),
    {"extras",
     "texts by names that are not fixed. `x` has what the schema says: "
     "`x-max-rate: 5` is `x.max_rate`, a text; empty if it is absent, false, a "
     "list or a map",
     NULL, 0},
    {0},
};
