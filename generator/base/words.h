/* words.h: a name as words: cut where the case changes and at whatever is no
 * letter or digit. It knows no language. */
#ifndef GENERATOR_BASE_WORDS_H
#define GENERATOR_BASE_WORDS_H

#include <bell/bell.h>

#include "base/arena.h"

enum letter_case { CASE_SNAKE, CASE_CAMEL, CASE_PASCAL, CASE_UPPER };

/* The words in one case: `HTTPServer2Go` is http_server2_go, httpServer2Go,
 * HttpServer2Go, HTTP_SERVER2_GO. A leading digit gets `n`, a letter outside
 * ASCII becomes its uXXXX, no words at all become `n`. NUL-terminated;
 * {NULL, 0} where memory is short. */
bell_string words_join(bell_string name, enum letter_case letters,
                       struct bell__arena *arena);

/* The same for a name that is in snake case already. */
bell_string words_recase(bell_string snake, enum letter_case letters,
                         struct bell__arena *arena);

#endif
