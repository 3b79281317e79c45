/* yaml_mend.c: reading goes on behind a text that lacks quotes: the parser gets
 * a copy without the signs that stop it. It makes no nodes. */
#include "read/yaml_mend.h"

#include <string.h>

#include "read/yaml_error.h"

/* Each costs a pass over the file: so many, and so many bytes in all. */
enum { MENDS_MAX = 20, BYTES_MAX = 16 * 1024 * 1024 };

bool yaml_open(yaml_parser_t *parser, bell_string text)
{
    if (!yaml_parser_initialize(parser)) {
        return false;
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(parser, (const unsigned char *)text.text,
                                 text.size);
    return true;
}

static void blur(char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != '\0' && strchr("[]{},:#?&*!|>'\"%@`", bytes[i])) {
            bytes[i] = 'x';
        }
    }
}

/* The next text that lacks quotes; text NULL where there is none, or where
 * something else is wrong, which is told. */
static bell_string scan(struct reader *reader, bell_string text)
{
    bell_string unquoted = {NULL, 0};
    yaml_parser_t parser;
    if (!yaml_open(&parser, text)) {
        return unquoted;
    }
    bool over = false;
    while (!over) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            reader->failed = false;
            unquoted = yaml_tell(reader, &parser);
            break;
        }
        over = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return unquoted;
}

bell_string yaml_mend(struct reader *reader, bell_string body,
                      bell_string unquoted)
{
    bell_string copy = bell__arena_copy(reader->arena, body);
    if (copy.text == NULL) {
        return copy;
    }
    char *bytes = (char *)(uintptr_t)copy.text; /* ours */
    size_t passed = 0;
    for (int i = 0; i < MENDS_MAX && unquoted.text != NULL; i++) {
        blur(bytes + (unquoted.text - body.text), unquoted.size);
        passed += body.size;
        if (passed > BYTES_MAX) {
            break; /* the next mistake, if any, is told by the reader */
        }
        unquoted = scan(reader, copy);
    }
    return copy;
}
