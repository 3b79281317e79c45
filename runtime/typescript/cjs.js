/* cjs.js: what dist/ holds once more for `require`, in dist/cjs: the same code
 * and types, in a folder that says that it is no ES module. It checks no types:
 * tsc has. */
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath, URL } from "node:url";

import { build } from "esbuild";

const dist = fileURLToPath(new URL("dist/", import.meta.url));
const cjs = `${dist}cjs`;
await rm(cjs, { recursive: true, force: true });
const files = (await readdir(dist, { recursive: true })).filter((name) =>
  /\.(d\.ts|js)$/.test(name),
);
await build({
  entryPoints: files
    .filter((name) => name.endsWith(".js"))
    .map((name) => dist + name),
  outdir: cjs,
  outbase: dist,
  format: "cjs",
  platform: "neutral",
  target: "es2022",
  sourcemap: true,
});
for (const name of files.filter((each) => each.endsWith(".d.ts"))) {
  await cp(dist + name, `${cjs}/${name}`);
}
const manifest = new URL("package.json", import.meta.url);
const { imports } = JSON.parse(await readFile(manifest, "utf8"));
const inside = JSON.stringify({ type: "commonjs", imports }, null, 2);
await writeFile(
  `${cjs}/package.json`,
  `${inside.replaceAll("./dist/", "./")}\n`,
);
