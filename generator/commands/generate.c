/* generate.c: the command that writes clients: schemas in, a folder out. */
#include "commands/clients.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/report.h"
#include "commands/load.h"
#include "generate.h"
#include "language.h"
#include "output/depfile.h"
#include "output/write.h"

/* The languages of the program, as options. */
static const struct option_name *names(struct bell__arena *arena)
{
    const struct known_language *known = language_known(arena);
    size_t count = 0;
    size_t there = 0;
    while (known != NULL && known[count].folder != NULL) {
        count++;
    }
    struct option_name *named =
        bell__arena_take(arena, (count + 1) * sizeof *named);
    for (size_t i = 0; i < count && named != NULL; i++) {
        if (!language_exists(NULL, known[i].folder, arena)) {
            continue; /* only announced */
        }
        size_t room = known[i].title.size + sizeof "write ";
        char *summary = bell__arena_bytes(arena, room);
        if (summary == NULL) {
            return NULL;
        }
        snprintf(summary, room, "write %.*s", (int)known[i].title.size,
                 known[i].title.text);
        named[there++] = (struct option_name){known[i].folder, summary};
    }
    if (named != NULL) {
        named[there] = (struct option_name){NULL, NULL};
    }
    return named;
}

const struct option generate_table[] = {
    OPTION_TEXT(struct clients_options, output, "output", "DIR",
                "write the files below DIR (default: generated)"),
    OPTION_NAMES(struct clients_options, languages, names),
    OPTION_FLAG(struct clients_options, all, "all",
                "write all languages (the default)"),
    OPTION_TEXT(struct clients_options, templates, "templates", "DIR",
                "use templates from DIR; DIR/NAME adds the option --NAME"),
    OPTION_PAIRS(struct clients_options, sets, "set", "KEY=VALUE",
                 "set an option of a language, such as TypeScript's "
                 "int64=bigint"),
    OPTION_FLAG(struct clients_options, check, "check",
                "write nothing; exit with 4 if files are out of date"),
    OPTION_FLAG(struct clients_options, dry_run, "dry-run",
                "write nothing; print what would be done"),
    OPTION_FLAG(struct clients_options, clean, "clean",
                "remove generated files that this run does not write"),
    OPTION_INCLUDE_ROOT(struct clients_options),
    OPTION_TEXT(struct clients_options, depfile, "depfile", "FILE",
                "write a dependency file for make or ninja"),
    OPTION_FLAG(struct clients_options, list, "list",
                "write nothing; print the names of the files"),
    OPTION_FLAG(struct clients_options, flat, "flat",
                "make no folders for languages and services"),
    OPTION_VERBOSE(struct clients_options),
    OPTION_QUIET(struct clients_options),
    OPTION_END,
};

struct job {
    const struct command *command;
    const struct words *words;
    const struct clients_options *options;
    struct bell__arena arena;
    struct plan plan;
    struct diags diags;
    struct schema *schemas;
    const char *chosen[LANGUAGES_MAX]; /* their folders */
    size_t chosen_count;
};

static void choose(struct job *job, const char *folder)
{
    for (size_t i = 0; i < job->chosen_count; i++) {
        if (strcmp(job->chosen[i], folder) == 0) {
            return;
        }
    }
    assert(job->chosen_count < LANGUAGES_MAX);
    job->chosen[job->chosen_count++] = folder;
}

static bool is_named(const struct job *job, const char *folder)
{
    const struct option_texts *languages = &job->options->languages;
    for (size_t i = 0; i < languages->count; i++) {
        if (strcmp(languages->at[i], folder) == 0) {
            return true;
        }
    }
    return false;
}

static const struct known_language *
find_known(const struct known_language *known, const char *folder)
{
    while (known->folder != NULL && strcmp(known->folder, folder) != 0) {
        known++;
    }
    return known->folder != NULL ? known : NULL;
}

/* What people call a language that is another word here; NULL: not known. */
static const char *language_meant(const char *name)
{
    static const char *const names[][2] = {
        {"ts", "typescript"},
        {"js", "typescript"},
        {"javascript", "typescript"},
        {"node", "typescript"},
        {"golang", "go"},
        {"cpp", "c"},
        {"cxx", "c"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i][0], name) == 0) {
            return names[i][1];
        }
    }
    return NULL;
}

static int unknown_language(struct job *job, const char *name)
{
    const char *templates = job->options->templates;
    const char *meant = language_meant(name);
    if (meant != NULL) {
        fprintf(stderr,
                "bellpull: %s has no option --%s (did you mean --%s?)\n",
                job->command->name, name, meant);
        return EXIT_USAGE;
    }
    struct nearest nearest;
    char wrong[FILE_WRONG_MAX];
    const char *const *folders = NULL;
    size_t count = 0;
    nearest_open(&nearest, bell_str(name));
    options_offer(job->command, &nearest, &job->arena);
    if (templates != NULL &&
        !file_folders(templates, &job->arena, &folders, &count, wrong)) {
        count = 0; /* it is for a hint only */
    }
    for (size_t i = 0; i < count; i++) {
        nearest_offer(&nearest, bell_str(folders[i]));
    }
    options_unknown(job->command, &nearest);
    return EXIT_USAGE;
}

