/* rest_line.h: how a link of REST reaches its servers; for the files of client/
 * alone. */
#ifndef BELL__CLIENT_REST_LINE_H
#define BELL__CLIENT_REST_LINE_H

#include "client/link.h"

/* link->transport, and where there are several servers, link->places. */
bell_status bell__rest_line(struct bell__link *link,
                            const struct bell__link_texts *texts,
                            bell_error *error);

#endif
