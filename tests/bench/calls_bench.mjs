/* calls_bench.mjs: typed calls of TypeScript beside rpc() of npm's centrifuge,
 * over the same echo server, of the same values, in one process: rounds of each
 * in turns, the median.
 *
 *   node calls_bench.mjs DIST URL (in runtime/typescript) */
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const ROUNDS = 9;
const ROUND_MS = 300;
const [dist, url] = process.argv.slice(2);
const need = createRequire(join(resolve(dist), "package.json"));
const load = (name) => import(pathToFileURL(join(resolve(dist), name)));

const { CentrifugoRPCClient } = await load("index.js");
const { record, list, int64, string, bool } = await load("schema.js");
const { Centrifuge } = need("centrifuge");

const text = { kind: string, name: "string" };
const note = {
  kind: record,
  name: "Note",
  fields: () => [
    { name: "id", type: { kind: int64, name: "int64" } },
    { name: "title", type: text },
    { name: "open", type: { kind: bool, name: "bool" } },
    {
      name: "tags",
      type: { kind: list, name: "string[]", item: () => text },
    },
    { name: "text", type: text },
  ],
};
const echo = { name: "fleet.echo", params: note, result: note };

async function perSecond(callers, call) {
  let count = 0;
  const begin = performance.now();
  const one = async () => {
    while (performance.now() - begin < ROUND_MS) {
      await call();
      count++;
    }
  };
  await Promise.all(Array.from({ length: callers }, one));
  return count / ((performance.now() - begin) / 1000);
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

const rpc = new CentrifugoRPCClient(url, "", "", { deadlineMs: -1 });
await rpc.connect();
const centrifuge = new Centrifuge(url, { websocket: need("ws") });
centrifuge.connect();
await centrifuge.ready();

console.log("in flight       bytes     bell/s    usual/s  times");
for (const callers of [1, 64]) {
  for (const size of [32, 900, 16000]) {
    const value = {
      id: 2 ** 50,
      title: "Ring the bell",
      open: true,
      tags: ["home", "door"],
      text: "x".repeat(size),
    };
    const check = (got) => {
      if (got.text.length !== size) {
        throw new Error(`${got.text.length} bytes of text`);
      }
    };
    const ours = async () => check(await rpc.invoke(echo, value));
    const theirs = async () =>
      check((await centrifuge.rpc("fleet.echo", value)).data);
    const found = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      found[0].push(await perSecond(callers, ours));
      found[1].push(await perSecond(callers, theirs));
    }
    const [our, their] = found.map(median);
    const cells = [callers, size, Math.round(our), Math.round(their)];
    console.log(
      cells.map((cell) => String(cell).padStart(10)).join(" "),
      (our / their).toFixed(2).padStart(6),
    );
  }
}
rpc.disconnect();
centrifuge.disconnect();
