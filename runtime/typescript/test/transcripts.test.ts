/* transcripts.test.ts: plays the transcripts of tests/conformance, which C's
 * session and protocol are fed with, to those of TypeScript. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Stage } from "./stage.js";

const folder = fileURLToPath(
  new URL("../../../../tests/conformance", import.meta.url),
);

/** What came otherwise, by the transcripts' names. */
function play(file: string): Map<string, string[]> {
  const played = new Map<string, string[]>();
  const text = readFileSync(join(folder, file), "utf8");
  for (const part of text.split(/^## /m).slice(1)) {
    const [name = "", ...lines] = part.split("\n");
    const stage = new Stage();
    for (const line of lines) {
      if (line !== "" && !line.startsWith("#")) {
        stage.play(line);
      }
    }
    stage.close();
    played.set(name, stage.wrong);
  }
  return played;
}

describe("transcripts", () => {
  const files = readdirSync(folder).filter((name) => name.endsWith(".txt"));
  for (const file of files) {
    const mustFail = file === "must_fail.txt";
    if (file === "CMakeLists.txt") {
      continue;
    }
    test(file, () => {
      const played = play(file);
      assert.ok(played.size > 0);
      for (const [name, wrong] of played) {
        const found = wrong.join("\n");
        assert.equal(wrong.length > 0, mustFail, `${name}: ${found}`);
      }
    });
  }
});
