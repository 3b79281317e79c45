/* details.h: what came with a refusal over HTTP, as an answer to the driver. */
#ifndef TESTS_CONFORMANCE_DETAILS_H
#define TESTS_CONFORMANCE_DETAILS_H

#include <bell/bell.h>
#include <cjson/cJSON.h>

/* Adds a member `http`; NULL: nothing. */
void add_details(cJSON *line, const bell_http_error *http);

#endif
