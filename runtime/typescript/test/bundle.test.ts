/* bundle.test.ts: how large a page's script becomes that makes one call. */
import assert from "node:assert/strict";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const here = fileURLToPath(new URL("../../", import.meta.url));
const KIB = 1024;

/** A page of the smallest use. */
const PAGE = `
  import { APIClient, CentrifugoRPCClient } from "./tasks/index.js";
  const rpc = new CentrifugoRPCClient("ws://h", "token");
  console.log(await new APIClient(rpc).tasksGetStats({ user_id: "1" }));
`;

/** A page that makes calls by HTTP alone. */
const REST = `
  import { RESTClient } from "bellpull";
  import * as bell from "bellpull/schema";
  const table = {
    kind: bell.record,
    name: "T",
    fields: () => [{ name: "id", type: { kind: bell.string, name: "string" } }],
  };
  const route = { verb: "GET", path: "/a", parts: [{ text: "/a" }] };
  const client = new RESTClient("http://h", "token");
  const method = { name: "a", result: table, idempotent: true, route };
  console.log(await client.invoke(method));
`;

/** One of many methods, called by its table. */
const ONE_OF_MANY = `
  import { CentrifugoRPCClient } from "bellpull";
  import { methodThing777 } from "./many.js";
  const rpc = new CentrifugoRPCClient("ws://h", "token");
  console.log(await rpc.invoke(methodThing777, { user_id: "1" }));
`;

/** A thousand methods as they are generated, with types of every kind. */
function makeMany(): string {
  const kinds = ["int64", "float32", "datetime", "bytes", "duration", "uuid"];
  const methods = Array.from({ length: 1000 }, (_, i) => {
    const kind = i === 777 ? "string" : (kinds[i % kinds.length] ?? "");
    return `
      const typeThing${i}: bell.RecordType = {
        kind: bell.record,
        name: "Thing${i}",
        fields: () => [
          { name: "user_id", type: { kind: bell.${kind}, name: "${kind}" } },
        ],
      };
      export const methodThing${i}: bell.Method<unknown, unknown> = {
        name: "thing.${i}",
        params: typeThing${i},
        result: typeThing${i},
      };`;
  });
  return `import * as bell from "bellpull/schema";\n${methods.join("\n")}\n`;
}

/** Bytes, as a server sends them. */
async function scriptOf(page: string, resolveDir: string): Promise<string> {
  const bundle = await build({
    stdin: { contents: page, resolveDir },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  return bundle.outputFiles[0]?.text ?? "";
}

async function sizeOf(page: string, resolveDir: string): Promise<number> {
  const script = await scriptOf(page, resolveDir);
  return gzipSync(script, { level: 9 }).length;
}

test("a minimal bundle stays small", async () => {
  // In the package, where imports of the package are found.
  const inside = join(here, "build", "bundle");
  await rm(inside, { recursive: true, force: true });
  await mkdir(inside, { recursive: true });
  const generated = join(here, "../../generated/typescript/tasks");
  await cp(generated, join(inside, "tasks"), { recursive: true });
  await writeFile(join(inside, "many.ts"), makeMany());
  const size = await sizeOf(PAGE, inside);
  assert.ok(size <= 23.4 * KIB, `${size} bytes`);
  assert.ok(size > 10 * KIB, `${size} bytes: is it all there?`);
  const one = await sizeOf(ONE_OF_MANY, inside);
  assert.ok(one <= 22 * KIB, `${one} bytes`);
  assert.ok(one > 10 * KIB, `${one} bytes: is it all there?`);
  const rest = await sizeOf(REST, inside);
  assert.ok(rest <= 18 * KIB, `${rest} bytes`);
  assert.ok(rest > 10 * KIB, `${rest} bytes: is it all there?`);
  const rpcScript = await scriptOf(PAGE, inside);
  const restScript = await scriptOf(REST, inside);
  for (const word of ["redirect", "retry-after", "head_bytes_max"]) {
    assert.ok(!rpcScript.includes(word), `of REST in rpc: ${word}`);
  }
  for (const word of ["WebSocket", "connection/websocket", "centrifugo"]) {
    assert.ok(!restScript.includes(word), `of rpc in REST: ${word}`);
  }
});
