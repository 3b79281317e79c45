/* json.c: a node as JSON text. YAML's plain scalars are resolved by the core
 * schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema). */
#include "bind/bind.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "json/read.h"
#include "json/write.h"

static bool any_of(bell_string text, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (bell__str_is(text, *words)) {
            return true;
        }
    }
    return false;
}

static bool is_json_number(bell_string text)
{
    struct bell__json json;
    bell_string number;
    bell__json_open(&json, text, 1);
    return bell__json_peek(&json) == BELL__JSON_NUMBER &&
           bell__json_number(&json, &number) && number.size == text.size;
}

/* 0x1F and 0o17, as far as 64 bits go. */
static bool radix_number(bell_string text, char *out, size_t size)
{
    if (text.size < 3 || text.size > 24 || text.text[0] != '0') {
        return false;
    }
    int base = text.text[1] == 'x' ? 16 : text.text[1] == 'o' ? 8 : 0;
    char digits[24];
    memcpy(digits, text.text + 2, text.size - 2);
    digits[text.size - 2] = '\0';
    if (base == 0 || !isxdigit((unsigned char)digits[0])) {
        return false;
    }
    char *end = NULL;
    uint64_t value = strtoull(digits, &end, base);
    if (*end != '\0') {
        return false;
    }
    snprintf(out, size, "%" PRIu64, value);
    return true;
}

static bool has_digit(bell_string text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (isdigit((unsigned char)text.text[i])) {
            return true;
        }
    }
    return false;
}

/* Decimal spellings that YAML has and JSON has not: +1, 007, .5, 1. */
static bool decimal_number(bell_string text, char *out, size_t size)
{
    if (text.size == 0 || text.size + 3 > size || !has_digit(text)) {
        return false;
    }
    const char *at = text.text;
    const char *end = at + text.size;
    char *to = out;
    if (*at == '-' || *at == '+') {
        if (*at == '-') {
            *to++ = '-';
        }
        at++;
    }
    while (end - at > 1 && at[0] == '0' && isdigit((unsigned char)at[1])) {
        at++;
    }
    if (at < end && *at == '.') {
        *to++ = '0';
    }
    for (; at < end; at++) {
        *to++ = *at;
        bool last = at + 1 == end || !isdigit((unsigned char)at[1]);
        if (*at == '.' && last) {
            *to++ = '0';
        }
    }
    *to = '\0';
    bell_string made = {out, (size_t)(to - out)};
    return is_json_number(made);
}

static bell_status write_plain(struct bell__buf *out, bell_string text)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const truths[] = {"true", "True", "TRUE", NULL};
    static const char *const lies[] = {"false", "False", "FALSE", NULL};
    char number[80];
    if (any_of(text, nulls)) {
        return bell__buf_append(out, "null", 4);
    }
    if (any_of(text, truths)) {
        return bell__buf_append(out, "true", 4);
    }
    if (any_of(text, lies)) {
        return bell__buf_append(out, "false", 5);
    }
    if (is_json_number(text)) {
        return bell__buf_append(out, text.text, text.size);
    }
    if (radix_number(text, number, sizeof number) ||
        decimal_number(text, number, sizeof number)) {
        return bell__buf_append(out, number, strlen(number));
    }
    return bell__json_write_string(out, text);
}

static bell_status write_node(struct bell__buf *out, const struct node *node);

static bell_status write_children(struct bell__buf *out,
                                  const struct node *node)
{
    bool map = node->kind == NODE_MAP;
    bell_status status = bell__buf_append(out, map ? "{" : "[", 1);
    for (const struct node *child = node->first;
         status == BELL_OK && child != NULL; child = child->next) {
        if (child != node->first) {
            status = bell__buf_append(out, ",", 1);
        }
        if (status == BELL_OK && map) {
            status = bell__json_write_string(out, child->key);
            if (status == BELL_OK) {
                status = bell__buf_append(out, ":", 1);
            }
        }
        if (status == BELL_OK) {
            status = write_node(out, child);
        }
    }
    return status == BELL_OK ? bell__buf_append(out, map ? "}" : "]", 1)
                             : status;
}

/* As deep as the reader lets a document be. */
static bell_status write_node(struct bell__buf *out, const struct node *node)
{
    switch (node->kind) {
    case NODE_NULL:
        return bell__buf_append(out, "null", 4);
    case NODE_BOOL:
        return bell__buf_append(out, node->truth ? "true" : "false",
                                node->truth ? 4 : 5);
    case NODE_NUMBER:
        return bell__buf_append(out, node->text.text, node->text.size);
    case NODE_TEXT:
        return node->plain ? write_plain(out, node->text)
                           : bell__json_write_string(out, node->text);
    case NODE_LIST:
    case NODE_MAP:
        break;
    }
    return write_children(out, node);
}

bell_string bind_json(const struct node *node, struct bell__arena *arena)
{
    struct bell__buf buf;
    bell_string json = {NULL, 0};
    bell__buf_open(&buf, arena->memory, 0);
    if (write_node(&buf, node) == BELL_OK) {
        bell_string lent = {buf.bytes, buf.size};
        json = bell__arena_copy(arena, lent);
    }
    bell__buf_close(&buf);
    return json;
}
