/* tls_trouble.c: why a TLS line could not be, in words that say what to do. */
#include "transport/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <stdio.h>
#include <string.h>

/* Of the certificate: what its verification said. */
static const struct {
    long result;
    const char *words; /* %s is the host */
} refusals[] = {
    {X509_V_ERR_HOSTNAME_MISMATCH,
     "the server's certificate is for another name than %s"},
    {X509_V_ERR_IP_ADDRESS_MISMATCH,
     "the server's certificate is for another address than %s"},
    {X509_V_ERR_CERT_HAS_EXPIRED, "the server's certificate has expired"},
    {X509_V_ERR_CERT_NOT_YET_VALID,
     "the server's certificate is not valid yet: is this machine's clock "
     "right?"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
     "the server's certificate is self-signed: trust it with tls_ca_file"},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
     "the server's certificate is not signed by a trusted authority: add its "
     "CA with tls_ca_file"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
     "the server's certificate is not signed by a trusted authority: add its "
     "CA with tls_ca_file"},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
     "the server's certificate is not signed by a trusted authority: add its "
     "CA with tls_ca_file"},
};

/* Of the handshake, by OpenSSL's reasons: alerts and what is no TLS. */
static const struct {
    int reason;
    const char *words;
} reasons[] = {
    {SSL_R_WRONG_VERSION_NUMBER,
     "the server does not speak TLS here: is this a ws:// port?"},
    {SSL_R_PACKET_LENGTH_TOO_LONG,
     "the server does not speak TLS here: is this a ws:// port?"},
    {SSL_R_HTTP_REQUEST,
     "the server does not speak TLS here: is this a ws:// port?"},
    {SSL_R_UNSUPPORTED_PROTOCOL,
     "the server does not speak a TLS version that tls_version_min allows"},
    {SSL_R_TLSV1_ALERT_PROTOCOL_VERSION,
     "the server does not speak a TLS version that tls_version_min allows"},
    {SSL_R_NO_PROTOCOLS_AVAILABLE,
     "this system's OpenSSL allows no version of TLS"},
    {SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED,
     "the server wants a certificate of this client: set "
     "tls_certificate_file"},
    {SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE,
     "the server refused the handshake: does it want a certificate of this "
     "client (tls_certificate_file)?"},
    {SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
     "the server refused this client's certificate"},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED,
     "the server says that this client's certificate has expired"},
    {SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN,
     "the server refused this client's certificate"},
    {SSL_R_TLSV1_ALERT_UNKNOWN_CA, "the server does not trust the authority "
                                   "that signed this client's certificate"},
    {SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL,
     "the server does not speak http/1.1 (ALPN), which WebSocket begins with"},
    {SSL_R_TLSV1_UNRECOGNIZED_NAME,
     "the server has no certificate for this name"},
};

static const char *find_reason(int reason)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (reasons[i].reason == reason) {
            return reasons[i].words;
        }
    }
    return NULL;
}

static bool explain_certificate(const SSL *ssl, const char *host, char *out,
                                size_t size)
{
    long result = SSL_get_verify_result(ssl);
    if (result == X509_V_OK || SSL_get_verify_mode(ssl) == SSL_VERIFY_NONE) {
        return false;
    }
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        if (refusals[i].result == result) {
            /* The one %s of the table's texts. */
            const char *mark = strstr(refusals[i].words, "%s");
            int head = mark != NULL ? (int)(mark - refusals[i].words)
                                    : (int)strlen(refusals[i].words);
            snprintf(out, size, "%.*s%s", head, refusals[i].words,
                     mark != NULL ? host : "");
            return true;
        }
    }
    snprintf(out, size, "the server's certificate is refused: %s",
             X509_verify_cert_error_string(result));
    return true;
}

void bell__tls_explain(const SSL *ssl, int result, int os_error,
                       const char *host, char *out, size_t size)
{
    unsigned long code = ERR_peek_error();
    int reason = ERR_GET_REASON(code);
    const char *words = code != 0 ? find_reason(reason) : NULL;
    if (!SSL_is_init_finished(ssl) &&
        explain_certificate(ssl, host, out, size)) {
        return;
    }
    if (words != NULL) {
        snprintf(out, size, "%s", words);
    } else if (os_error != 0) {
        snprintf(out, size, "the connection broke: %s", strerror(os_error));
    } else if (code == 0 || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        snprintf(out, size, "the server ended the connection%s",
                 SSL_is_init_finished(ssl)
                     ? ""
                     : " in the TLS handshake: does it speak TLS on this "
                       "port?");
    } else {
        const char *text = ERR_reason_error_string(code);
        snprintf(out, size, "TLS failed: %s (%d)",
                 text != NULL ? text : "unknown reason", result);
    }
}
