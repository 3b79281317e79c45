/* definition.c: reads a def: its name, its parameters and its lines. It knows
 * no types. */
#include <string.h>

#include "base/str.h"
#include "render/parse.h"

static void parse_parameters(struct parser *parser, struct head *head,
                             struct definition *definition)
{
    struct expression_reader *reader = &head->reader;
    struct parameter **last = &definition->parameters;
    while (!expression_accept(reader, ")")) {
        struct parameter *made = bell__arena_take(parser->arena, sizeof *made);
        bool comma =
            definition->parameters == NULL || expression_accept(reader, ",");
        if (made == NULL || !comma) {
            expression_expected(reader, "`,` or `)`");
            return;
        }
        memset(made, 0, sizeof *made);
        expression_space(reader);
        made->place = expression_place(reader);
        made->name = expression_word(reader);
        bool colon = expression_accept(reader, ":");
        made->type = expression_word(reader);
        if (bell__str_is(made->type, "list")) {
            made->type = (bell_string){made->type.text,
                                       (size_t)(reader->at - made->type.text)};
            bell_string item = expression_word(reader);
            made->type.size = (size_t)(item.text + item.size - made->type.text);
        }
        if (made->name.size == 0 || !colon || made->type.size == 0) {
            expression_expected(reader, "`NAME: TYPE`");
            return;
        }
        *last = made;
        last = &made->next;
    }
}

void parse_def(struct parser *parser, struct head *head, struct tail *tail)
{
    (void)tail;
    struct definition *made = bell__arena_take(parser->arena, sizeof *made);
    if (made == NULL || parser->depth > 1) {
        parse_fail(parser, head->place,
                   "a def must be at the top level of a file");
        return;
    }
    if (++parser->template->definition_count > RENDER_DEFINITIONS_MAX) {
        parse_fail(parser, head->place, "too many defs");
        return;
    }
    memset(made, 0, sizeof *made);
    made->place = head->place;
    made->name = expression_word(&head->reader);
    if (made->name.size == 0 || !expression_accept(&head->reader, "(")) {
        expression_expected(&head->reader, "`def NAME(NAME: TYPE, ...)`");
    } else {
        parse_parameters(parser, head, made);
    }
    parse_end_of_line(parser, head);
    made->body = parse_body(parser, head->place);
    struct template *template = parser->template;
    if (template->definitions_last != NULL) {
        template->definitions_last->next = made;
    } else {
        template->definitions = made;
    }
    template->definitions_last = made;
}
