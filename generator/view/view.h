/* view.h: a checked service as templates see it: the published model. Names,
 * layout and order are decided here; a template only writes them down. */
#ifndef GENERATOR_VIEW_VIEW_H
#define GENERATOR_VIEW_VIEW_H

#include "bind/bind.h"
#include "model/model.h"
#include "tree/outline.h"
#include "view/lang.h"

/* What templates may ask for; ends with a name of NULL. */
extern const struct outline view_outlines[];

/* The one variable that a template starts with, and its outline. */
extern const char view_root[];

/* `tables` are those of the service: what its defaults are as values. NULL
 * where memory is short. */
const struct node *view_service(const struct service *service,
                                const bell_service *tables,
                                const struct lang *lang,
                                struct bell__arena *arena);

#endif
