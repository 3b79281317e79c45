/* url.h: where a server is: ws://host[:port][/path][?query], taken apart. It
 * knows no sockets, and not what is spoken there: an http url names the same
 * server as a ws url, and an https url as a wss url. */
#ifndef BELL__TRANSPORT_URL_H
#define BELL__TRANSPORT_URL_H

#include <bell/bell.h>

/* The parts point into the text that was read. */
struct bell__url {
    bell_string host;      /* without the brackets of an IPv6 address */
    bell_string authority; /* host[:port] as written, for the Host header */
    bell_string path;      /* begins with '/'; empty: none was given */
    bell_string query;     /* begins with '?', or empty */
    uint16_t port;
    bool secure; /* wss:// or https:// */
};

/* BELL_INVALID says what is wrong; nothing is kept of a wrong text. */
bell_status bell__url_read(const char *text, struct bell__url *url,
                           bell_error *error);

/* Its path, or, where it has none or only /, `standard`; NULL: /. */
bell_string bell__url_path(const struct bell__url *url, const char *standard);

#endif
