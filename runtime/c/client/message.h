/* message.h: what links of messages and of streams have in common; for the
 * files of client/ alone. */
#ifndef BELL__CLIENT_MESSAGE_H
#define BELL__CLIENT_MESSAGE_H

#include "client/link.h"

/* Of one command, where no option says it. */
enum { BELL__MESSAGE_REQUEST_MAX = 1024 * 1024 };

/* link->protocol. */
bell_status bell__message_link(struct bell__link *link,
                               const struct bell__link_texts *texts,
                               bell_error *error);

/* The token is that of the socket's roles, else the client's. */
enum bell__pass bell__message_pass(struct bell__link *link);

/* The params of a call beside its tag. */
bell_status bell__message_encode(struct bell__link *link, struct bell__buf *out,
                                 const bell_method *method, const void *params,
                                 bell_error *error);

#endif
