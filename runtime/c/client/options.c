/* options.c: what a client was asked for: what is not said, and what cannot be.
 * It knows no link. */
#include "client/client.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "base/utf8.h"
#include "core/places.h"
#include "fake/fake.h"
#include "transport/headers.h"

/* What means "for ever" to who asks for it is added to a clock here. */
static void fill_time(int64_t *value, int64_t standard)
{
    static const int64_t most = INT64_MAX / 4;
    if (*value == 0) {
        *value = standard;
    }
    if (*value > most) {
        *value = most;
    }
}

static void fill_size(size_t *value, size_t standard)
{
    if (*value == 0) {
        *value = standard;
    }
}

static void fill_count(int32_t *value, int32_t standard)
{
    if (*value == 0) {
        *value = standard;
    }
}

/* That of the first link that has one. */
const char *bell__options_environment(const bell_service *service)
{
    for (uint32_t i = 0; i < service->link_count; i++) {
        if (service->links[i].kind->environment != NULL) {
            return service->links[i].kind->environment;
        }
    }
    return NULL;
}

void bell__options_fill(bell_options *options, const bell_service *service)
{
    enum { MIB = 1024 * 1024 };
    const char *environment = bell__options_environment(service);
    if (options->url == NULL && options->fake == NULL && environment != NULL) {
        options->url = bell__environment_url(environment);
    }
    if (options->name == NULL) {
        options->name = "bellpull";
    }
    fill_time(&options->connect_deadline_ms, 5000);
    fill_time(&options->connect_wait_ms, 10000);
    fill_time(&options->reconnect_min_ms, 500);
    fill_time(&options->reconnect_max_ms, 20000);
    fill_time(&options->ping_grace_ms, 10000);
    fill_size(&options->queue_bytes_max, 16 * MIB);
    fill_size(&options->message_bytes_max, 64 * MIB);
    fill_size(&options->reply_bytes_max, 64 * MIB);
    fill_size(&options->inbox_bytes_max, 64 * MIB);
    fill_time(&options->retry_min_ms, 1000);
    fill_time(&options->retry_max_ms, 60000);
    fill_time(&options->idle_ms, 4000);
    fill_time(&options->url_rest_ms, 5000);
    fill_time(&options->cache_ms, 0);
    fill_size(&options->cache_bytes_max, MIB);
    fill_size(&options->head_bytes_max, 65536);
    fill_count(&options->rest_retries, 3);
    fill_count(&options->retry_budget, 100);
    if (options->calls_max == 0) {
        options->calls_max = MIB;
    }
    if (options->depth_max == 0) {
        options->depth_max = 64;
    }
    if (options->items_max == 0) {
        options->items_max = 16 * MIB;
    }
}

static bool is_utf8(const char *text)
{
    return text == NULL || text[bell__utf8_good(text, strlen(text))] == '\0';
}

const char bell__token_unprintable[] =
    "the token is not printable ASCII without spaces";

const char *bell__token_wrong(const char *token)
{
    if (!bell__str_is_trimmed(bell_str(token))) {
        return "the token begins or ends with a space or a newline: trim it";
    }
    return is_utf8(token) ? NULL : "the token is not UTF-8";
}

