/* report_json.c: collected messages for programs: one JSON document, ours or
 * SARIF 2.1.0 (OASIS), which code hosts and editors read. */
#include "base/report.h"

#include <string.h>

#include "base/codes.h"
#include "base/points.h"

/* Whatever a schema holds becomes valid JSON: bytes that are no UTF-8 become
 * U+FFFD. */
static void put_json(FILE *out, bell_string text)
{
    fputc('"', out);
    for (size_t at = 0; at < text.size;) {
        uint32_t point = 0;
        size_t size = utf8_next(text.text + at, text.size - at, &point);
        if (size == 0) {
            fputs("\xEF\xBF\xBD", out);
            size = 1;
        } else if (point == '"' || point == '\\') {
            fprintf(out, "\\%c", (int)point);
        } else if (point < 0x20) {
            fprintf(out, "\\u%04x", (unsigned)point);
        } else {
            fwrite(text.text + at, 1, size, out);
        }
        at += size;
    }
    fputc('"', out);
}

static void put_member(FILE *out, const char *key, bell_string text)
{
    fprintf(out, "\"%s\":", key);
    put_json(out, text);
}

static bell_string file_of(const struct place *place)
{
    return place->source != NULL ? place->source->name : BELL_STR("bellpull");
}

/* ---- Our own ------------------------------------------------------------- */

static void put_place(FILE *out, const struct place *place)
{
    put_member(out, "file", file_of(place));
    if (place->line != 0) {
        fprintf(out, ",\"line\":%u,\"column\":%u", place->line, place->column);
    }
}

static void put_error(FILE *out, const struct diag *diag)
{
    char room[TRAIL_BYTES_MAX];
    trail_text(diag->place.trail, room);
    fprintf(out, "{\"code\":\"%s\",", diag->code);
    put_place(out, &diag->place);
    fputc(',', out);
    put_member(out, "path", bell_str(room));
    fputc(',', out);
    put_member(out, "message", diag->message);
    if (diag->second.source != NULL) {
        fputs(",\"second\":{", out);
        put_place(out, &diag->second);
        fputc(',', out);
        put_member(out, "message", diag->second_text);
        fputc('}', out);
    }
    fputc('}', out);
}

void report_json(const struct diags *diags, FILE *out)
{
    const struct diag *sorted[DIAG_KEPT_MAX];
    size_t kept = report_sort(diags, sorted);
    fprintf(out, "{\"count\":%zu,\"errors\":[", diags->count);
    for (size_t i = 0; i < kept; i++) {
        fputs(i == 0 ? "\n  " : ",\n  ", out);
        put_error(out, sorted[i]);
    }
    fputs(kept != 0 ? "\n]}\n" : "]}\n", out);
}

/* ---- SARIF --------------------------------------------------------------- */

/* A path as a relative URI (RFC 3986): all but what is plain in one. */
static void put_uri(FILE *out, bell_string path)
{
    fputc('"', out);
    for (size_t i = 0; i < path.size; i++) {
        unsigned char byte = (unsigned char)path.text[i];
        bool plain = (byte >= '0' && byte <= '9') ||
                     ((byte | 0x20U) >= 'a' && (byte | 0x20U) <= 'z');
        if (plain || (byte != 0 && strchr("-._~/", byte) != NULL)) {
            fputc(byte, out);
        } else {
            fprintf(out, "%%%02X", byte);
        }
    }
    fputc('"', out);
}

static void put_location(FILE *out, const struct place *place)
{
    fputs("\"physicalLocation\":{\"artifactLocation\":{\"uri\":", out);
    put_uri(out, file_of(place));
    fputc('}', out);
    if (place->line != 0) {
        fprintf(out, ",\"region\":{\"startLine\":%u,\"startColumn\":%u}",
                place->line, place->column);
    }
    fputc('}', out);
}

static size_t rule_index(const char *code)
{
    size_t index = 0;
    while (codes[index].code != NULL && strcmp(codes[index].code, code) != 0) {
        index++;
    }
    return index;
}

static void put_result(FILE *out, const struct diag *diag)
{
    char room[TRAIL_BYTES_MAX];
    trail_text(diag->place.trail, room);
    fprintf(out, "{\"ruleId\":\"%s\",\"ruleIndex\":%zu,\"level\":\"error\",",
            diag->code, rule_index(diag->code));
    fputs("\"message\":{", out);
    put_member(out, "text", diag->message);
    fputs("},\"locations\":[{", out);
    put_location(out, &diag->place);
    if (room[0] != '\0') {
        fputs(",\"logicalLocations\":[{", out);
        put_member(out, "fullyQualifiedName", bell_str(room));
        fputs("}]", out);
    }
    fputs("}]", out);
    if (diag->second.source != NULL) {
        fputs(",\"relatedLocations\":[{\"id\":1,", out);
        put_location(out, &diag->second);
        fputs(",\"message\":{", out);
        put_member(out, "text", diag->second_text);
        fputs("}}]", out);
    }
    fputc('}', out);
}

static void put_rules(FILE *out)
{
    for (size_t i = 0; codes[i].code != NULL; i++) {
        fprintf(out, "%s\n      {\"id\":\"%s\",\"shortDescription\":{",
                i == 0 ? "" : ",", codes[i].code);
        put_member(out, "text", bell_str(codes[i].title));
        fputs("},\"fullDescription\":{", out);
        put_member(out, "text", bell_str(codes[i].meaning));
        fputs("}}", out);
    }
}

void report_sarif(const struct diags *diags, FILE *out)
{
    const struct diag *sorted[DIAG_KEPT_MAX];
    size_t kept = report_sort(diags, sorted);
    fputs("{\"version\":\"2.1.0\",\n \"$schema\":"
          "\"https://json.schemastore.org/sarif-2.1.0.json\",\n"
          " \"runs\":[{\"tool\":{\"driver\":{\"name\":\"bellpull\",",
          out);
    put_member(out, "version", bell_str(bell_version()));
    fputs(",\"rules\":[", out);
    put_rules(out);
    fputs("]}},\n  \"columnKind\":\"unicodeCodePoints\",\n  \"results\":[",
          out);
    for (size_t i = 0; i < kept; i++) {
        fputs(i == 0 ? "\n    " : ",\n    ", out);
        put_result(out, sorted[i]);
    }
    fputs("]}]}\n", out);
}
