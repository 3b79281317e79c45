/* codes.h: every error a schema can earn, by a name here and a stable number
 * for users. docs/errors.md is made from the table in codes.c. */
#ifndef GENERATOR_BASE_CODES_H
#define GENERATOR_BASE_CODES_H

#include <stddef.h>

/* The text itself. */
#define CODE_NOT_UTF8  "E001"
#define CODE_CHARACTER "E002"
#define CODE_EMPTY     "E003"
#define CODE_YAML      "E004"
#define CODE_JSON      "E005"
#define CODE_TAB       "E006"
#define CODE_UNCLOSED  "E007"
#define CODE_QUOTE     "E008"
#define CODE_TWICE     "E009"
#define CODE_ALIAS     "E010"
#define CODE_TOO_LARGE "E011"
#define CODE_TOO_DEEP  "E012"
#define CODE_TAG       "E013"
#define CODE_MERGE     "E014"
#define CODE_DOCUMENTS "E015"
#define CODE_KEY       "E016"
#define CODE_MEMORY    "E017"

/* What a schema may say where. */
#define CODE_KIND        "E101"
#define CODE_UNKNOWN_KEY "E102"
#define CODE_MISSING     "E103"
#define CODE_VERSION     "E104"
/* E105 was "not supported yet". */
#define CODE_NAME      "E106"
#define CODE_COLLISION "E107"
#define CODE_TOO_MANY  "E108"

/* Types. */
#define CODE_UNKNOWN_TYPE "E201"
#define CODE_SHAPE        "E202"
#define CODE_NO_TYPE      "E203"
#define CODE_ENDLESS      "E204"
#define CODE_ALIAS_CYCLE  "E205"
#define CODE_ENUM         "E206"
#define CODE_UNION        "E207"
#define CODE_VARIANT      "E208"
#define CODE_TAG_FIELD    "E209"
#define CODE_DEFAULT      "E210"
#define CODE_RULE         "E211"
#define CODE_RULE_PATTERN "E212"
#define CODE_SHARED       "E213"
#define CODE_ONLY_TYPE    "E214"
#define CODE_OTHERS       "E215"

/* Methods and channels. */
#define CODE_PARAMS   "E301"
#define CODE_DEADLINE "E302"
#define CODE_ERRORS   "E303"
#define CODE_RESERVED "E304"
#define CODE_PATTERN  "E305"
#define CODE_EVENT    "E306"
#define CODE_EXAMPLE  "E307"
#define CODE_REPLY    "E308"
#define CODE_PATH     "E309"
#define CODE_ENDPOINT "E310"
#define CODE_MESSAGE  "E311"
#define CODE_STREAM   "E312"
#define CODE_SOCKET   "E313"

/* Services of one run. */
#define CODE_SERVICES "E401"
#define CODE_SYMBOLS  "E402"

/* Files of a schema. */
#define CODE_INCLUDE_FILE "E403"

/* Templates. */
#define CODE_TEMPLATE  "E501"
#define CODE_INCLUDE   "E502"
#define CODE_STATEMENT "E503"
#define CODE_VARIABLE  "E504"
#define CODE_FIELD     "E505"
#define CODE_FILTER    "E506"
#define CODE_VALUE     "E507"
#define CODE_CALL      "E508"
#define CODE_OUTPUT    "E509"
#define CODE_LANGUAGE  "E510"
#define CODE_BLOCK     "E511"

struct code {
    const char *code;
    const char *title;   /* a few words */
    const char *meaning; /* what is wrong and what to do, in sentences */
    const char *example; /* a schema or a part of one that earns it */
};

/* In the order of the numbers; ends with code NULL. */
extern const struct code codes[];

#endif
