/* details.c: what came with a refusal over HTTP, as an answer to the driver. It
 * knows no client. */
#include "details.h"

#include <stdio.h>
#include <stdlib.h>

static void add_text(cJSON *line, const char *member, bell_string text)
{
    char room[4096];
    snprintf(room, sizeof room, "%.*s", (int)text.size,
             text.size != 0 ? text.text : "");
    cJSON_AddStringToObject(line, member, room);
}

static void add_headers(cJSON *details, const bell_http_error *http)
{
    char room[4096];
    cJSON *list = cJSON_AddArrayToObject(details, "headers");
    for (size_t i = 0; i < http->header_count; i++) {
        const bell_http_header *header = &http->headers[i];
        snprintf(room, sizeof room, "%.*s: %.*s", (int)header->name.size,
                 header->name.text, (int)header->value.size,
                 header->value.text);
        cJSON_AddItemToArray(list, cJSON_CreateString(room));
    }
}

static void add_hex(cJSON *details, bell_string body)
{
    static const char digits[] = "0123456789abcdef";
    char *text = malloc(2 * body.size + 1);
    if (text == NULL) {
        return;
    }
    for (size_t i = 0; i < body.size; i++) {
        text[2 * i] = digits[(unsigned char)body.text[i] >> 4];
        text[2 * i + 1] = digits[(unsigned char)body.text[i] & 15];
    }
    text[2 * body.size] = '\0';
    cJSON_AddStringToObject(details, "body", text);
    free(text);
}

void add_details(cJSON *line, const bell_http_error *http)
{
    if (http == NULL) {
        return;
    }
    cJSON *details = cJSON_AddObjectToObject(line, "http");
    cJSON_AddNumberToObject(details, "status", http->status);
    add_text(details, "type", http->type);
    add_text(details, "title", http->title);
    add_text(details, "detail", http->detail);
    add_text(details, "instance", http->instance);
    add_text(details, "request_id", http->request_id);
    cJSON_AddNumberToObject(details, "retry_after_ms",
                            (double)http->retry_after_ms);
    add_headers(details, http);
    add_hex(details, http->body);
}
