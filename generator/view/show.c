/* show.c: the small things that make the published model's nodes. */
#include "view/show.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static struct node *checked(struct uses *uses, struct node *node)
{
    static struct node spare; /* what is written here is never read */
    if (node == NULL) {
        uses->failed = true;
        memset(&spare, 0, sizeof spare);
        return &spare;
    }
    return node;
}

struct node *show_map(struct uses *uses)
{
    return checked(uses, node_make(uses->arena, NODE_MAP));
}

static void set(struct uses *uses, struct node *map, const char *key,
                struct node *node)
{
    if (node == NULL || uses->failed) {
        uses->failed = true;
        return;
    }
    node_set(map, key, node);
}

struct node *show_list(struct uses *uses, struct node *map, const char *key)
{
    struct node *list = checked(uses, node_make(uses->arena, NODE_LIST));
    set(uses, map, key, list);
    return list;
}

void show_text(struct uses *uses, struct node *map, const char *key,
               bell_string text)
{
    if (text.size != 0) {
        set(uses, map, key, node_make_text(uses->arena, text));
    }
}

void show_number(struct uses *uses, struct node *map, const char *key,
                 int64_t number)
{
    set(uses, map, key, node_make_number(uses->arena, number));
}

void show_bool(struct uses *uses, struct node *map, const char *key, bool truth)
{
    if (truth) {
        set(uses, map, key, node_make_bool(uses->arena, truth));
    }
}

static struct node *share(struct uses *uses, const struct node *node)
{
    struct node *copy = node_make(uses->arena, NODE_NULL);
    if (copy == NULL) {
        uses->failed = true;
        return NULL;
    }
    *copy = *node;
    copy->next = NULL;
    return copy;
}

void show_share(struct uses *uses, struct node *map, const char *key,
                const struct node *node)
{
    if (node != NULL) {
        set(uses, map, key, share(uses, node));
    }
}

void show_append(struct uses *uses, struct node *list, const struct node *node)
{
    struct node *copy = share(uses, node);
    if (copy != NULL && !uses->failed) {
        node_append(list, copy);
    }
}

bell_string show_print(struct uses *uses, const char *format, ...)
{
    bell_string text = {"", 0};
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *bytes =
        size < 0 ? NULL : bell__arena_bytes(uses->arena, (size_t)size + 1);
    if (bytes == NULL) {
        uses->failed = true;
        return text;
    }
    va_start(arguments, format);
    vsnprintf(bytes, (size_t)size + 1, format, arguments);
    va_end(arguments);
    text.text = bytes;
    text.size = (size_t)size;
    return text;
}

/* The letter behind a backslash, or 0. */
static char short_escape(char byte)
{
    static const char from[] = "\"\\\b\f\n\r\t";
    static const char to[] = "\"\\bfnrt";
    const char *found = byte != '\0' ? strchr(from, byte) : NULL;
    return found != NULL ? to[found - from] : (char)0;
}

bell_string show_json(struct uses *uses, bell_string text)
{
    static const char digits[] = "0123456789abcdef";
    bell_string json = {"\"\"", 2};
    char *start = bell__arena_bytes(uses->arena, text.size * 6 + 3);
    if (start == NULL) {
        uses->failed = true;
        return json;
    }
    char *at = start;
    *at++ = '"';
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.text[i];
        char letter = short_escape(text.text[i]);
        if (letter != 0) {
            *at++ = '\\';
            *at++ = letter;
        } else if (byte < 0x20) {
            memcpy(at, "\\u00", 4);
            at[4] = digits[byte >> 4];
            at[5] = digits[byte & 15];
            at += 6;
        } else {
            *at++ = (char)byte;
        }
    }
    *at++ = '"';
    *at = '\0';
    json.text = start;
    json.size = (size_t)(at - start);
    return json;
}
