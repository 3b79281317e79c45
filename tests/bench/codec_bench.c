/* codec_bench.c: decode and encode beside cJSON, into and from the same
 * structs, in one process: CPU time, interleaved rounds, medians.
 *
 *   codec_bench [--json] [--smoke] */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "bench/messages.h"
#include "record/codec.h"

enum { ROUNDS = 9, LIST_COUNT = 1000 };

static const struct bell__codec_limits limits = {.depth_max = 64,
                                                 .items_max = 1 << 24};

/* ---- The same by cJSON: parse, check each type, copy --------------------- */

static bool peer_failed;

static const cJSON *member(const cJSON *map, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(map, name);
    peer_failed = peer_failed || item == NULL;
    return item;
}

static double peer_double(const cJSON *map, const char *name)
{
    const cJSON *item = member(map, name);
    if (!cJSON_IsNumber(item)) {
        peer_failed = true;
        return 0;
    }
    return item->valuedouble;
}

static int64_t peer_int64(const cJSON *map, const char *name)
{
    double value = peer_double(map, name);
    int64_t whole = (int64_t)value;
    peer_failed = peer_failed || (double)whole != value;
    return whole;
}

static bool peer_bool(const cJSON *map, const char *name)
{
    const cJSON *item = member(map, name);
    peer_failed = peer_failed || !cJSON_IsBool(item);
    return cJSON_IsTrue(item);
}

static bell_string peer_text(const cJSON *item, struct bell__arena *arena)
{
    if (!cJSON_IsString(item)) {
        peer_failed = true;
        return bell_str(NULL);
    }
    return bell__arena_copy(arena, bell_str(item->valuestring));
}

static void peer_read_stats(const cJSON *map, stats *out)
{
    out->total = peer_int64(map, "total");
    out->completed = peer_int64(map, "completed");
    out->pending = peer_int64(map, "pending");
    out->failed = peer_int64(map, "failed");
    out->rate = peer_double(map, "rate");
}

static void peer_read_metrics(const cJSON *map, metrics *out)
{
#define X(name) out->name = peer_double(map, #name);
    METRIC_NAMES(X)
#undef X
}

static void peer_read_session(const cJSON *map, session *out,
                              struct bell__arena *arena)
{
    out->id = peer_text(member(map, "id"), arena);
    out->tool = peer_text(member(map, "tool"), arena);
    out->active = peer_bool(map, "active");
    out->started_at = peer_int64(map, "started_at");
    out->bytes_out = peer_int64(map, "bytes_out");
}

static bell_enum peer_enum(const cJSON *item, struct bell__arena *arena)
{
    bell_enum value = {0, {NULL, 0}};
    for (int i = 0; cJSON_IsString(item) && i < t_status.count; i++) {
        const bell_value *known = &t_status.values[i];
        if (strcmp(item->valuestring, known->text) == 0) {
            value.value = i + 1;
            value.text = (bell_string){known->text, known->text_size};
            return value;
        }
    }
    value.text = peer_text(item, arena);
    return value;
}

static tag_list peer_read_tags(const cJSON *list, struct bell__arena *arena)
{
    tag_list tags = {NULL, (size_t)cJSON_GetArraySize(list)};
    bell_string *items =
        bell__arena_take(arena, tags.count * sizeof(bell_string));
    const cJSON *item;
    size_t i = 0;
    peer_failed = peer_failed || !cJSON_IsArray(list);
    cJSON_ArrayForEach(item, list)
    {
        items[i++] = peer_text(item, arena);
    }
    tags.items = items;
    return tags;
}

static session_list peer_read_sessions(const cJSON *list,
                                       struct bell__arena *arena)
{
    session_list sessions = {NULL, (size_t)cJSON_GetArraySize(list)};
    session *items = bell__arena_take(arena, sessions.count * sizeof(session));
    const cJSON *item;
    size_t i = 0;
    peer_failed = peer_failed || !cJSON_IsArray(list);
    cJSON_ArrayForEach(item, list)
    {
        peer_read_session(item, &items[i++], arena);
    }
    sessions.items = items;
    return sessions;
}

static void peer_read_agent(const cJSON *map, agent *out,
                            struct bell__arena *arena)
{
    memset(out, 0, sizeof *out);
    out->id = peer_text(member(map, "id"), arena);
    out->name = peer_text(member(map, "name"), arena);
    out->host = peer_text(member(map, "host"), arena);
    out->status = peer_enum(member(map, "status"), arena);
    const cJSON *version = cJSON_GetObjectItemCaseSensitive(map, "version");
    out->has_version = version != NULL;
    if (version != NULL) {
        out->version = peer_text(version, arena);
    }
    out->registered_at = peer_int64(map, "registered_at");
    out->tags = peer_read_tags(member(map, "tags"), arena);
    peer_read_stats(member(map, "tasks"), &out->tasks);
    out->sessions = peer_read_sessions(member(map, "sessions"), arena);
}

