/* faults.h: what is to go wrong, as the user typed it or wrote it into a file.
 * It knows no server. */
#ifndef GENERATOR_COMMANDS_FAULTS_H
#define GENERATOR_COMMANDS_FAULTS_H

#include "options.h"
#include "peer/mishap.h"
#include "serve/answer.h"

/* Where answers go: not everywhere can everything go wrong. */
enum faults_way {
    FAULTS_LINES,     /* to clients */
    FAULTS_EXCHANGES, /* back to a Centrifugo that asks */
    FAULTS_REPLIES    /* by a Centrifugo's API */
};

/* What means nothing there. */
const struct answers_ban *faults_ban(enum faults_way way);

/* Adds the rules that were typed, then those of the file (NULL: none), which
 * has one a line, empty lines and comments behind #. Gives an exit code; a
 * sentence is on stderr. */
int faults_read(struct bell__mishaps *mishaps, const struct option_texts *typed,
                const char *path, enum faults_way way);

#endif