static const char *wrong_option(const bell_options *options)
{
    if (options->fake != NULL && options->loop != NULL &&
        options->loop !=
            ((struct bell__line_maker *)(void *)options->fake)->loop) {
        return "a client of a fake lives in the fake's loop: leave loop out";
    }
    if (options->loop != NULL && bell__loop_is_others(options->loop)) {
        return "another thread runs the loop: see bell_loop_release()";
    }
    if (options->deadline_ms < -1) {
        return "deadline_ms is negative (-1 means none)";
    }
    if (options->connect_deadline_ms < 0) {
        return "connect_deadline_ms is negative";
    }
    if (options->connect_wait_ms < -1) {
        return "connect_wait_ms is negative (-1 means none)";
    }
    if (options->reconnect_min_ms < 0 ||
        options->reconnect_max_ms < options->reconnect_min_ms) {
        return "reconnect_min_ms is negative or beyond reconnect_max_ms";
    }
    if (options->ping_grace_ms < 0) {
        return "ping_grace_ms is negative";
    }
    if (options->retry_min_ms < 0 ||
        options->retry_max_ms < options->retry_min_ms) {
        return "retry_min_ms is negative or beyond retry_max_ms";
    }
    if (options->rest_retries < -1) {
        return "rest_retries is negative (-1 means none)";
    }
    if (options->retry_budget < -1) {
        return "retry_budget is negative (-1 means no bound)";
    }
    if (options->redirects_max < -1) {
        return "redirects_max is negative (-1 means none)";
    }
    if (options->idle_ms < 0) {
        return "idle_ms is negative";
    }
    if (options->url_rest_ms < 0) {
        return "url_rest_ms is negative";
    }
    if (options->cache_ms < 0) {
        return "cache_ms is negative";
    }
    if (options->calls_max > UINT32_MAX / 8) {
        return "calls_max is beyond 536870911";
    }
    if ((unsigned)options->mode > BELL_MODE_CHANNEL) {
        return "mode is not a value of bell_mode";
    }
    if ((unsigned)options->tls_version_min > BELL_TLS_1_3) {
        return "tls_version_min is not a version";
    }
    if (options->token != NULL && options->token_get != NULL) {
        return "token and token_get: give one of them";
    }
    if (bell__token_wrong(options->token) != NULL) {
        return bell__token_wrong(options->token);
    }
    if (!is_utf8(options->name)) {
        return "name is not UTF-8";
    }
    if (options->request_bytes_max > UINT32_MAX) {
        return "request_bytes_max is beyond 4294967295";
    }
    return NULL;
}

/* A link has a url of its own, or the client's; a fake needs none. */
static bool has_urls(const bell_options *options, const bell_service *service)
{
    if (options->fake != NULL ||
        (options->url != NULL && options->url[0] != '\0')) {
        return true;
    }
    size_t own = 0;
    for (size_t i = 0; i < options->link_count; i++) {
        own += bell__options_link(options, i).url != NULL;
    }
    return service->link_count != 0 && own == service->link_count;
}

static bell_status invalid(bell_error *error, const char *what,
                           const char *which)
{
    return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                           "options: %s%s", what, which);
}

/* With those that it has. */
static bell_status refuse_link(const bell_service *service, const char *name,
                               bell_error *error)
{
    char known[sizeof error->message] = "";
    size_t size = 0;
    for (uint32_t i = 0; i < service->link_count && size < sizeof known; i++) {
        int written = snprintf(known + size, sizeof known - size, "%s%s",
                               i == 0 ? "" : ", ", service->links[i].name);
        size += written < 0 ? 0 : (size_t)written;
    }
    return bell__error_set(
        error, BELL_INVALID, BELL_ORIGIN_LOCAL,
        "options: links names one that the service does not have: "
        "%s (it has: %s)",
        name == NULL ? "NULL" : name, size == 0 ? "none" : known);
}

static const bell_link *find_link(const bell_service *service, const char *name)
{
    for (uint32_t i = 0; i < service->link_count; i++) {
        if (strcmp(service->links[i].name, name) == 0) {
            return &service->links[i];
        }
    }
    return NULL;
}

bell_link_option bell__options_link(const bell_options *options, size_t i)
{
    bell_link_option option = {NULL, NULL, NULL, NULL, 0};
    size_t size = options->link_size;
    const char *at = (const char *)options->links + i * size;
    memcpy(&option, at, size < sizeof option ? size : sizeof option);
    return option;
}

/* NULL: there may be so many further urls. */
static const char *wrong_urls(const char *const *urls, size_t count, bool rest)
{
    if (count == 0) {
        return NULL;
    }
    if (!rest) {
        return "urls is for rest";
    }
    if (urls == NULL) {
        return "urls is missing, url_count is not 0";
    }
    return count >= BELL__PLACES_MAX ? "urls has more than 63" : NULL;
}

static bool has_rest(const bell_service *service)
{
    for (uint32_t i = 0; i < service->link_count; i++) {
        if (service->links[i].kind->lineless) {
            return true;
        }
    }
    return false;
}

