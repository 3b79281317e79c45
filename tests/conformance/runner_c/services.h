/* services.h: whose calls a runner makes. */
#ifndef TESTS_CONFORMANCE_SERVICES_H
#define TESTS_CONFORMANCE_SERVICES_H

#include <bell/schema.h>

/* The last is NULL. */
extern const bell_service *const services[];

#endif
