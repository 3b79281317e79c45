/* said.h: what a server says in a JSON string, as much of it as can be shown.
 * It knows no protocol. */
#ifndef BELL__PROTOCOL_SAID_H
#define BELL__PROTOCOL_SAID_H

#include <bell/bell.h>

/* What a JSON string spells, `raw` between its quotes, as much as `text` takes:
 * cut between characters. */
void bell__said(bell_string raw, char *text, size_t size);

#endif