/* What one of them says that cannot be. */
static bell_status check_link(const bell_link_option *option,
                              const bell_link *link, bell_error *error)
{
    const char *wrong = bell__token_wrong(option->token);
    if (wrong == NULL) {
        wrong =
            wrong_urls(option->urls, option->url_count, link->kind->lineless);
    }
    return wrong == NULL
               ? BELL_OK
               : bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                                 "options: links, %s: %s", link->name, wrong);
}

static bell_status check_links(const bell_options *options,
                               const bell_service *service, bell_error *error)
{
    if (options->link_count != 0 && options->links == NULL) {
        return invalid(error, "links is missing, link_count is not 0", "");
    }
    size_t least = offsetof(bell_link_option, token) + sizeof(const char *);
    if (options->link_count != 0 && options->link_size < least) {
        return invalid(error, "link_size is not sizeof links[0]", "");
    }
    for (size_t i = 0; i < options->link_count; i++) {
        bell_link_option option = bell__options_link(options, i);
        const char *name = option.name;
        const bell_link *link = name == NULL ? NULL : find_link(service, name);
        if (link == NULL) {
            return refuse_link(service, name, error);
        }
        bell_status status = check_link(&option, link, error);
        if (status != BELL_OK) {
            return status;
        }
        for (size_t j = 0; j < i; j++) {
            if (strcmp(bell__options_link(options, j).name, name) == 0) {
                return invalid(error, "links names one twice: ", name);
            }
        }
    }
    return BELL_OK;
}

static bell_status check_url(const bell_options *options,
                             const bell_service *service, bell_error *error)
{
    const char *environment = bell__options_environment(service);
    if (has_urls(options, service)) {
        return BELL_OK;
    }
    return bell__error_set(error, BELL_INVALID, BELL_ORIGIN_LOCAL,
                           environment == NULL
                               ? "options: url is missing"
                               : "options: url is missing (or set $%s_URL)",
                           environment);
}

static bell_status check_headers(const bell_options *options, bell_error *error)
{
    char wrong[sizeof error->message];
    if (options->header_count != 0 && options->headers == NULL) {
        return invalid(error, "headers is missing, header_count is not 0", "");
    }
    if (bell__headers_wrong(options->headers, options->header_count, wrong,
                            sizeof wrong)) {
        return invalid(error, wrong, "");
    }
    if (options->origin != NULL && !bell__headers_value(options->origin)) {
        return invalid(error,
                       "origin is not printable ASCII without spaces around it",
                       "");
    }
    if (options->origin != NULL &&
        bell__headers_have(options->headers, options->header_count, "Origin")) {
        return invalid(error, "origin and the header Origin: give one of them",
                       "");
    }
    return BELL_OK;
}

bell_status bell__options_check(const bell_options *options,
                                const bell_service *service, bell_error *error)
{
    bell_status status = check_links(options, service, error);
    if (status == BELL_OK) {
        status = check_url(options, service, error);
    }
    if (status == BELL_OK) {
        status = check_headers(options, error);
    }
    if (status != BELL_OK) {
        return status;
    }
    const char *wrong = wrong_option(options);
    if (wrong == NULL) {
        wrong =
            wrong_urls(options->urls, options->url_count, has_rest(service));
    }
    return wrong == NULL ? BELL_OK : invalid(error, wrong, "");
}

void bell__options_forget(bell_options *options)
{
    options->url = NULL;
    options->urls = NULL;
    options->url_count = 0;
    options->token = NULL;
    options->user_id = NULL;
    options->name = NULL;
    options->user_agent = NULL;
    options->proxy = NULL;
    options->origin = NULL;
    options->request_channel = NULL;
    options->reply_channel = NULL;
    options->responder_user = NULL;
    options->tls_ca_file = NULL;
    options->tls_ca_folder = NULL;
    options->tls_certificate_file = NULL;
    options->tls_key_file = NULL;
    options->allocator = NULL;
    options->connect_data = (bell_json){NULL, 0};
    options->headers = NULL;
    options->header_count = 0;
    options->links = NULL;
    options->link_count = 0;
    options->link_size = 0;
}
