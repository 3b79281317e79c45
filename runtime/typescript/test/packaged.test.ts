/* packaged.test.ts: the package as others import it: types under each way in
 * which compilers find modules, and values by import and by require. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import ts from "typescript";

const run = promisify(execFile);
const here = fileURLToPath(new URL("../../", import.meta.url));
const project = join(here, "build", "packaged");

const USER = `
  import { BellError, CentrifugoRPCClient, type Caller } from "bellpull";
  import * as bell from "bellpull/schema";
  import { CentrifugeCaller } from "bellpull/centrifuge";

  const task: bell.RecordType = {
    kind: bell.record,
    name: "Task",
    fields: () => [{ name: "id", type: { kind: bell.int64, name: "int64" } }],
  };
  export const text: string = bell.encodeText(task, { id: 1 });
  export const caller: Caller = new CentrifugoRPCClient("ws://127.0.0.1:1");
  export const ours: boolean = caller instanceof CentrifugoRPCClient;
  export const wrong: (error: unknown) => boolean = (error) =>
    error instanceof BellError && CentrifugeCaller.length > 0;
  // @ts-expect-error: a name is a text, so these are types and no any.
  export const no: bell.RecordType = { ...task, name: 1 };
`;

before(async () => {
  await rm(project, { recursive: true, force: true });
  for (const [folder, type] of [
    ["esm", "module"],
    ["cjs", "commonjs"],
  ] as const) {
    const inside = join(project, folder);
    await mkdir(join(inside, "node_modules"), { recursive: true });
    await symlink(here, join(inside, "node_modules", "bellpull"));
    await writeFile(join(inside, "package.json"), JSON.stringify({ type }));
    await writeFile(join(inside, "user.ts"), USER);
  }
});

/** What the compiler says of the user in that folder. */
function complaints(folder: string, options: ts.CompilerOptions): string[] {
  const program = ts.createProgram([join(project, folder, "user.ts")], {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
    types: [],
    strict: true,
    noEmit: true,
    ...options,
  });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) =>
      ts.flattenDiagnosticMessageText(messageText, " "),
    );
}

const { ModuleKind, ModuleResolutionKind: Resolution } = ts;

for (const [name, folder, options] of [
  ["node16, as an ES module", "esm", { module: ModuleKind.Node16 }],
  ["node16, as CommonJS", "cjs", { module: ModuleKind.Node16 }],
  [
    "bundler",
    "esm",
    { module: ModuleKind.ES2022, moduleResolution: Resolution.Bundler },
  ],
  [
    "node10",
    "cjs",
    { module: ModuleKind.CommonJS, moduleResolution: Resolution.Node10 },
  ],
] as const) {
  test(`types are found: ${name}`, () => {
    assert.deepEqual(complaints(folder, options), []);
  });
}

const SAYS = `
  console.log(encodeText({ kind: list, name: "a", item: () =>
    ({ kind: int32, name: "int32" }) }, [1, 2]),
    new CentrifugoRPCClient("ws://127.0.0.1:1").state);
`;

test("values are found by import and by require", async () => {
  const names = ["encodeText", "list", "int32"].join(", ");
  const esm = `
    import { CentrifugoRPCClient } from "bellpull";
    import { ${names} } from "bellpull/schema";
    ${SAYS}`;
  const cjs = `
    const { CentrifugoRPCClient } = require("bellpull");
    const { ${names} } = require("bellpull/schema");
    require("bellpull/centrifuge");
    ${SAYS}`;
  for (const [folder, program] of [
    ["esm", esm],
    ["cjs", cjs],
  ] as const) {
    const path = join(project, folder, "program.js");
    await writeFile(path, program);
    const said = await run(process.execPath, [path]);
    assert.equal(said.stdout, "[1,2] disconnected\n");
  }
});
