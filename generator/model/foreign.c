/* foreign.c: keys and types that people bring along from other languages, and
 * what is written here instead. */
#include <stdio.h>
#include <strings.h>

#include "base/str.h"
#include "model/build.h"

struct foreign {
    const char *key;
    const char *ours; /* the key that must be known there */
    const char *hint;
};

#define MEANS(ours) ours, " (did you mean " ours "?)"

static const struct foreign foreigns[] = {
    {"items", "type", ": a list is T[], type: 'string[]'"},
    {"of", "type", ": a list is T[], a map is map<T>"},
    {"element", "type", ": a list is T[], type: 'string[]'"},
    {"values", MEANS("enum")},
    {"properties", MEANS("fields")},
    {"properties", "type",
     ": a record is {fields: {id: int64}}, without a type"},
    {"members", MEANS("fields")},
    {"oneOf", MEANS("union")},
    {"optional", "wire", ": a field whose name ends in '?' may be absent"},
    {"optional", "type", ": a field whose name ends in '?' may be absent"},
    {"required", "wire", ": a field is required unless its name ends in '?'"},
    {"required", "strict", ": a field is required unless its name ends in '?'"},
    {"required", "type", ": a field is required unless its name ends in '?'"},
    {"nullable", "wire", ": a type that allows null is written T | null"},
    {"nullable", "type", ": a type that allows null is written T | null"},
    {"format", "unit",
     ": use a type instead, such as datetime, date, uuid or bytes"},
    {"regex", MEANS("pattern")},
    {"minimum", MEANS("min")},
    {"maximum", MEANS("max")},
    {"additionalProperties", MEANS("strict")},
    {"description", MEANS("doc")},
    {"desc", MEANS("doc")},
    {"comment", MEANS("doc")},
    {"summary", MEANS("doc")},
    {"title", MEANS("doc")},
    {"methods", MEANS("rpc")},
    {"procedures", MEANS("rpc")},
    {"functions", MEANS("rpc")},
    {"schemas", MEANS("types")},
    {"definitions", MEANS("types")},
    {"endpoints", MEANS("rest")},
    {"paths", MEANS("rest")},
    {"imports", MEANS("include")},
    {"request", MEANS("params")},
    {"input", MEANS("params")},
    {"arguments", MEANS("params")},
    {"args", MEANS("params")},
    {"payload", MEANS("params")},
    {"response", MEANS("result")},
    {"output", MEANS("result")},
    {"returns", MEANS("result")},
    {"timeout", MEANS("deadline")},
    {"throws", MEANS("errors")},
    {"payload", MEANS("event")},
    {"message", MEANS("event")},
};

static bool is_known(const char *const *known, const char *key)
{
    while (*known != NULL && !bell__str_is(bell_str(*known), key)) {
        known++;
    }
    return *known != NULL;
}

static const struct foreign *find_key(bell_string key, const char *const *known)
{
    for (size_t i = 0; i < sizeof foreigns / sizeof foreigns[0]; i++) {
        const struct foreign *row = &foreigns[i];
        if (bell__str_is(key, row->key) && is_known(known, row->ours)) {
            return row;
        }
    }
    return NULL;
}

const char *foreign_key(bell_string key, const char *const *known)
{
    const struct foreign *row = find_key(key, known);
    return row != NULL ? row->hint : NULL;
}

const char *foreign_meant(bell_string key, const char *const *known)
{
    const struct foreign *row = find_key(key, known);
    return row != NULL ? row->ours : NULL;
}

#define IS(ours) " (did you mean " ours "?)"

static const char a_list[] = ": a list of T is T[], such as 'string[]'";
static const char a_map[] = ": a map is map<T>, such as map<string>";
static const char a_string[] =
    ": write string, with a 'pattern' if it is to be checked";
static const char is_absent[] =
    ": leave the key out if there is nothing to send";

static const char *const types[][2] = {
    {"int", IS("int64")},
    {"integer", IS("int64")},
    {"long", IS("int64")},
    {"short", IS("int32")},
    {"uint", IS("uint64")},
    {"float", IS("float64")},
    {"double", IS("float64")},
    {"number", IS("float64")},
    {"str", IS("string")},
    {"text", IS("string")},
    {"boolean", IS("bool")},
    {"any", IS("json")},
    {"unknown", IS("json")},
    {"char", IS("string")},
    {"time", IS("datetime")},
    {"timestamp", IS("datetime")},
    {"blob", IS("bytes")},
    {"base64", IS("bytes")},
    {"binary", IS("bytes")},
    {"guid", IS("uuid")},
    {"timedelta", IS("duration")},
    {"numeric", IS("decimal")},
    {"i32", IS("int32")},
    {"i64", IS("int64")},
    {"u32", IS("uint32")},
    {"u64", IS("uint64")},
    {"f32", IS("float32")},
    {"f64", IS("float64")},
    {"int8", IS("int32")},
    {"int16", IS("int32")},
    {"uint8", IS("uint32")},
    {"uint16", IS("uint32")},
    {"byte", IS("uint32")},
    {"money", IS("decimal")},
    {"object",
     ": any JSON is json, a record is {fields: {id: int64}}, a map is map<T>"},
    {"dict", a_map},
    {"hash", a_map},
    {"list", a_list},
    {"array", a_list},
    {"email", a_string},
    {"uri", a_string},
    {"url", a_string},
    {"hostname", a_string},
    {"ipv4", a_string},
    {"ipv6", a_string},
    {"password", a_string},
    {"phone", a_string},
    {"enum", ": an enum is {enum: [open, done]}"},
    {"void", is_absent},
    {"none", is_absent},
    {"nothing", is_absent},
    {"~", is_absent},
};

const char *foreign_type(bell_string name)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (bell__str_is(name, types[i][0])) {
            return types[i][1];
        }
    }
    return NULL;
}

static bool is_any(bell_string name, const char *const *words)
{
    while (*words != NULL && (strlen(*words) != name.size ||
                              strncasecmp(*words, name.text, name.size) != 0)) {
        words++;
    }
    return *words != NULL;
}

const char *foreign_generic(bell_string name, bell_string inner,
                            char room[FOREIGN_BYTES_MAX])
{
    static const char *const lists[] = {"list",   "array",    "set",      "vec",
                                        "vector", "sequence", "repeated", NULL};
    static const char *const maps[] = {
        "map", "dict", "hash", "dictionary", "record", "hashmap", NULL};
    static const char *const options[] = {"optional", "option", "maybe",
                                          "nullable", NULL};
    int size = inner.size < FOREIGN_BYTES_MAX / 4 ? (int)inner.size : 0;
    const char *text = size != 0 ? inner.text : "T";
    size = size != 0 ? size : 1;
    if (is_any(name, lists)) {
        snprintf(room, FOREIGN_BYTES_MAX, "a list of %.*s is written %.*s[]",
                 size, text, size, text);
    } else if (is_any(name, maps)) {
        snprintf(room, FOREIGN_BYTES_MAX,
                 "a map's keys are always strings: write map<%.*s>", size,
                 text);
    } else if (is_any(name, options)) {
        snprintf(room, FOREIGN_BYTES_MAX,
                 "for a value that may be null, write '%.*s | null'; for a "
                 "field that may be absent, put '?' after its name",
                 size, text);
    } else {
        snprintf(room, FOREIGN_BYTES_MAX,
                 "only map takes a type in '< >', as in map<string>; a list "
                 "of T is T[]");
    }
    return room;
}