static void peer_read_fleet(const cJSON *map, fleet *out,
                            struct bell__arena *arena)
{
    const cJSON *list = member(map, "agents");
    const cJSON *item;
    size_t i = 0;
    out->agents.count = (size_t)cJSON_GetArraySize(list);
    agent *items = bell__arena_take(arena, out->agents.count * sizeof(agent));
    cJSON_ArrayForEach(item, list)
    {
        peer_read_agent(item, &items[i++], arena);
    }
    out->agents.items = items;
}

static void peer_write_stats(cJSON *map, const stats *value)
{
    cJSON_AddNumberToObject(map, "total", (double)value->total);
    cJSON_AddNumberToObject(map, "completed", (double)value->completed);
    cJSON_AddNumberToObject(map, "pending", (double)value->pending);
    cJSON_AddNumberToObject(map, "failed", (double)value->failed);
    cJSON_AddNumberToObject(map, "rate", value->rate);
}

static void peer_write_metrics(cJSON *map, const metrics *value)
{
#define X(name) cJSON_AddNumberToObject(map, #name, value->name);
    METRIC_NAMES(X)
#undef X
}

static void peer_write_session(cJSON *map, const session *value)
{
    cJSON_AddStringToObject(map, "id", value->id.text);
    cJSON_AddStringToObject(map, "tool", value->tool.text);
    cJSON_AddBoolToObject(map, "active", value->active);
    cJSON_AddNumberToObject(map, "started_at", (double)value->started_at);
    cJSON_AddNumberToObject(map, "bytes_out", (double)value->bytes_out);
}

static void peer_write_agent(cJSON *map, const agent *value)
{
    cJSON_AddStringToObject(map, "id", value->id.text);
    cJSON_AddStringToObject(map, "name", value->name.text);
    cJSON_AddStringToObject(map, "host", value->host.text);
    cJSON_AddStringToObject(map, "status",
                            status_values[value->status.value - 1].text);
    if (value->has_version) {
        cJSON_AddStringToObject(map, "version", value->version.text);
    }
    cJSON_AddNumberToObject(map, "registered_at", (double)value->registered_at);
    cJSON *tags = cJSON_AddArrayToObject(map, "tags");
    for (size_t i = 0; i < value->tags.count; i++) {
        cJSON_AddItemToArray(tags,
                             cJSON_CreateString(value->tags.items[i].text));
    }
    peer_write_stats(cJSON_AddObjectToObject(map, "tasks"), &value->tasks);
    cJSON *sessions = cJSON_AddArrayToObject(map, "sessions");
    for (size_t i = 0; i < value->sessions.count; i++) {
        cJSON *item = cJSON_CreateObject();
        peer_write_session(item, &value->sessions.items[i]);
        cJSON_AddItemToArray(sessions, item);
    }
}

static void peer_write_fleet(cJSON *map, const fleet *value)
{
    cJSON *list = cJSON_AddArrayToObject(map, "agents");
    for (size_t i = 0; i < value->agents.count; i++) {
        cJSON *item = cJSON_CreateObject();
        peer_write_agent(item, &value->agents.items[i]);
        cJSON_AddItemToArray(list, item);
    }
}

/* ---- One case ------------------------------------------------------------ */

struct bench_case {
    const char *name;
    const bell_type *type;
    bell_string text;
    int turns; /* of one measurement */
    _Alignas(max_align_t) char value[512];
};

static struct bell__arena arena;
static struct bell__buf out;

static void our_decode(struct bench_case *item)
{
    bell_error error;
    bell__arena_reset(&arena);
    bell_status status = bell__decode(item->text, item->type, item->value,
                                      &arena, &limits, "result", &error);
    need(status == BELL_OK, "our decoder failed");
}

static void our_encode(struct bench_case *item)
{
    bell_error error;
    out.size = 0;
    bell_status status =
        bell__encode(&out, item->type, item->value, &limits, &error);
    need(status == BELL_OK, "our encoder failed");
}

static void peer_decode(struct bench_case *item)
{
    bell__arena_reset(&arena);
    cJSON *tree = cJSON_ParseWithLength(item->text.text, item->text.size);
    void *value = item->value;
    need(tree != NULL, "cJSON failed");
    if (item->type == &t_stats) {
        peer_read_stats(tree, value);
    } else if (item->type == &t_metrics) {
        peer_read_metrics(tree, value);
    } else if (item->type == &t_agent) {
        peer_read_agent(tree, value, &arena);
    } else {
        peer_read_fleet(tree, value, &arena);
    }
    cJSON_Delete(tree);
    need(!peer_failed, "cJSON's side failed");
}

