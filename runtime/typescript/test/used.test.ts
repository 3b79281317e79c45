/* used.test.ts: generated code as programs use it: the calls that users know,
 * a project in an empty folder, and a browser, through a real Centrifugo. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";

import { build } from "esbuild";
import { chromium } from "playwright-core";

import { type Asked, inSeconds, Rig, skip, token } from "./rig.js";

const run = promisify(execFile);
const here = fileURLToPath(new URL("../../", import.meta.url));
const root = join(here, "../..");
const tsc = join(here, "node_modules/.bin/tsc");

/** The part of the schema's service that is called here. */
function answer({ method, data }: Asked): string {
  if (method !== "tasks.get_stats" || !data.includes('"user_id"')) {
    return '{"error":{"code":400,"message":"what?"}}';
  }
  return data.includes("nobody")
    ? '{"error":{"code":404,"message":"no such user"}}'
    : '{"result":{"data":{"total":3,"completed":1,"pending":2,' +
        '"by_state":{"open":2,"done":1}}}}';
}

const chromiums = [process.env.BELLPULL_CHROMIUM, "/usr/bin/chromium"];
const browser = chromiums.find(
  (path) => path !== undefined && existsSync(path),
);
const skipBrowser =
  browser === undefined && process.env.CI !== "true"
    ? "no Chromium (scripts/setup.sh --tests)"
    : skip;

/** What a page does; its result is a text. */
const PAGE = `
  import { APIClient, CentrifugoRPCClient, RPCError } from "./tasks/index.js";
  async function play(url, token) {
    const rpc = new CentrifugoRPCClient(url, token, "123");
    await rpc.connect();
    const api = new APIClient(rpc);
    const stats = await api.tasksGetStats({ user_id: "123" });
    const states = [...stats.by_state].join(" ");
    const refused = await api.tasksGetStats({ user_id: "nobody" }).catch(
      (error) => error instanceof RPCError && error.code,
    );
    rpc.disconnect();
    await rpc.closed();
    return [stats.total, states, refused].join("; ");
  }
  globalThis.play = play;
`;

describe("generated code", { skip }, () => {
  const rig = new Rig({ allowed_origins: ["http://127.0.0.1:*"] });
  let folder = "";
  const good = () => token({ sub: "123", exp: inSeconds(600) });

  before(async () => {
    rig.answer = answer;
    await rig.open();
    folder = await mkdtemp(join(tmpdir(), "bell-used-"));
  });
  after(async () => {
    await rig.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** In the package, where imports of the package are found. */
  async function makeInside(name: string): Promise<string> {
    const inside = join(here, "build", name);
    await rm(inside, { recursive: true, force: true });
    await mkdir(inside, { recursive: true });
    const generated = join(root, "generated/typescript/tasks");
    await cp(generated, join(inside, "tasks"), { recursive: true });
    return inside;
  }

  test("the calls that users know, unchanged", async () => {
    const inside = await makeInside("sample");
    const sample = join(root, "tests/typescript/sample/sample.ts");
    await cp(sample, join(inside, "sample.ts"));
    const options = {
      extends: "../../tsconfig.build.json",
      // A caught error is of any type there, as the sample was written.
      compilerOptions: {
        rootDir: ".",
        outDir: "out",
        declaration: false,
        useUnknownInCatchVariables: false,
      },
      include: ["."],
    };
    await writeFile(join(inside, "tsconfig.json"), JSON.stringify(options));
    await run(tsc, ["-p", inside]);
    const program = join(inside, "out/sample.js");
    const said = await run(process.execPath, [program, rig.url, good(), "123"]);
    assert.equal(
      said.stdout,
      '{"total":3,"completed":1,"pending":2,"by_state":{"open":2,"done":1}}\n' +
        "3 1 2\n",
    );
    assert.equal(said.stderr, "RPC error 404: no such user\n");
  });

  test("a project in an empty folder, by the package's path", async () => {
    const project = join(folder, "project");
    const example = join(root, "examples/typescript/tasks");
    await mkdir(project);
    for (const name of ["main.ts", "package.json", "tsconfig.json"]) {
      await cp(join(example, name), join(project, name));
    }
    const generated = join(root, "generated/typescript/tasks");
    const gen = join(project, "gen/typescript/tasks");
    await cp(generated, gen, { recursive: true });
    const npm = ["install", "--no-audit", "--no-fund", "--ignore-scripts"];
    await run("npm", [...npm, here], { cwd: project });
    // A project of its own has typescript and @types/node in its package.json.
    const types = ["--typeRoots", join(here, "node_modules/@types")];
    await run(tsc, ["-p", project, ...types, "--types", "node"]);
    const said = await run(process.execPath, ["main.js", rig.url, good()], {
      cwd: project,
    });
    assert.equal(
      said.stdout,
      'tasks.get_stats {user_id: "123"}\n' +
        "total 3, completed 1, pending 2\n  open: 2\n  done: 1\n" +
        'tasks.get_stats {user_id: "nobody"}\nrefused: 404 no such user\n',
    );
    assert.equal(said.stderr, "");
  });

  test("in a browser, bundled", { skip: skipBrowser }, async () => {
    const inside = await makeInside("browser");
    const bundle = await build({
      stdin: { contents: PAGE, resolveDir: inside },
      bundle: true,
      format: "esm",
      write: false,
    });
    const script = bundle.outputFiles[0]?.text ?? "";
    const server = createServer((request, response) => {
      const isScript = request.url === "/page.js";
      const type = isScript ? "text/javascript" : "text/html";
      response.setHeader("Content-Type", type);
      response.end(
        isScript ? script : '<script type="module" src="/page.js"></script>',
      );
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const { port } = server.address() as AddressInfo;
    const context = await chromium.launchPersistentContext(
      join(folder, "chromium"),
      {
        executablePath: browser ?? "/usr/bin/chromium",
        headless: true,
        args: [
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
        ],
      },
    );
    try {
      const page = await context.newPage();
      await page.goto(`http://127.0.0.1:${port}/`);
      await page.waitForFunction("globalThis.play !== undefined");
      const call = `play(${JSON.stringify(rig.url)}, ${JSON.stringify(good())})`;
      assert.equal(await page.evaluate(call), "3; open,2 done,1; 404");
    } finally {
      await context.close();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    }
  });
});
