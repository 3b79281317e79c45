/* tls_context.c: what many lines share: the certificates that are trusted, the
 * client's own, and how bytes reach a descriptor without a signal. */
#include "transport/tls.h"

#include <errno.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/memory.h"

struct bell__tls_context {
    struct bell__tls_context *next;
    struct bell_loop *loop;
    uint32_t users;
    SSL_CTX *ssl;
    BIO_METHOD *bio;
    size_t texts_size;
    bell_tls_version version_min;
    bool unverified;
    char texts[]; /* the four paths, each with its NUL; empty: none */
};

/* ---- Bytes to a descriptor ------------------------------------------------
 */

/* OpenSSL's own would raise SIGPIPE in a program that has not asked for it. */
static int bio_write(BIO *bio, const char *bytes, int size)
{
    struct bell__socket *socket = BIO_get_data(bio);
    ssize_t put;
    do {
        put = send(socket->fd, bytes, (size_t)size, BELL__NO_SIGNAL);
    } while (put < 0 && errno == EINTR);
    BIO_clear_retry_flags(bio);
    socket->put += put > 0 ? (uint64_t)put : 0;
    if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        BIO_set_retry_write(bio);
    } else if (put < 0) {
        socket->os_error = errno;
    }
    return (int)put;
}

static int bio_read(BIO *bio, char *bytes, int size)
{
    struct bell__socket *socket = BIO_get_data(bio);
    ssize_t got;
    do {
        got = recv(socket->fd, bytes, (size_t)size, 0);
    } while (got < 0 && errno == EINTR);
    BIO_clear_retry_flags(bio);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        BIO_set_retry_read(bio);
    } else if (got < 0) {
        socket->os_error = errno;
    }
    socket->at_end = got == 0;
    return (int)got;
}

static long bio_control(BIO *bio, int command, long number, void *pointer)
{
    const struct bell__socket *socket = BIO_get_data(bio);
    (void)number;
    (void)pointer;
    switch (command) {
    case BIO_CTRL_FLUSH:
        return 1;
    case BIO_CTRL_EOF:
        return socket->at_end;
    default:
        return 0;
    }
}

static BIO_METHOD *make_bio_method(void)
{
    int type = BIO_get_new_index();
    BIO_METHOD *method =
        type < 0 ? NULL : BIO_meth_new(type | BIO_TYPE_SOURCE_SINK, "bell");
    if (method != NULL) {
        BIO_meth_set_write(method, bio_write);
        BIO_meth_set_read(method, bio_read);
        BIO_meth_set_ctrl(method, bio_control);
    }
    return method;
}

BIO *bell__tls_bio(struct bell__tls_context *context,
                   struct bell__socket *socket)
{
    BIO *bio = BIO_new(context->bio);
    if (bio != NULL) {
        BIO_set_data(bio, socket);
        BIO_set_init(bio, 1);
    }
    return bio;
}

const bell_allocator *bell__tls_memory(const struct bell__tls_context *context)
{
    return &context->loop->memory;
}

SSL *bell__tls_session(struct bell__tls_context *context)
{
    return SSL_new(context->ssl);
}

/* ---- Options --------------------------------------------------------------
 */

enum { TEXTS = 4 };

static void list_texts(const struct bell__tls_options *options,
                       const char *texts[TEXTS])
{
    texts[0] = options->ca_file;
    texts[1] = options->ca_folder;
    texts[2] = options->certificate_file;
    texts[3] = options->key_file;
}

static size_t measure(const struct bell__tls_options *options)
{
    const char *texts[TEXTS];
    size_t size = 0;
    list_texts(options, texts);
    for (int i = 0; i < TEXTS; i++) {
        size += (texts[i] != NULL ? strlen(texts[i]) : 0) + 1;
    }
    return size;
}

static void write_texts(const struct bell__tls_options *options, char *out)
{
    const char *texts[TEXTS];
    list_texts(options, texts);
    for (int i = 0; i < TEXTS; i++) {
        size_t size = texts[i] != NULL ? strlen(texts[i]) : 0;
        if (size != 0) {
            memcpy(out, texts[i], size);
        }
        out += size;
        *out++ = '\0';
    }
}

static bool is_same(const struct bell__tls_context *context,
                    const struct bell__tls_options *options)
{
    const char *texts[TEXTS];
    const char *at = context->texts;
    list_texts(options, texts);
    for (int i = 0; i < TEXTS; i++) {
        if (strcmp(at, texts[i] != NULL ? texts[i] : "") != 0) {
            return false;
        }
        at += strlen(at) + 1;
    }
    return context->version_min == options->version_min &&
           context->unverified == options->unverified;
}

/* "tls_ca_file x.pem: no such file" */
static bell_status refuse(bell_error *error, const char *option,
                          const char *value)
{
    unsigned long code = ERR_peek_error();
    const char *reason = ERR_SYSTEM_ERROR(code) ? strerror(ERR_GET_REASON(code))
                                                : ERR_reason_error_string(code);
    ERR_clear_error();
    return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                           "options: %s %s cannot be used: %s", option, value,
                           reason != NULL ? reason : "unknown reason");
}

