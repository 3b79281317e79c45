/* api.h: a Centrifugo's server API, as far as replies need it: publish, over
 * HTTP: https://centrifugal.dev/docs/server/server_api. It knows no schema. */
#ifndef GENERATOR_SERVE_API_H
#define GENERATOR_SERVE_API_H

#include "base/buf.h"
#include "peer/outlet.h"
#include "serve/net.h"

enum { API_HOST_BYTES = 254, API_PATH_BYTES = 512, API_KEY_BYTES = 512 };

/* Requests wait in line; a few are under way. */
struct api {
    struct net_timer timer;     /* when it goes on */
    int64_t pause_until;        /* after a failure: nothing starts before */
    struct bell__outlet outlet; /* bodies of requests, with their times */
    char host[API_HOST_BYTES];
    char path[API_PATH_BYTES]; /* of the API, "/api" */
    char key[API_KEY_BYTES];   /* empty: none is shown */
    int port;
    struct net *net;
    struct sockaddr_storage address; /* of the host, once it is known */
    size_t address_size;
    size_t missed; /* so many addresses of the host led nowhere */
    struct api_request *first;
    struct api_request *last;
    size_t waiting;
    size_t running;
};

/* False where the url is no http://host[:port]/path, or the key is nothing that
 * a header can hold: a sentence is on stderr.
 * `url` and `key` NULL: $CENTRIFUGO_API_URL, else http://127.0.0.1:8000/api;
 * $CENTRIFUGO_API_KEY, else none. */
bool api_open(struct api *api, struct net *net, const char *url,
              const char *key);

/* Before the net closes: forgets what waits. */
void api_close(struct api *api);

/* True where one more request can be taken. */
bool api_has_room(const struct api *api);

/* Publishes `data` (JSON) to a channel, soon; tried three times. What comes of
 * it is told on stderr where it fails. What goes wrong with it on demand (NULL:
 * nothing) is when and how often. False where memory is short. */
bool api_publish(struct api *api, bell_string channel, bell_string data,
                 const struct bell__mishap *mishap);

#endif