static char *peer_print(struct bench_case *item)
{
    cJSON *tree = cJSON_CreateObject();
    const void *value = item->value;
    if (item->type == &t_stats) {
        peer_write_stats(tree, value);
    } else if (item->type == &t_metrics) {
        peer_write_metrics(tree, value);
    } else if (item->type == &t_agent) {
        peer_write_agent(tree, value);
    } else {
        peer_write_fleet(tree, value);
    }
    char *text = cJSON_PrintUnformatted(tree);
    cJSON_Delete(tree);
    need(text != NULL, "cJSON's printer failed");
    return text;
}

static void peer_encode(struct bench_case *item)
{
    cJSON_free(peer_print(item));
}

/* Both sides read and write the same. */
static void check_equal(struct bench_case *item)
{
    our_decode(item);
    our_encode(item);
    need(out.size == item->text.size &&
             memcmp(out.bytes, item->text.text, out.size) == 0,
         "our text differs");
    char *text = peer_print(item);
    need(strlen(text) == out.size && memcmp(out.bytes, text, out.size) == 0,
         "cJSON writes another text");
    cJSON_free(text);
    memset(item->value, 0, sizeof item->value);
    peer_decode(item);
    our_encode(item);
    need(out.size == item->text.size &&
             memcmp(out.bytes, item->text.text, out.size) == 0,
         "cJSON reads another value");
}

/* ---- Measuring ----------------------------------------------------------- */

static double cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double measure(struct bench_case *item, void (*run)(struct bench_case *),
                      int turns)
{
    double start = cpu_ns();
    for (int i = 0; i < turns; i++) {
        run(item);
    }
    return (cpu_ns() - start) / turns;
}

static int compare(const void *left, const void *right)
{
    const double *a = left;
    const double *b = right;
    return (*a > *b) - (*a < *b);
}

static void print_row(bool json, const char *kind, const char *name,
                      const double *ours, double peer, int rounds)
{
    static bool begun;
    double median = ours[rounds / 2];
    char full[64];
    snprintf(full, sizeof full, "codec.%s%s%s", kind,
             name[0] == '\0' ? "" : ".", name);
    if (!json) {
        printf("%-22s %10.1f ns (%.1f to %.1f), cJSON %10.1f ns: %.1fx\n", full,
               median, ours[0], ours[rounds - 1], peer, peer / median);
        return;
    }
    printf("%s{\"name\":\"%s\",\"unit\":\"ns\",\"median\":%.1f,\"min\":%.1f,"
           "\"max\":%.1f,\"baseline\":%.1f,\"ratio\":%.2f}",
           begun ? ",\n" : "[", full, median, ours[0], ours[rounds - 1], peer,
           peer / median);
    begun = true;
}

static void bench(struct bench_case *item, bool json, bool smoke)
{
    double ours[2][ROUNDS];
    double peer[2][ROUNDS];
    int rounds = smoke ? 1 : ROUNDS;
    int turns = smoke ? 1 : item->turns;
    for (int i = 0; i < rounds; i++) {
        peer[0][i] = measure(item, peer_decode, turns / 8 + 1);
        ours[0][i] = measure(item, our_decode, turns);
        peer[1][i] = measure(item, peer_encode, turns / 8 + 1);
        ours[1][i] = measure(item, our_encode, turns);
    }
    for (int i = 0; i < 2; i++) {
        qsort(ours[i], (size_t)rounds, sizeof(double), compare);
        qsort(peer[i], (size_t)rounds, sizeof(double), compare);
        print_row(json, i == 0 ? "decode" : "encode", item->name, ours[i],
                  peer[i][rounds / 2], rounds);
    }
}

int main(int argc, char **argv)
{
    bool json = false;
    bool smoke = false;
    for (int i = 1; i < argc; i++) {
        json = json || strcmp(argv[i], "--json") == 0;
        smoke = smoke || strcmp(argv[i], "--smoke") == 0;
    }
    bell_string list = make_fleet(LIST_COUNT);
    /* The one without a name of its own is the figure to watch. */
    struct bench_case cases[] = {
        {.name = "",
         .type = &t_agent,
         .text = {agent_text, sizeof agent_text - 1},
         .turns = 20000},
        {.name = "stats",
         .type = &t_stats,
         .text = {stats_text, sizeof stats_text - 1},
         .turns = 200000},
        {.name = "metrics",
         .type = &t_metrics,
         .text = {metrics_text, sizeof metrics_text - 1},
         .turns = 50000},
        {.name = "list", .type = &t_fleet, .text = list, .turns = 20},
    };
    bell__arena_open(&arena, &bell__memory_default, 0);
    bell__buf_open(&out, &bell__memory_default, 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        check_equal(&cases[i]);
        bench(&cases[i], json, smoke);
    }
    fputs(json ? "]\n" : "", stdout);
    bell__arena_close(&arena);
    bell__buf_close(&out);
    free((void *)(uintptr_t)list.text);
    return 0;
}