/* A language is a folder: of the program or of the user's. */
static int check_named(struct job *job, const struct known_language *known)
{
    const struct option_texts *languages = &job->options->languages;
    for (size_t i = 0; i < languages->count; i++) {
        const char *name = languages->at[i];
        if (find_known(known, name) == NULL &&
            !language_exists(job->options->templates, name, &job->arena)) {
            return unknown_language(job, name);
        }
    }
    return EXIT_DONE;
}

/* A language that was named must be there; of all, those that are. */
static int choose_known(struct job *job, const struct known_language *known,
                        bool every)
{
    const struct clients_options *options = job->options;
    for (; known->folder != NULL; known++) {
        bool named = is_named(job, known->folder);
        if (!named && !every) {
            continue;
        }
        bell_string title = known->title;
        if (language_exists(options->templates, known->folder, &job->arena)) {
            choose(job, known->folder);
        } else if (named) {
            fprintf(stderr,
                    "bellpull: this version has no templates for %.*s\n",
                    (int)title.size, title.text);
            return EXIT_USAGE;
        } else if (options->all && !options->quiet) {
            fprintf(stderr, "bellpull: left out: %.*s (not in this version)\n",
                    (int)title.size, title.text);
        }
    }
    return EXIT_DONE;
}

/* All that are there, those of the user's folder too; that it can be read is
 * wanted in any case. NULL: told. */
static const char *const *list_names(struct job *job)
{
    char wrong[FILE_WRONG_MAX];
    const char *const *names =
        language_names(job->options->templates, &job->arena, wrong);
    if (names == NULL) {
        fprintf(stderr, "bellpull: %s\n", wrong);
    }
    return names;
}

static int choose_languages(struct job *job)
{
    const struct clients_options *options = job->options;
    bool every = options->all || options->languages.count == 0;
    const struct known_language *known = language_known(&job->arena);
    if (known == NULL) {
        fprintf(stderr, "bellpull: out of memory\n");
        return EXIT_FILES;
    }
    int code = check_named(job, known);
    if (code != EXIT_DONE) {
        return code;
    }
    const char *const *names = list_names(job);
    if (names == NULL) {
        return EXIT_FILES;
    }
    code = choose_known(job, known, every);
    for (size_t i = 0; i < options->languages.count; i++) {
        choose(job, options->languages.at[i]);
    }
    for (; every && *names != NULL; names++) {
        choose(job, *names);
    }
    return code;
}

/* Also what the filter will drop: a change may bring it back. */
static bool note_sources(struct job *job)
{
    bool good = true;
    for (const struct schema *at = job->schemas; at != NULL && good;
         at = at->next) {
        const struct service *service = at->service;
        good = plan_note_source(&job->plan, service->place.source->name);
        for (const struct included *file = service->included;
             file != NULL && good; file = file->next) {
            good = plan_note_source(&job->plan, bell_str(file->path));
        }
    }
    if (!good) {
        fprintf(stderr, "bellpull: out of memory\n");
    }
    return good;
}

/* Nothing is left out in silence. */
static void tell_left_out(const struct job *job, const char *language)
{
    for (const struct schema *at = job->schemas; at != NULL; at = at->next) {
        const struct service *service = at->service;
        if (service->messages != NULL || service->streams != NULL) {
            fprintf(stderr,
                    "bellpull: %.*s: for messages and streams, %s has only "
                    "types, no functions\n",
                    (int)service->place.source->name.size,
                    service->place.source->name.text, language);
        }
    }
}

static void filter_services(struct job *job, generate_filter filter)
{
    struct schema **at = &job->schemas;
    while (filter != NULL && *at != NULL) {
        if (filter((*at)->service)) {
            at = &(*at)->next;
        } else {
            *at = (*at)->next;
        }
    }
}

/* A choice that no language of this run knows is a mistake. */
static int judge_sets(const struct clients_options *options, unsigned known)
{
    for (size_t i = 0; i < options->sets.count; i++) {
        if ((known & 1u << i) == 0) {
            const char *set = options->sets.at[i];
            fprintf(stderr,
                    "bellpull: --set %s: none of these languages has an option "
                    "'%.*s'\n",
                    set, (int)strcspn(set, "="), set);
            return EXIT_USAGE;
        }
    }
    return EXIT_DONE;
}

