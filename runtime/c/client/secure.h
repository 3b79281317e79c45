/* secure.h: the url of a link and its TLS, by the client's options; for the
 * files of client/ alone. It knows no protocol. */
#ifndef BELL__CLIENT_SECURE_H
#define BELL__CLIENT_SECURE_H

#include "client/link.h"
#include "transport/tls.h"

/* A wrong url of an option is told with its row. */
bell_status bell__link_check_url(const struct bell__link *link,
                                 const struct bell__link_texts *texts,
                                 bell_error *error);

struct bell__tls_options bell__link_tls(const bell_options *options);

#endif
