/* mistakes.c: the kinds of --format, and what tells mistakes so. */
#include "commands/mistakes.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/report.h"

static const struct kind {
    const char *name;
    void (*report)(const struct diags *diags, FILE *out);
    bool document;
} kinds[] = {
    {"text", report_diags, false}, /* what is unsaid */
    {"json", report_json, true},
    {"sarif", report_sarif, true},
};

static const struct kind *find(const char *format)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (format == NULL || strcmp(kinds[i].name, format) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}

bool mistakes_know(const char *format)
{
    if (find(format) != NULL) {
        return true;
    }
    fprintf(stderr, "bellpull: --format must be text, json or sarif\n");
    return false;
}

bool mistakes_are_document(const char *format)
{
    const struct kind *kind = find(format);
    assert(kind != NULL);
    return kind->document;
}

void mistakes_tell(const struct diags *diags, const char *format)
{
    const struct kind *kind = find(format);
    assert(kind != NULL);
    kind->report(diags, kind->document ? stdout : stderr);
}
