/* login.h: calls that another call goes before, which brings their token; for
 * the files of client/ alone. */
#ifndef BELL__CLIENT_LOGIN_H
#define BELL__CLIENT_LOGIN_H

#include "client/tokens.h"

/* Begins the login, whose params are `login`, and the call, which is held until
 * the login has ended well. */
bell_status bell__login_submit(struct bell__link *link,
                               const struct bell__order *order,
                               const void *params, const void *login,
                               bell_call *call, bell_error *error);

/* A call has ended. True: it was a login, and nobody hears of it; a call whose
 * login failed ends as that did. */
bool bell__login_ended(struct bell__link *link,
                       struct bell__completion *completion);

/* The token that a login has brought for the call whose number ends with `id`;
 * NULL: it has none of its own. */
const struct bell__token *bell__login_token(const struct bell__tokens *tokens,
                                            uint32_t id);

/* The server did not take that token: no call shows it any more. */
void bell__logins_refused(struct bell__tokens *tokens, uint32_t serial);

void bell__logins_close(struct bell__tokens *tokens);

#endif
