/* certificates.c: writes certificates for TLS scenarios, each with its key, as
 * FOLDER/NAME.pem. They live as long as the folder.
 *
 *   live_certificates FOLDER */
#include "unit/certificates.h"

static const char both[] = "DNS:localhost,IP:127.0.0.1";

static void write_one(const char *folder, const char *name,
                      const struct identity *identity)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.pem", folder, name);
    identity_write(identity, path, true);
}

int main(int count, char **arguments)
{
    if (count != 2) {
        fprintf(stderr, "usage: live_certificates FOLDER\n");
        return 2;
    }
    struct identity authority = identity_make("authority", NULL, NULL, -1, 9);
    struct identity nobody = identity_make("nobody", NULL, NULL, -1, 9);
    const struct {
        const char *name;
        struct identity identity;
    } servers[] = {
        {"good", identity_make("server", both, &authority, -1, 1)},
        {"other", identity_make("x", "DNS:example.org", &authority, -1, 1)},
        {"expired", identity_make("server", both, &authority, -3, -1)},
        {"early", identity_make("server", both, &authority, 1, 3)},
        {"alone", identity_make("server", both, NULL, -1, 1)},
        {"stranger", identity_make("server", both, &nobody, -1, 1)},
    };
    write_one(arguments[1], "authority", &authority);
    for (size_t i = 0; i < sizeof servers / sizeof servers[0]; i++) {
        struct identity identity = servers[i].identity;
        write_one(arguments[1], servers[i].name, &identity);
        identity_free(&identity);
    }
    identity_free(&authority);
    identity_free(&nobody);
    return check_failed != 0;
}
