/* services.c: the service of a whole server, for the runner of the corpus. */
#include "conformance/runner_c/services.h"

#include <arcp.h>

const bell_service *const services[] = {&arcp_service, NULL};
