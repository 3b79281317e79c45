/* services.c: the services of the corpus. */
#include "services.h"

#include <kinds.h>
#include <plain.h>
#include <web.h>

const bell_service *const services[] = {&kinds_service, &plain_service,
                                        &web_service, NULL};
