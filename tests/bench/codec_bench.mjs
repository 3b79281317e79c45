/* codec_bench.mjs: the codec of TypeScript beside JSON.parse and JSON.stringify
 * with TextDecoder and TextEncoder, of the same values, in one process: CPU
 * time, interleaved rounds, the best of each.
 *
 *   node codec_bench.mjs DIST... */
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const ROUNDS = 15;
const ROUND_MS = 40;

/** The messages of bench.yaml, 256 bytes each. */
function messages(count) {
  return Array.from({ length: count }, (_, i) => ({
    id: 1000 + i,
    user_id: `user-${i}`,
    kind: ["note", "reminder", "alarm"][i % 3],
    title: "Ring the bell",
    body: "Somebody waits at the door. ".repeat(2),
    total: 1000000 + i,
    completed: 77 * i,
    pending: i,
    urgent: i % 2 === 0,
    labels: ["home", "door"],
  }));
}

function tableOf(kinds) {
  const kind = (name) => kinds[name] ?? name;
  const scalar = (name) => ({ kind: kind(name), name });
  const list = (item) => ({
    kind: kind("list"),
    name: `${item.name}[]`,
    item: () => item,
  });
  const message = {
    kind: kind("record"),
    name: "Message",
    fields: () =>
      [
        ["id", scalar("int64")],
        ["user_id", scalar("string")],
        [
          "kind",
          {
            kind: kind("enum"),
            name: "Kind",
            values: ["note", "reminder", "alarm"],
          },
        ],
        ["title", scalar("string")],
        ["body", scalar("string")],
        ["total", scalar("int64")],
        ["completed", scalar("int64")],
        ["pending", scalar("int64")],
        ["urgent", scalar("bool")],
        ["labels", list(scalar("string"))],
      ].map(([name, type]) => ({ name, type })),
  };
  return list(message);
}

/** CPU time of one run, in microseconds. */
function measure(run) {
  let count = 0;
  const until = performance.now() + ROUND_MS;
  const begin = process.cpuUsage();
  do {
    for (let i = 0; i < 16; i++) {
      run();
    }
    count += 16;
  } while (performance.now() < until);
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / count;
}

/** The best of each row; the first one is what the others are measured by. */
function compare(title, rows) {
  const best = rows.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    rows.forEach(([, run], i) => {
      best[i] = Math.min(best[i], measure(run));
    });
  }
  rows.forEach(([name], i) => {
    const ratio = (best[i] / best[0]).toFixed(2);
    const time = best[i].toFixed(2).padStart(8);
    console.log(`${title.padEnd(14)} ${name.padEnd(30)} ${time} us ${ratio}`);
  });
}

const utf8 = new TextEncoder();
const text = new TextDecoder();
const runtimes = await Promise.all(
  process.argv.slice(2).map(async (dist) => {
    const path = pathToFileURL(join(resolve(dist), "schema.js"));
    const { encode, decode, ...kinds } = await import(path);
    return { name: dist, encode, decode, table: tableOf(kinds) };
  }),
);
for (const [size, count] of [
  ["1 KB", 4],
  ["64 KB", 256],
]) {
  const value = messages(count);
  const bytes = utf8.encode(JSON.stringify(value));
  compare(`decode ${size}`, [
    ["JSON.parse", () => JSON.parse(text.decode(bytes))],
    ...runtimes.map(({ name, decode, table }) => [
      name,
      () => decode(table, bytes),
    ]),
  ]);
  compare(`encode ${size}`, [
    ["JSON.stringify", () => utf8.encode(JSON.stringify(value))],
    ...runtimes.map(({ name, encode, table }) => [
      name,
      () => encode(table, value),
    ]),
  ]);
}
