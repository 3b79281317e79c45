/* certificates.h: keys and certificates that a test makes for itself, in a
 * folder of its own. */
#ifndef TESTS_UNIT_CERTIFICATES_H
#define TESTS_UNIT_CERTIFICATES_H

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#include "unit/check.h"

struct identity {
    EVP_PKEY *key;
    X509 *certificate;
};

static inline void add_extension(X509 *certificate, X509 *issuer, int kind,
                                 const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension =
        X509V3_EXT_conf_nid(NULL, &context, kind, value);
    CHECK(extension != NULL);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

/* `names` is a subjectAltName ("DNS:localhost,IP:127.0.0.1"); NULL: an
 * authority. `issuer` NULL: signed by itself. Days count from now. */
static inline struct identity identity_make(const char *common,
                                            const char *names,
                                            const struct identity *issuer,
                                            long from_days, long until_days)
{
    static long serial = 1;
    struct identity made = {EVP_EC_gen("P-256"), X509_new()};
    X509 *certificate = made.certificate;
    const X509 *signer = issuer != NULL ? issuer->certificate : certificate;
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
    X509_gmtime_adj(X509_getm_notBefore(certificate), from_days * 86400);
    X509_gmtime_adj(X509_getm_notAfter(certificate), until_days * 86400);
    X509_set_pubkey(certificate, made.key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN",
                               MBSTRING_ASC, (const unsigned char *)common, -1,
                               -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(signer));
    add_extension(certificate, (X509 *)(uintptr_t)signer, NID_basic_constraints,
                  names == NULL ? "critical,CA:TRUE" : "CA:FALSE");
    if (names != NULL) {
        add_extension(certificate, (X509 *)(uintptr_t)signer,
                      NID_subject_alt_name, names);
    }
    CHECK(X509_sign(certificate, issuer != NULL ? issuer->key : made.key,
                    EVP_sha256()) != 0);
    return made;
}

static inline void identity_free(struct identity *identity)
{
    EVP_PKEY_free(identity->key);
    X509_free(identity->certificate);
}

/* Writes the certificate, and where `key` its key behind it. */
static inline void identity_write(const struct identity *identity,
                                  const char *path, bool key)
{
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    if (file == NULL) {
        return;
    }
    CHECK(PEM_write_X509(file, identity->certificate) == 1);
    if (key) {
        CHECK(PEM_write_PrivateKey(file, identity->key, NULL, NULL, 0, NULL,
                                   NULL) == 1);
    }
    fclose(file);
}

#endif
