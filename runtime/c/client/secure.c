/* secure.c: the url of a link and its TLS, by the client's options. It knows no
 * protocol. */
#include "client/secure.h"

#include "base/error.h"
#include "client/client.h"
#include "transport/url.h"

bell_status bell__link_check_url(const struct bell__link *link,
                                 const struct bell__link_texts *texts,
                                 bell_error *error)
{
    struct bell__url url;
    bell_error wrong;
    if (!texts->own_url) {
        return BELL_OK; /* who makes the line tells it */
    }
    bell_status status = bell__url_read(texts->url, &url, &wrong);
    if (status == BELL_OK) {
        return BELL_OK;
    }
    return bell__error_set(error, status, BELL_ORIGIN_LOCAL,
                           "options: links, %s: %s", link->table->name,
                           wrong.message);
}

struct bell__tls_options bell__link_tls(const bell_options *options)
{
    return (struct bell__tls_options){
        .ca_file = options->tls_ca_file,
        .ca_folder = options->tls_ca_folder,
        .certificate_file = options->tls_certificate_file,
        .key_file = options->tls_key_file,
        .version_min = options->tls_version_min == BELL_TLS_1_3 ? BELL_TLS_1_3
                                                                : BELL_TLS_1_2,
        .unverified = options->tls_insecure_accept_anybody,
    };
}
