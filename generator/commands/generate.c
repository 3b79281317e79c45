/* generate.c: the command that writes clients: schemas in, a folder out. */
#include "commands/clients.h"

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

/* The languages that have options of their own. */
static const struct known_language {
    unsigned bit;
    const char *folder;
    const char *name;
} known_languages[] = {
    {LANGUAGE_C, "c", "C"},
    {LANGUAGE_TYPESCRIPT, "typescript", "TypeScript"},
    {LANGUAGE_GO, "go", "Go"},
    {LANGUAGE_PYTHON, "python", "Python"},
};

enum {
    KNOWN_COUNT = sizeof known_languages / sizeof known_languages[0],
    CHOSEN_MAX = 64
};

struct job {
    const struct options *options;
    struct bell__arena arena;
    struct plan plan;
    struct diags diags;
    struct service *services;
    const char *chosen[CHOSEN_MAX]; /* languages' folders */
    size_t chosen_count;
};

static void choose(struct job *job, const char *folder)
{
    for (size_t i = 0; i < job->chosen_count; i++) {
        if (strcmp(job->chosen[i], folder) == 0) {
            return;
        }
    }
    if (job->chosen_count < CHOSEN_MAX) {
        job->chosen[job->chosen_count++] = folder;
    }
}

/* A language that was named must be there; of all, those that are. */
static int choose_known(struct job *job, bool every)
{
    const struct options *options = job->options;
    for (size_t i = 0; i < KNOWN_COUNT; i++) {
        const struct known_language *at = &known_languages[i];
        bool named = (options->languages & at->bit) != 0;
        if (!named && !every) {
            continue;
        }
        if (language_exists(options->templates, at->folder, &job->arena)) {
            choose(job, at->folder);
        } else if (named) {
            fprintf(stderr, "bellpull: this version has no templates for %s\n",
                    at->name);
            return EXIT_USAGE;
        } else if (options->all && !options->quiet) {
            fprintf(stderr, "bellpull: left out: %s (not in this version)\n",
                    at->name);
        }
    }
    return EXIT_DONE;
}

static int choose_languages(struct job *job)
{
    const struct options *options = job->options;
    bool none = options->languages == 0 && options->own_count == 0;
    bool every = options->all || none;
    int code = choose_known(job, every);
    for (size_t i = 0; i < options->own_count; i++) {
        choose(job, options->own_languages[i]);
    }
    if (code != EXIT_DONE || (!every && options->templates == NULL)) {
        return code;
    }
    char wrong[FILE_WRONG_MAX];
    const char *const *names =
        language_names(options->templates, &job->arena, wrong);
    for (const char *const *at = names; every && at != NULL && *at != NULL;
         at++) {
        choose(job, *at);
    }
    if (names == NULL) {
        fprintf(stderr, "bellpull: %s\n", wrong);
    }
    return names != NULL ? EXIT_DONE : EXIT_FILES;
}

/* Also what the filter will drop: a change may bring it back. */
static bool note_sources(struct job *job)
{
    bool good = true;
    for (const struct service *at = job->services; at != NULL && good;
         at = at->next) {
        good = plan_note_source(&job->plan, at->place.source->name);
        for (const struct included *file = at->included; file != NULL && good;
             file = file->next) {
            good = plan_note_source(&job->plan, bell_str(file->path));
        }
    }
    if (!good) {
        fprintf(stderr, "bellpull: memory is short\n");
    }
    return good;
}

/* Nothing is left out in silence. */
static void tell_left_out(const struct job *job)
{
    for (const struct service *at = job->services; at != NULL; at = at->next) {
        if (at->endpoints != NULL || at->messages != NULL ||
            at->streams != NULL) {
            fprintf(stderr,
                    "bellpull: %.*s: no functions are made of rest, messages "
                    "and streams yet, only their types\n",
                    (int)at->place.source->name.size,
                    at->place.source->name.text);
        }
    }
}

static void filter_services(struct job *job, generate_filter filter)
{
    struct service **at = &job->services;
    while (filter != NULL && *at != NULL) {
        if (filter(*at)) {
            at = &(*at)->next;
        } else {
            *at = (*at)->next;
        }
    }
}

/* A choice that no language of this run knows is a mistake. */
static int judge_sets(const struct options *options, unsigned known)
{
    for (size_t i = 0; i < options->set_count; i++) {
        if ((known & 1u << i) == 0) {
            const char *set = options->sets[i];
            fprintf(stderr,
                    "bellpull: --set %s: none of these languages lets you "
                    "choose '%.*s'\n",
                    set, (int)strcspn(set, "="), set);
            return EXIT_USAGE;
        }
    }
    return EXIT_DONE;
}

static int render(struct job *job)
{
    unsigned known = 0;
    diags_open(&job->diags, &job->arena);
    for (size_t i = 0; i < job->chosen_count; i++) {
        struct generate_options options = {.templates = job->options->templates,
                                           .language = job->chosen[i],
                                           .flat = job->options->flat,
                                           .sets = job->options->sets,
                                           .set_count = job->options->set_count,
                                           .sets_known = &known};
        if (!generate_language(&options, job->services, &job->plan,
                               &job->diags)) {
            report_diags(&job->diags, stderr);
            return EXIT_SCHEMA;
        }
    }
    return judge_sets(job->options, known);
}

static const char *folder_of(const struct options *options)
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
                "bellpull: %zu of %zu files are stale: run "
                "bellpull generate\n",
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
    printf("%s: %zu created, %zu changed, %zu as they were", output->folder,
           counts->created, counts->changed, counts->same);
    if (output->clean) {
        printf(", %zu removed", counts->removed);
    }
    printf("\n");
}

static int deliver(struct job *job)
{
    const struct options *options = job->options;
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

static int run(struct job *job, generate_filter filter)
{
    int code = choose_languages(job);
    if (code == EXIT_DONE) {
        code = load_services(job->options, &job->arena, &job->services);
    }
    if (code == EXIT_DONE && !note_sources(job)) {
        code = EXIT_FILES;
    }
    if (code == EXIT_DONE) {
        filter_services(job, filter);
        tell_left_out(job);
        code = render(job);
    }
    if (code != EXIT_DONE) {
        return code;
    }
    return job->options->list ? list(job) : deliver(job);
}

int generate_run(const struct options *options, generate_filter filter)
{
    struct job job;
    memset(&job, 0, sizeof job);
    job.options = options;
    bell__arena_open(&job.arena, &bell__memory_default, 0);
    plan_open(&job.plan, &job.arena);
    int code = run(&job, filter);
    bell__arena_close(&job.arena);
    return code;
}

int generate_command(const struct options *options)
{
    return generate_run(options, NULL);
}
