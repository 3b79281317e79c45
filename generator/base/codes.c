/* codes.c: what each error means and what to do, for docs/errors.md. */
#include "base/codes.h"

const struct code codes[] = {
    {CODE_NOT_UTF8, "not UTF-8",
     "A schema is UTF-8 text, with or without a byte order mark. The place is "
     "the first byte that does not fit. Save the file as UTF-8.",
     "doc: caf\\xe9"},
    {CODE_CHARACTER, "a character that cannot be seen",
     "Control characters, and the line separators U+0085, U+2028 and U+2029, "
     "cannot stand in YAML as they are. Write them as \\u2028 in double "
     "quotes.",
     "doc: a<U+2028>b"},
    {CODE_EMPTY, "an empty file",
     "The file holds nothing, or only comments. A schema starts with "
     "`bellpull: 1` and `service: name`.",
     "# nothing but this"},
    {CODE_YAML, "not YAML",
     "The text breaks YAML's rules. Most often the indentation does not fit, "
     "or a text that holds `: ` or starts with a sign wants quotes.",
     "doc: Ring: the bell"},
    {CODE_JSON, "not JSON",
     "The text breaks JSON's rules (RFC 8259): no comments, no comma before a "
     "closing bracket, double quotes around every name.",
     "{\"bellpull\": 1,}"},
    {CODE_TAB, "a tab in the indentation", "YAML is indented by spaces.",
     "types:\n<tab>Task: {fields: {}}"},
    {CODE_UNCLOSED, "never closed",
     "A bracket or quote is opened here, and the file ends before it is "
     "closed.",
     "types: {Task: {fields: {id: int64}}"},
    {CODE_QUOTE, "wants quotes",
     "Between `{ }` and `[ ]` YAML reads `[` as the start of a list. Put the "
     "type in quotes.",
     "fields: {labels: string[]}     # 'string[]'"},
    {CODE_TWICE, "a key twice",
     "A map has a key two times. Both places are shown.",
     "fields:\n  id: int64\n  id: string"},
    {CODE_ALIAS, "an alias without an anchor",
     "`*name` stands for a value that was marked `&name` before it, and is "
     "whole by then.",
     "a: *nowhere"},
    {CODE_TOO_LARGE, "too large",
     "A document has a bounded number of values, and aliases may add only a "
     "bounded number to it.",
     "an alias of ten aliases of ten aliases ..."},
    {CODE_TOO_DEEP, "nested too deeply",
     "Documents, types and records that lie in one another have a bounded "
     "depth.",
     "id: int64[][][][]..."},
    {CODE_TAG, "a YAML tag",
     "Tags such as `!!str` are not read. A text that starts with `!` goes in "
     "quotes.",
     "doc: !!str 5"},
    {CODE_MERGE, "a merge key",
     "`<<` is not read: a schema says what it means in the place itself.",
     "fields:\n  <<: *common"},
    {CODE_DOCUMENTS, "a second document",
     "A file holds one document: one service.",
     "bellpull: 1\n---\nbellpull: 1"},
    {CODE_KEY, "a key that is not text",
     "YAML allows lists and maps as keys; a schema does not.", "? [a, b]\n: 1"},
    {CODE_MEMORY, "out of memory", "The machine is out of memory.", "(none)"},
    {CODE_KIND, "the wrong kind of value",
     "A text, a bool, a list or a map belongs here, and something else is "
     "there. In JSON a text stands in quotes.",
     "idempotent: maybe"},
    {CODE_UNKNOWN_KEY, "an unknown key",
     "This thing has no such key. Keys that start with `x-` are always "
     "allowed and kept for templates.",
     "fields:\n  id: {type: int64, docs: The id.}     # doc"},
    {CODE_MISSING, "something is missing", "A key that must be there is not.",
     "channels:\n  tasks: {event: Task}"},
    {CODE_VERSION, "the schema language",
     "`bellpull: 1` must be there: it says which version of the language the "
     "file is written in.",
     "bellpull: 2"},
    {CODE_NAME, "no good name",
     "A service's name is small letters, digits and single `_`; a `name:` is "
     "letters, digits and `_` and starts with a letter; names on the wire are "
     "not empty and hold no control characters.",
     "service: Task-Stats"},
    {CODE_COLLISION, "two names that collide",
     "Two things of one scope have the same name on the wire, or become the "
     "same name in code: names are cut into words at case changes and at "
     "whatever is not a letter or digit. Give one of them a `name:`.",
     "fields: {userId: string, user_id: string}"},
    {CODE_TOO_MANY, "too many members",
     "A type has at most 65,535 fields, values or variants, a method at most "
     "1,000 errors.",
     "(none)"},
    {CODE_UNKNOWN_TYPE, "an unknown type",
     "No type of that name is built in or under `types:`.",
     "fields: {id: int}     # int64"},
    {CODE_SHAPE, "not a type",
     "A type is `T`, `T[]`, `map<T>`, `(T)`, each with ` | null` behind it "
     "where it may be null. Absence is said by the field's name: `note?`.",
     "fields: {note: 'string?'}"},
    {CODE_NO_TYPE, "a map that is not a type",
     "A map stands for a type where it has exactly one of `type`, `enum`, "
     "`union` and `fields`; a map that has none of them is fields in place, "
     "and each of its values a type.",
     "limit?: {default: 20}     # {type: int32, default: 20}"},
    {CODE_ENDLESS, "a record that contains itself",
     "A record must contain itself, so no value of it could be written. Make "
     "a field on the way optional, nullable, a list or a map.",
     "types:\n  Task: {fields: {parent: Task}}"},
    {CODE_ALIAS_CYCLE, "another name for itself",
     "Names that stand for each other never say what they are.",
     "types: {A: B, B: A}"},
    {CODE_ENUM, "an enum's values",
     "An enum has at least one value, and its values are texts: one that reads "
     "as a number, as the tag of a variant does, goes in quotes.",
     "Level: {enum: [1, 2]}     # ['1', '2']"},
    {CODE_UNION, "a union without variants",
     "A union names its tag and has `variants`, a map of the tag's texts to "
     "records, with at least one.",
     "Event: {union: type}"},
    {CODE_VARIANT, "a variant that is not a record",
     "The tag is a member of the variant's own object, so a variant is a "
     "record.",
     "variants: {made: string}"},
    {CODE_TAG_FIELD, "the tag as a field",
     "The union's tag is a member of the variant's object already; a variant "
     "does not say it again.",
     "union: type\nvariants: {made: {type: string}}"},
    {CODE_DEFAULT, "a default that does not fit",
     "A default is a value of its field's type, within its range.",
     "limit?: {type: int32, default: 3000000000}"},
    {CODE_RULE, "a constraint that does not fit",
     "`min` and `max` are for numbers, `min_length` and `max_length` for "
     "strings (in code points) and bytes, `pattern` for strings, `min_items` "
     "and `max_items` for lists and maps, `unit` (s, ms) for durations, `as` "
     "(number) for decimals. Each is a value of its type, and the smallest is "
     "not above the largest.",
     "age: {type: int32, max_length: 3}"},
    {CODE_RULE_PATTERN, "a pattern",
     "A `pattern` is what RE2 and ECMAScript agree on, without back "
     "references and look-around, so that matching takes linear time. The "
     "place is the character that is wrong.",
     "code: {type: string, pattern: '(?=a)b'}"},
    {CODE_SHARED, "a field that all variants share",
     "The `fields:` of a union stand beside its `variants:` in the same "
     "object: a variant does not have them again, and they are neither the "
     "tag nor the content.",
     "union: type\nfields: {id: int64}\nvariants: {made: {id: string}}"},
    {CODE_ONLY_TYPE, "a field called type",
     "Where a map can only be fields (params, query, headers, body, variants, "
     "pushes), `{type: User}` is a field called `type`, which is hardly meant "
     "where `User` is a type of the schema. Write the type's name alone, or "
     "`{fields: {type: User}}` for the field.",
     "params: {type: User}     # params: User"},
    {CODE_PARAMS, "params that are not a record",
     "What a method takes is a record: a type with `fields`, or fields in "
     "place.",
     "params: string"},
    {CODE_DEADLINE, "a deadline",
     "A deadline is a whole number with `ms`, `s`, `m` or `h`, or `none`.",
     "deadline: 30"},
    {CODE_ERRORS, "an error's code",
     "Codes of errors are whole numbers other than 0 within 32 bits, each "
     "once. An error with data has a `name`, and errors of one name have one "
     "code and one type of data.",
     "errors: {not_found: no such user}"},
    {CODE_RESERVED, "a name that every service has",
     "Every generated service has functions of its own; a method cannot be "
     "called like one. Give it a `name:`.",
     "rpc:\n  open: {}"},
    {CODE_PATTERN, "a channel's name",
     "A channel's name is visible ASCII, with parameters as `{name}`, each "
     "once.",
     "channel: \"tasks:{user id}\""},
    {CODE_EVENT, "an event that is not a record",
     "What comes through a channel is a record or a union.", "event: string"},
    {CODE_EXAMPLE, "an example",
     "An example of a method has `params`, and a `result` or an `error` with "
     "a `code`; they fit the method. One of an endpoint has `path`, `query`, "
     "`headers` and `body` instead of `params`.",
     "examples: [{params: {}, result: 1, error: {code: 5}}]"},
    {CODE_REPLY, "a method without a reply",
     "`reply: none`, or `completion: none` of a message, says that nothing "
     "comes back: such a method has no result, no errors, and is never "
     "repeated.",
     "log: {params: Line, reply: none, result: Receipt}"},
    {CODE_PATH, "a path",
     "A path begins with `/`, and is visible ASCII without a query; its "
     "parameters are `{name}`, each once.",
     "GET: agents/{agent_id}"},
    {CODE_ENDPOINT, "an endpoint of rest",
     "An endpoint has one verb (GET, HEAD, PUT, DELETE, POST, PATCH) with its "
     "path; GET and HEAD have no body; `query` and `headers` are records of "
     "what fits in a text; a `body` is not nullable; `auth` is bearer or none; "
     "`sets_token` names a string of the result.",
     "agents.get: {GET: /agents, body: {id: string}}"},
    {CODE_MESSAGE, "a message",
     "A call names what answers it, or says `completion: none`. What answers "
     "finds its request by the order, or by a `key` that both carry; params, "
     "results and pushes are records, whose tag is not said again.",
     "calls: {stop: {params: {id: uuid}}}"},
    {CODE_STREAM, "a stream",
     "`rate` is a number of items a second, `keep` is latest, all or a "
     "number, and an `item` is not nullable.",
     "metrics: {path: /ws/metrics, item: Metrics, keep: some}"},
    {CODE_SERVICES, "the same service twice",
     "Two schemas of one run describe services of the same name.",
     "bellpull check tasks.yaml tasks.json"},
    {CODE_SYMBOLS, "one symbol of two services",
     "A program links all services of a run, and in C two of their names meet: "
     "`tasks` with a type `AdminUser`, and `tasks_admin` with a type `User`. "
     "Give one a `name:`.",
     "(two files)"},
    {CODE_INCLUDE_FILE, "an included file",
     "What `include:` names is a plain file below the schema's folder (or that "
     "of `--include-root`), with `bellpull: 1` and `types:`. It can be read, "
     "and does not include itself by any way.",
     "include: [nothing.yaml]"},
    {CODE_TEMPLATE, "a template that cannot be read",
     "A statement or a hole of a template is not finished, or something else "
     "stands where it should go on.",
     "${service.name"},
    {CODE_INCLUDE, "a template that is not there",
     "A template is neither in the folder of --templates nor built in.",
     "%% include \"nothing.tmpl\""},
    {CODE_STATEMENT, "an unknown statement",
     "Statements are for, if, elif, else, end, let, def, call, include, fill, "
     "block, extends and original.",
     "%% while service"},
    {CODE_VARIABLE, "an unknown variable",
     "A template sees `service`, its loops' and lets' variables, and in a def "
     "the parameters; a name may be used once.",
     "${servise.name}"},
    {CODE_FIELD, "an unknown field",
     "The published model has no such field there.", "${service.nmae}"},
    {CODE_FILTER, "a filter",
     "There is no such filter, or it wants other values.",
     "${service.name | snak}"},
    {CODE_VALUE, "a value of another kind",
     "Only texts and numbers can be written, and only lists be gone through.",
     "${service.methods}"},
    {CODE_CALL, "a def and its call",
     "A def is called with values of its parameters' types, and there is one "
     "of a name.",
     "%% call nothing(service)"},
    {CODE_OUTPUT, "something that cannot be generated",
     "A template calls itself without an end, writes too much or to a path "
     "outside of the output folder, or memory is short.",
     "path: ../x"},
    {CODE_LANGUAGE, "a language's lang.yaml",
     "A folder of templates needs a lang.yaml that says what the language is "
     "like.",
     "cases: {types: shouting}"},
    {CODE_BLOCK, "a block of a template",
     "A file that starts with `%% extends` holds blocks that replace those of "
     "the built-in file, by their names, each once. A block has one name in a "
     "file.",
     "%% extends\n%% block mehtod\n%% end"},
    {NULL, NULL, NULL, NULL},
};
