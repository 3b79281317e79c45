/* messages.c: messages on a socket as a kind of link. */
#include "client/client.h"
#include "client/message.h"

const bell_link_kind bell_link_messages = {
    .name = "messages",
    .not_found = "",
    .request_bytes_max = BELL__MESSAGE_REQUEST_MAX,
    .pass = bell__message_pass,
    .protocol = bell__message_link,
    .transport = bell__link_socket,
    .encode = bell__message_encode,
};
