/* yaml_error.h: libyaml's complaints in plain words, at the right place. */
#ifndef GENERATOR_READ_YAML_ERROR_H
#define GENERATOR_READ_YAML_ERROR_H

#include <yaml.h>

#include "read/text.h"

/* A mark of libyaml, which counts from 0, as a place. */
struct place yaml_place(const struct source *source, yaml_mark_t mark);

/* Tells what a parser stumbled over. Where all that is missing is quotes, gives
 * the text that they go around, as it lies in the source; else text NULL. */
bell_string yaml_tell(struct reader *reader, const yaml_parser_t *parser);

#endif
