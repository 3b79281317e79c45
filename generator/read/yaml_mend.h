/* yaml_mend.h: reading goes on behind a text that lacks quotes. */
#ifndef GENERATOR_READ_YAML_MEND_H
#define GENERATOR_READ_YAML_MEND_H

#include <yaml.h>

#include "read/text.h"

/* A parser of a UTF-8 text. False where memory is short. */
bool yaml_open(yaml_parser_t *parser, bell_string text);

/* A copy of the body in which letters stand for the signs of `unquoted`, a part
 * of it, and of what else lacks quotes; so every column stays where it was.
 * Tells the others; text NULL where memory is short. */
bell_string yaml_mend(struct reader *reader, bell_string body,
                      bell_string unquoted);

#endif
