/* centrifugo_text.h: what Centrifugo's codes mean, in words for people. */
#ifndef BELL__PROTOCOL_CENTRIFUGO_TEXT_H
#define BELL__PROTOCOL_CENTRIFUGO_TEXT_H

#include "seam/protocol.h"

/* Reads {"code":n,"message"|"reason":"...","temporary":b} into code, temporary
 * and text. */
bool bell__centrifugo_read_error(bell_string json, struct bell__event *event);

/* Puts behind the text of an rpc's error what to do, where it is known. */
void bell__centrifugo_advise(struct bell__event *event);

/* "the server WHAT CODE TEXT: what to do", in place of the text. */
void bell__centrifugo_refused_text(const char *what, struct bell__event *event);

/* Fills a BYE by a close code:
 * https://centrifugal.dev/docs/server/codes#disconnect-codes */
void bell__centrifugo_closed(int32_t code, bell_string reason,
                             struct bell__event *event);

#endif
