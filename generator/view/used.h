/* used.h: the types that a service uses, each once, with their names in a
 * language and the orders in which a compiler wants them. Private to this
 * room. */
#ifndef GENERATOR_VIEW_USED_H
#define GENERATOR_VIEW_USED_H

#include "bind/bind.h"
#include "model/model.h"
#include "view/names.h"

enum used_kind {
    USED_SCALAR,
    USED_ENUM,
    USED_RECORD,
    USED_UNION,
    USED_LIST,
    USED_MAP,
    USED_OPTION,
    USED_RULED /* an item under a rule: a table of its own, not a type */
};

/* A scalar for each of its forms. */
enum { FORMED_COUNT = SCALAR_COUNT + FORM_COUNT - 1 };

/* One type. What is composed has an item; what is named has a type. */
struct used {
    enum used_kind kind;
    enum scalar scalar;
    enum form form;
    const struct type *type;
    struct used *item;
    struct used *plain; /* what it is as a type of the language: without the
                           rules in it; mostly itself */
    const struct rule *rule;
    bool bare;           /* a record made for a result that is none */
    bell_string spelled; /* as the schema would: "map<int64>[]" */
    bell_string key;     /* the same, but no rule is like another */
    bell_string stem;    /* in snake case, with the service's name */
    bell_string element; /* the same without: what composed names begin with */
    bell_string symbol;  /* the type in the language */
    bell_string entry;   /* map: the type of an entry */
    bell_string table;
    bell_string parts;   /* the table of its fields, values or variants */
    bell_string pattern; /* ruled: the pattern, and behind it its steps */
    bell_string shared;  /* union: the record of its fields, and their table */
    bell_string steps;
    bell_string shared_parts;
    uint32_t scope; /* of its members' names */
    bool sent;      /* in some method's params */
    bool forward;   /* its table is needed before it can stand */
    unsigned char table_mark, struct_mark;
    struct node *node; /* as templates see it; made by view.c */
    struct used *next;
    struct used *next_table;
    struct used *next_struct;
};

struct used_list {
    struct used *first;
    struct used *last;
};

struct uses {
    const struct service *service;
    const bell_service *bound;
    const struct lang *lang;
    struct bell__arena *arena;
    struct names names;
    bell_string prefix; /* the service's name in snake case */
    struct used scalars[FORMED_COUNT];
    struct used_list all;     /* named in schema order, then composed */
    struct used_list tables;  /* reached from methods and channels */
    struct used_list structs; /* after what they hold by value; maps stand for
                                 their entries */
    uint32_t scopes;
    bool failed; /* memory was short */
};

/* The calls that functions are made of, in schema order: those on sockets only
 * where the language has them. NULL: there is none, or none more. */
const struct method *uses_calls(const struct uses *uses);
const struct method *uses_next_call(const struct uses *uses,
                                    const struct method *call);

/* An identifier for a name of the service, not yet claimed. */
bell_string uses_identifier(struct uses *uses, bell_string name,
                            enum letter_case letters);

/* The same in snake case, without the service's name: what names of tables end
 * with. */
bell_string uses_element(struct uses *uses, bell_string name);

/* A free name in the file for what programs do not name: `prefix` before
 * `element`, in the language's case of tables. */
bell_string uses_table(struct uses *uses, const char *prefix,
                       bell_string element);

/* Names what the schema named; methods must have claimed theirs before. */
void uses_open_types(struct uses *uses);

/* The type of a place under its rules, without its ` | null`. */
struct used *uses_shape(struct uses *uses, const struct shape *shape);

/* A type of the service, never an alias. */
struct used *uses_type(struct uses *uses, const struct type *type);

/* The record of a method's result: what the schema named, or one made. */
struct used *uses_result(struct uses *uses, const struct method *method);

/* Whether a field is a pointer: what may be missing and is large. */
bool uses_by_pointer(struct uses *uses, const struct field *field);

/* Marks what params send, and puts its tables in order; then reach adds the
 * tables of what comes back, and at last the structs are put in order. */
void uses_open_order(struct uses *uses);
void uses_reach(struct uses *uses, struct used *used);
void uses_order(struct uses *uses);

#endif
