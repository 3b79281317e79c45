/* templates_model.c: prints what templates may ask for: the published model
 * and the filters, from the tables that templates are checked by. */
#include <stdio.h>
#include <string.h>

#include "commands/templates.h"
#include "render/filters.h"
#include "view/view.h"

static int width_of(const struct outline *outline, bool types)
{
    size_t width = 0;
    for (size_t i = 0; i < outline->count; i++) {
        const struct outline_field *field = &outline->fields[i];
        size_t size = strlen(types ? field->type : field->name);
        width = size > width ? size : width;
    }
    return (int)width;
}

static void print_arguments(const struct filter *filter)
{
    for (const char *at = filter->arguments; *at != '\0'; at++) {
        bool number = *at == 'n' || *at == 'N';
        bool may_lack = *at < 'a';
        printf("%s%s%s%s", at == filter->arguments ? "(" : ", ",
               may_lack ? "[" : "", number ? "number" : "text",
               may_lack ? "]" : "");
    }
    printf("%s", filter->arguments[0] != '\0' ? ")" : "");
}

static void print_text(void)
{
    printf("A template starts with one variable: ${%s}.\n", view_root);
    for (const struct outline *at = view_outlines; at->name != NULL; at++) {
        int names = width_of(at, false);
        int types = width_of(at, true);
        printf("\n%s: %s\n", at->name, at->doc);
        for (size_t i = 0; i < at->count; i++) {
            printf("  %-*s  %-*s  %s\n", names, at->fields[i].name, types,
                   at->fields[i].type, at->fields[i].doc);
        }
    }
    printf("\nFilters, after a '|': ${service.name | upper}\n");
    for (const struct filter *at = filters; at->name != NULL; at++) {
        printf("  %s", at->name);
        print_arguments(at);
        printf(": %s\n", at->doc);
    }
}

/* The tables are ours: no control characters stand in them. */
static void print_json_text(const char *before, const char *text)
{
    printf("%s\"", before);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            putchar('\\');
        }
        putchar(*text);
    }
    putchar('"');
}

static void print_json_outline(const struct outline *outline)
{
    print_json_text("    {\"name\": ", outline->name);
    print_json_text(", \"doc\": ", outline->doc);
    printf(", \"fields\": [");
    for (size_t i = 0; i < outline->count; i++) {
        const struct outline_field *field = &outline->fields[i];
        printf("%s\n      {", i == 0 ? "" : ",");
        print_json_text("\"name\": ", field->name);
        print_json_text(", \"type\": ", field->type);
        print_json_text(", \"doc\": ", field->doc);
        putchar('}');
    }
    printf("\n    ]}");
}

static void print_json_filter(const struct filter *filter)
{
    print_json_text("    {\"name\": ", filter->name);
    printf(", \"arguments\": [");
    for (const char *at = filter->arguments; *at != '\0'; at++) {
        bool number = *at == 'n' || *at == 'N';
        printf("%s{\"type\": \"%s\", \"required\": %s}",
               at == filter->arguments ? "" : ", ", number ? "number" : "text",
               *at >= 'a' ? "true" : "false");
    }
    printf("], \"gives\": \"%s\"",
           filter->gives == VALUE_NUMBER ? "number" : "text");
    print_json_text(", \"doc\": ", filter->doc);
    putchar('}');
}

static void print_json(void)
{
    print_json_text("{\n  \"root\": ", view_root);
    printf(",\n  \"types\": [\n");
    for (const struct outline *at = view_outlines; at->name != NULL; at++) {
        print_json_outline(at);
        printf("%s\n", at[1].name != NULL ? "," : "");
    }
    printf("  ],\n  \"filters\": [\n");
    for (const struct filter *at = filters; at->name != NULL; at++) {
        print_json_filter(at);
        printf("%s\n", at[1].name != NULL ? "," : "");
    }
    printf("  ]\n}\n");
}

int templates_model(const struct words *words,
                    const struct templates_options *options,
                    struct bell__arena *arena)
{
    (void)arena;
    const char *format = options->format != NULL ? options->format : "text";
    if (words->count != 1) {
        return templates_tell(EXIT_USAGE, "templates model takes no '%s'",
                              words->at[1]);
    }
    if (strcmp(format, "json") == 0) {
        print_json();
        return EXIT_DONE;
    }
    if (strcmp(format, "text") == 0) {
        print_text();
        return EXIT_DONE;
    }
    return templates_tell(EXIT_USAGE, "--format must be text or json, not '%s'",
                          format);
}
