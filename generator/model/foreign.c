/* foreign.c: keys that people bring along from other schema languages, and what
 * is written here instead. */
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
    {"members", MEANS("fields")},
    {"oneOf", MEANS("union")},
    {"optional", "wire", ": a field whose name ends in '?' may be absent"},
    {"optional", "type", ": a field whose name ends in '?' may be absent"},
    {"required", "wire", ": a field must be there unless its name ends in '?'"},
    {"required", "strict",
     ": a field must be there unless its name ends in '?'"},
    {"required", "type", ": a field must be there unless its name ends in '?'"},
    {"nullable", "wire", ": what may be null is of the type T | null"},
    {"nullable", "type", ": what may be null is of the type T | null"},
    {"format", "unit",
     ": there are types for it, such as datetime, date, uuid and bytes"},
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

const char *foreign_key(bell_string key, const char *const *known)
{
    for (size_t i = 0; i < sizeof foreigns / sizeof foreigns[0]; i++) {
        const struct foreign *row = &foreigns[i];
        if (bell__str_is(key, row->key) && is_known(known, row->ours)) {
            return row->hint;
        }
    }
    return NULL;
}
