/* bundle.test.ts: how large a page's script becomes that makes one call. */
import assert from "node:assert/strict";
import { cp, mkdir, rm } from "node:fs/promises";
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

test("a minimal bundle stays small", async () => {
  // In the package, where imports of the package are found.
  const inside = join(here, "build", "bundle");
  await rm(inside, { recursive: true, force: true });
  await mkdir(inside, { recursive: true });
  const generated = join(here, "../../generated/typescript/tasks");
  await cp(generated, join(inside, "tasks"), { recursive: true });
  const bundle = await build({
    stdin: { contents: PAGE, resolveDir: inside },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  const script = bundle.outputFiles[0]?.contents ?? new Uint8Array();
  const size = gzipSync(script, { level: 9 }).length;
  assert.ok(size <= 25 * KIB, `${size} bytes`);
  assert.ok(size > 10 * KIB, `${size} bytes: is it all there?`);
});
