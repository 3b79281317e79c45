/* codes.c: what each error means and what to do, for docs/errors.md. */
#include "base/codes.h"

const struct code codes[] = {
    {CODE_NOT_UTF8, "not UTF-8",
     "A schema is UTF-8 text, with or without a byte order mark. The position "
     "is that of the first invalid byte. Save the file as UTF-8.",
     "doc: caf\\xe9"},
    {CODE_CHARACTER, "a character that cannot be seen",
     "Control characters and the line separators U+0085, U+2028 and U+2029 are "
     "not allowed in YAML as they are. Write them as \\u2028 in double quotes.",
     "doc: a<U+2028>b"},
    {CODE_EMPTY, "an empty file",
     "The file is empty or contains only comments. A schema starts with "
     "`bellpull: 1` and `service: name`.",
     "# nothing but this"},
    {CODE_YAML, "not YAML",
     "The file is not valid YAML. Most often the indentation is wrong, or text "
     "needs quotes because it contains `: ` or starts with punctuation.",
     "doc: Ring: the bell"},
    {CODE_JSON, "not JSON",
     "The file is not valid JSON (RFC 8259), which has no comments and no "
     "comma before a closing bracket, and needs double quotes around every "
     "name.",
     "{\"bellpull\": 1,}"},
    {CODE_TAB, "a tab in the indentation", "YAML is indented with spaces.",
     "types:\n<tab>Task: {fields: {}}"},
    {CODE_UNCLOSED, "never closed",
     "A bracket or quote is opened here, and the file ends before it is "
     "closed.",
     "types: {Task: {fields: {id: int64}}"},
    {CODE_QUOTE, "needs quotes",
     "Inside `{ }` and `[ ]`, YAML reads `[` as the start of a list and `{` as "
     "the start of a map. Put text that contains them in quotes.",
     "fields: {labels: string[]}     # 'string[]'"},
    {CODE_TWICE, "a key twice",
     "A map has the same key twice. Both places are shown.",
     "fields:\n  id: int64\n  id: string"},
    {CODE_ALIAS, "an alias without an anchor",
     "`*name` repeats a value that was marked `&name` earlier. The anchor "
     "must come before the alias, and its value must be complete by then.",
     "a: *nowhere"},
    {CODE_TOO_LARGE, "too large",
     "The number of values in a document is limited, and so is the number "
     "that aliases may add.",
     "an alias of ten aliases of ten aliases ..."},
    {CODE_TOO_DEEP, "nested too deeply",
     "The nesting of documents, types and records is limited.",
     "id: int64[][][][]..."},
    {CODE_TAG, "a YAML tag",
     "Tags such as `!!str` are not supported. Text that starts with `!` needs "
     "quotes.",
     "doc: !!str 5"},
    {CODE_MERGE, "a merge key",
     "`<<` is not supported. Write the keys where they are needed.",
     "fields:\n  <<: *common"},
    {CODE_DOCUMENTS, "a second document",
     "A file contains one document, which describes one service.",
     "bellpull: 1\n---\nbellpull: 1"},
    {CODE_KEY, "a key that is not text",
     "YAML allows lists and maps as keys, a schema does not.", "? [a, b]\n: 1"},
    {CODE_MEMORY, "out of memory", "The machine is out of memory.", "(none)"},
    {CODE_KIND, "the wrong kind of value",
     "The schema needs a string, a bool, a list or a map here, but there is "
     "another kind of value. In JSON, a string needs quotes.",
     "idempotent: maybe"},
    {CODE_UNKNOWN_KEY, "an unknown key",
     "This key is not known here. Keys that start with `x-` are always "
     "allowed; they are passed to templates.",
     "fields:\n  id: {type: int64, docs: The id.}     # doc"},
    {CODE_MISSING, "something is missing", "A required key is missing.",
     "channels:\n  tasks: {event: Task}"},
    {CODE_VERSION, "the schema language",
     "A schema starts with `bellpull: 1`, the version of the schema language.",
     "bellpull: 2"},
    {CODE_NAME, "an invalid name",
     "The name of a service consists of lower-case letters, digits and single "
     "`_`. A `name:` consists of letters, digits and `_` and starts with a "
     "letter. Names on the wire must not be empty or contain control "
     "characters.",
     "service: Task-Stats"},
    {CODE_COLLISION, "two names that collide",
     "Two things in one scope have the same name on the wire, or get the "
     "same name in code. For code, names are split into words where the "
     "case changes and at every character that is not a letter or digit. "
     "Give one of the two a `name:`.",
     "fields: {userId: string, user_id: string}"},
    {CODE_TOO_MANY, "too many members",
     "A type may have at most 65,535 fields, values or variants, and a "
     "method at most 1,000 errors.",
     "(none)"},
    {CODE_UNKNOWN_TYPE, "an unknown type",
     "There is no built-in type of that name, and none under `types:`.",
     "fields: {id: int}     # int64"},
    {CODE_SHAPE, "not a type",
     "A type is written `T`, `T[]`, `map<T>` or `(T)`, followed by ` | "
     "null` if it may be null. A field that may be absent has a `?` after "
     "its name: `note?`.",
     "fields: {note: 'string?'}"},
    {CODE_NO_TYPE, "a map that is not a type",
     "A map is a type if it has exactly one of `type`, `enum`, `union` and "
     "`fields`. A map with none of these keys is a list of fields: each key "
     "is the name of a field, and each value its type.",
     "limit?: {default: 20}     # {type: int32, default: 20}"},
    {CODE_ENDLESS, "a record that contains itself",
     "A record requires another value of its own type, so no value of it "
     "can ever be written. Make one of the fields in the cycle optional, "
     "nullable, a list or a map.",
     "types:\n  Task: {fields: {parent: Task}}"},
    {CODE_ALIAS_CYCLE, "a type that is an alias of itself",
     "Types that are only other names for each other never lead to a real "
     "type.",
     "types: {A: B, B: A}"},
    {CODE_ENUM, "an enum's values",
     "An enum needs at least one value, and its values are strings. A value "
     "that YAML would read as a number needs quotes, and so does the tag of a "
     "variant.",
     "Level: {enum: [1, 2]}     # ['1', '2']"},
    {CODE_UNION, "a union without variants",
     "A union names its tag, or says `{by: kind}`, and has `variants`: a map "
     "from the values of the tag to types, with at least one entry.",
     "Event: {union: type}"},
    {CODE_VARIANT, "a variant that is not a record",
     "The tag is a member of the same object as the variant's fields, so a "
     "variant has to be a record. With `{by: kind}` each variant is another "
     "kind of JSON: a bool, number, string, list or object.",
     "variants: {made: string}"},
    {CODE_TAG_FIELD, "the tag as a field",
     "The tag of the union is already a member of the variant's object. "
     "Remove the field.",
     "union: type\nvariants: {made: {type: string}}"},
    {CODE_DEFAULT, "a default that does not fit",
     "A default has to be a value of the field's type, within its range.",
     "limit?: {type: int32, default: 3000000000}"},
    {CODE_RULE, "a constraint that does not fit",
     "`min` and `max` are for numbers, `min_length` and `max_length` for "
     "strings (in code points) and bytes, `pattern` for strings, `min_items` "
     "and `max_items` for lists and maps, `unit` (s, ms) for durations and "
     "datetimes, `as` (number) for decimals. Each has to be a value of its "
     "type, and the minimum must not be above the maximum.",
     "age: {type: int32, max_length: 3}"},
    {CODE_RULE_PATTERN, "a pattern",
     "A `pattern` may use what RE2 and ECMAScript have in common, without back "
     "references and look-around, so that matching takes linear time. The "
     "position is that of the wrong character.",
     "code: {type: string, pattern: '(?=a)b'}"},
    {CODE_SHARED, "a field that all variants share",
     "The `fields:` of a union belong to the same object as the fields of "
     "its variants. A variant cannot declare them again, and they cannot "
     "have the name of the tag or of the content.",
     "union: type\nfields: {id: int64}\nvariants: {made: {id: string}}"},
    {CODE_ONLY_TYPE, "a field called type",
     "In params, query, headers, body, variants and pushes a map always "
     "lists fields, so `{type: User}` is a field called `type`. If `User` "
     "is a type of the schema, that is probably not meant. Write only the "
     "name of the type, or `{fields: {type: User}}` if you want such a "
     "field.",
     "params: {type: User}     # params: User"},
    {CODE_OTHERS, "members beside the fields",
     "`others` keeps the members that no field names, in a member `others` of "
     "the struct. So no field can be called `others`, `strict: true` has no "
     "members to keep, and in a union the record cannot stand beside the tag: "
     "write `{tag: ..., content: ...}`. A query and headers have no others.",
     "Task: {fields: {id: int64}, others: json, strict: true}"},
    {CODE_PARAMS, "params that are not a record",
     "The params of a method are a record: a type with `fields`, or fields "
     "in place.",
     "params: string"},
    {CODE_DEADLINE, "a deadline",
     "A deadline is a whole number with `ms`, `s`, `m` or `h`, or `none`.",
     "deadline: 30"},
    {CODE_ERRORS, "an error's code",
     "The code of an error is a whole number of 32 bits other than 0, and each "
     "code is used once. An error with data needs a `name`, and errors with "
     "the same name must have the same code and the same type of data.",
     "errors: {not_found: no such user}"},
    {CODE_RESERVED, "a name that every service has",
     "Every generated service already has some functions, and a method cannot "
     "have the same name as one of them. Give it a different `name:`.",
     "rpc:\n  open: {}"},
    {CODE_PATTERN, "a channel's name",
     "The name of a channel consists of visible ASCII characters; each "
     "parameter, written `{name}`, may appear once.",
     "channel: \"tasks:{user id}\""},
    {CODE_EVENT, "an event that is not a record",
     "The event of a channel is a record or a union.", "event: string"},
    {CODE_EXAMPLE, "an example",
     "An example of a method has `params`, and either a `result` or an "
     "`error` with a `code`; all of them have to fit the method. An example "
     "of an endpoint has `path`, `query`, `headers` and `body` instead of "
     "`params`.",
     "examples: [{params: {}, result: 1, error: {code: 5}}]"},
    {CODE_REPLY, "a method without a reply",
     "`reply: none`, or `completion: none` for a message, means that the "
     "server sends nothing back. Such a method has no result and no errors, "
     "and is never repeated.",
     "log: {params: Line, reply: none, result: Receipt}"},
    {CODE_PATH, "a path",
     "A path starts with `/` and consists of visible ASCII characters "
     "without a query; each parameter, written `{name}`, may appear once.",
     "GET: agents/{agent_id}"},
    {CODE_ENDPOINT, "an endpoint of rest",
     "An endpoint has one verb (GET, HEAD, PUT, DELETE, POST, PATCH, OPTIONS) "
     "with its path; GET and HEAD have no body; `query` and `headers` are "
     "records of values that can be sent as text, and nothing in them is null; "
     "headers that the client writes itself (Host, Content-Type, Authorization "
     "with `auth: bearer`, ...) cannot be declared; a `body` is not nullable; "
     "`auth` is bearer or none; `sets_token` names a string of the result; "
     "`result: text` leaves no room for a type called text.",
     "agents.get: {GET: /agents, body: {id: string}}"},
    {CODE_MESSAGE, "a message",
     "A call names the message that answers it, or has `completion: none`. An "
     "answer is matched to its request by order, or by a `key` that both "
     "contain. Params, results and pushes are records that do not declare the "
     "tag again.",
     "calls: {stop: {params: {id: uuid}}}"},
    {CODE_STREAM, "a stream",
     "`rate` is the number of items per second, `keep` is latest, all or a "
     "number, and an `item` is not nullable.",
     "metrics: {path: /ws/metrics, item: Metrics, keep: some}"},
    {CODE_SOCKET, "what is said on a socket",
     "`auth` says what the client sends to show who it is: its `params` are "
     "one "
     "member, a string, which the token is put in. A message that is waited "
     "for, answers or refuses has a tag, so `tag` has to say which member that "
     "is. `keepalive` has two whole messages. A close code is one that a "
     "server "
     "may send. A stream's calls have no answer.",
     "dashboard: {path: /ws, item: Frame, auth: {params: {token: int32}}}"},
    {CODE_SERVICES, "the same service twice",
     "Two schemas of one run describe services with the same name.",
     "bellpull check tasks.yaml tasks.json"},
    {CODE_SYMBOLS, "one symbol of two services",
     "All services of a run can be linked into one program, and two of "
     "their names are the same in C: for example `tasks` with a type "
     "`AdminUser`, and `tasks_admin` with a type `User`. Give one of them a "
     "`name:`.",
     "(two files)"},
    {CODE_INCLUDE_FILE, "an included file",
     "`include:` names a plain file below the schema's folder (or below "
     "`--include-root`) with `bellpull: 1` and `types:`. The file has to be "
     "readable and must not include itself, directly or through others.",
     "include: [nothing.yaml]"},
    {CODE_TEMPLATE, "a template that cannot be read",
     "A statement or a `${...}` in a template is incomplete or malformed.",
     "${service.name"},
    {CODE_INCLUDE, "a template that does not exist",
     "The template is neither in the folder given by --templates nor built "
     "in.",
     "%% include \"nothing.tmpl\""},
    {CODE_STATEMENT, "an unknown statement",
     "Statements are for, if, elif, else, end, let, def, call, include, fill, "
     "block, extends and original.",
     "%% while service"},
    {CODE_VARIABLE, "an unknown variable",
     "A template sees `service`, the variables of its loops and lets, and, "
     "inside a def, the parameters. Each name may be used once.",
     "${servise.name}"},
    {CODE_FIELD, "an unknown field",
     "The published model has no such field here.", "${service.nmae}"},
    {CODE_FILTER, "a filter",
     "There is no filter with that name, or it takes other arguments.",
     "${service.name | snak}"},
    {CODE_VALUE, "a value of another kind",
     "Only text and numbers can be written, and only lists can be looped over.",
     "${service.methods}"},
    {CODE_CALL, "a def and its call",
     "A def is called with values of its parameters' types, and each def needs "
     "a different name.",
     "%% call nothing(service)"},
    {CODE_OUTPUT, "something that cannot be generated",
     "The template calls itself endlessly, writes too much, writes to a path "
     "outside the output folder, or runs out of memory.",
     "path: ../x"},
    {CODE_LANGUAGE, "a language's lang.yaml",
     "A folder of templates needs a lang.yaml that describes the language.",
     "cases: {types: shouting}"},
    {CODE_BLOCK, "a block of a template",
     "A file that starts with `%% extends` contains blocks that replace the "
     "blocks of the same names in the built-in file. Each name may appear "
     "once in a file.",
     "%% extends\n%% block mehtod\n%% end"},
    {NULL, NULL, NULL, NULL},
};