static int render(struct job *job)
{
    unsigned known = 0;
    bool left_out = false;
    char misused[FILE_WRONG_MAX] = "";
    diags_open(&job->diags, &job->arena);
    for (size_t i = 0; i < job->chosen_count; i++) {
        const struct clients_options *typed = job->options;
        struct generate_options options = {.templates = typed->templates,
                                           .language = job->chosen[i],
                                           .flat = typed->flat,
                                           .sets = typed->sets.at,
                                           .set_count = typed->sets.count,
                                           .sets_known = &known,
                                           .left_out = &left_out,
                                           .misused = misused};
        if (!generate_language(&options, job->schemas, &job->plan,
                               &job->diags)) {
            if (misused[0] != '\0') {
                fprintf(stderr, "bellpull: %s\n", misused);
                return EXIT_USAGE;
            }
            report_diags(&job->diags, stderr);
            return EXIT_SCHEMA;
        }
        if (left_out) {
            tell_left_out(job, job->chosen[i]);
        }
    }
    return judge_sets(job->options, known);
}

static const char *folder_of(const struct clients_options *options)
{
    return options->output != NULL ? options->output : "generated";
}

static int list(const struct job *job)
{
    for (const struct planned_file *at = job->plan.first; at != NULL;
         at = at->next) {
        printf("%s/%.*s\n", folder_of(job->options), (int)at->path.size,
               at->path.text);
    }
    return EXIT_DONE;
}

static int write_depfile(struct job *job)
{
    char wrong[FILE_WRONG_MAX];
    if (depfile_write(&job->plan, folder_of(job->options),
                      job->options->depfile, wrong)) {
        return EXIT_DONE;
    }
    fprintf(stderr, "bellpull: %s\n", wrong);
    return EXIT_FILES;
}

/* --check: are the files what they would be? */
static int judge(const struct job *job, const struct output_counts *counts)
{
    size_t stale = counts->created + counts->changed;
    if (stale != 0) {
        fprintf(stderr,
                "bellpull: %zu of %zu files are out of date: run bellpull "
                "generate\n",
                stale, job->plan.count);
    }
    if (counts->removed != 0) {
        fprintf(stderr,
                "bellpull: %zu files belong to no service: run "
                "bellpull generate --clean\n",
                counts->removed);
    }
    return stale + counts->removed != 0 ? EXIT_STALE : EXIT_DONE;
}

static void sum_up(const struct output_options *output,
                   const struct output_counts *counts)
{
    printf("%s: %zu created, %zu changed, %zu unchanged", output->folder,
           counts->created, counts->changed, counts->same);
    if (output->clean) {
        printf(", %zu removed", counts->removed);
    }
    printf("\n");
}

static int deliver(struct job *job)
{
    const struct clients_options *options = job->options;
    struct output_options output = {.folder = folder_of(options),
                                    .mode = options->check     ? OUTPUT_CHECK
                                            : options->dry_run ? OUTPUT_DRY_RUN
                                                               : OUTPUT_WRITE,
                                    .clean = options->clean,
                                    .verbose = options->verbose,
                                    .quiet = options->quiet,
                                    .out = stdout};
    struct output_counts counts;
    if (!output_plan(&job->plan, &output, &counts)) {
        return EXIT_FILES;
    }
    if (output.mode == OUTPUT_CHECK) {
        return judge(job, &counts);
    }
    if (output.mode == OUTPUT_WRITE && !options->quiet) {
        sum_up(&output, &counts);
    }
    bool depfile = options->depfile != NULL && output.mode == OUTPUT_WRITE;
    return depfile ? write_depfile(job) : EXIT_DONE;
}

static int run_job(struct job *job, generate_filter filter)
{
    int code = choose_languages(job);
    if (code == EXIT_DONE) {
        struct load_options load = {.include_root = job->options->include_root,
                                    .shared = LOAD_SHARED_REFUSED};
        code = load_services(job->words, &load, &job->arena, &job->schemas);
    }
    if (code == EXIT_DONE && !note_sources(job)) {
        code = EXIT_FILES;
    }
    if (code == EXIT_DONE) {
        filter_services(job, filter);
        code = render(job);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    return job->options->list ? list(job) : deliver(job);
}

int generate_run(const struct command *command, const struct words *words,
                 const struct clients_options *options, generate_filter filter)
{
    struct job job;
    memset(&job, 0, sizeof job);
    job.command = command;
    job.words = words;
    job.options = options;
    bell__arena_open(&job.arena, &bell__memory_default, 0);
    plan_open(&job.plan, &job.arena);
    int code = run_job(&job, filter);
    bell__arena_close(&job.arena);
    return code;
}

static int run(const struct words *words, const void *values);

const struct command generate_command = {
    .name = "generate",
    .summary = "Writes typed clients for schemas.",
    .takes = TAKES_SCHEMAS,
    .about = ABOUT_SCHEMAS,
    .options = generate_table,
    .size = sizeof(struct clients_options),
    .run = run,
};

static int run(const struct words *words, const void *values)
{
    return generate_run(&generate_command, words, values, NULL);
}