static bell_status load_trust(SSL_CTX *ssl,
                              const struct bell__tls_options *options,
                              bell_error *error)
{
    if (options->unverified) {
        SSL_CTX_set_verify(ssl, SSL_VERIFY_NONE, NULL);
        return BELL_OK;
    }
    SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER, NULL);
    if (options->ca_file == NULL && options->ca_folder == NULL &&
        SSL_CTX_set_default_verify_paths(ssl) != 1) {
        return refuse(error, "the system's certificates", "");
    }
    if (options->ca_file != NULL &&
        SSL_CTX_load_verify_file(ssl, options->ca_file) != 1) {
        return refuse(error, "tls_ca_file", options->ca_file);
    }
    if (options->ca_folder != NULL &&
        SSL_CTX_load_verify_dir(ssl, options->ca_folder) != 1) {
        return refuse(error, "tls_ca_folder", options->ca_folder);
    }
    return BELL_OK;
}

static bell_status load_own(SSL_CTX *ssl,
                            const struct bell__tls_options *options,
                            bell_error *error)
{
    const char *certificate = options->certificate_file;
    const char *key = options->key_file;
    if (certificate == NULL) {
        return key == NULL
                   ? BELL_OK
                   : bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                                     "options: tls_key_file wants "
                                     "tls_certificate_file beside it");
    }
    if (SSL_CTX_use_certificate_chain_file(ssl, certificate) != 1) {
        return refuse(error, "tls_certificate_file", certificate);
    }
    key = key != NULL ? key : certificate;
    if (SSL_CTX_use_PrivateKey_file(ssl, key, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(ssl) != 1) {
        return refuse(error, "tls_key_file", key);
    }
    return BELL_OK;
}

/* A password on the key cannot be asked for here: nobody is at the terminal. */
static int no_password(char *room, int size, int writing, void *context)
{
    (void)room;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

static bell_status configure(SSL_CTX *ssl,
                             const struct bell__tls_options *options,
                             bell_error *error)
{
    static const unsigned char protocols[] = "\x08http/1.1";
    int version =
        options->version_min == BELL_TLS_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL_CTX_set_default_passwd_cb(ssl, no_password);
    SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(ssl, SSL_MODE_ENABLE_PARTIAL_WRITE |
                              SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(ssl, 1);
    if (SSL_CTX_set_min_proto_version(ssl, version) != 1 ||
        SSL_CTX_set_alpn_protos(ssl, protocols, sizeof protocols - 1) != 0) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for TLS");
    }
    bell_status status = load_trust(ssl, options, error);
    return status == BELL_OK ? load_own(ssl, options, error) : status;
}

static void free_context(struct bell__tls_context *context)
{
    bell_allocator memory = context->loop->memory;
    SSL_CTX_free(context->ssl);
    BIO_meth_free(context->bio);
    bell__memory_free(&memory, context, sizeof *context + context->texts_size);
}

bell_status bell__tls_open(struct bell_loop *loop,
                           const struct bell__tls_options *options,
                           struct bell__tls_context **context,
                           bell_error *error)
{
    for (struct bell__tls_context *at = loop->tls; at != NULL; at = at->next) {
        if (is_same(at, options)) {
            at->users++;
            *context = at;
            return BELL_OK;
        }
    }
    size_t texts = measure(options);
    struct bell__tls_context *made =
        bell__memory_take(&loop->memory, sizeof *made + texts);
    if (made == NULL) {
        return bell__error_set(error, BELL_NO_MEMORY, BELL_ORIGIN_LOCAL,
                               "no memory for TLS");
    }
    memset(made, 0, sizeof *made);
    made->loop = loop;
    made->users = 1;
    made->texts_size = texts;
    made->version_min = options->version_min;
    made->unverified = options->unverified;
    write_texts(options, made->texts);
    ERR_clear_error();
    made->ssl = SSL_CTX_new(TLS_client_method());
    made->bio = make_bio_method();
    bell_status status = BELL_NO_MEMORY;
    if (made->ssl != NULL && made->bio != NULL) {
        status = configure(made->ssl, options, error);
    } else {
        bell__error_set(error, status, BELL_ORIGIN_LOCAL, "no memory for TLS");
    }
    if (status != BELL_OK) {
        free_context(made);
        return status;
    }
    made->next = loop->tls;
    loop->tls = made;
    *context = made;
    return BELL_OK;
}

void bell__tls_close(struct bell__tls_context *context)
{
    if (context == NULL || --context->users > 0) {
        return;
    }
    struct bell__tls_context **link = &context->loop->tls;
    while (*link != context) {
        link = &(*link)->next;
    }
    *link = context->next;
    free_context(context);
}
