/* debug_node.ts: the timeline on stderr that BELL_DEBUG=1 asks for, in Node. */
import type { LogRecord } from "./socket.js";

function isDebugged(): boolean {
  const said = process.env.BELL_DEBUG ?? "";
  return said !== "" && said !== "0";
}

/** Begins one; undefined where nobody wants it. */
export function timeline(): ((event: LogRecord) => void) | undefined {
  if (!isDebugged()) {
    return undefined;
  }
  const opened = performance.now();
  return ({ text, call, method }) => {
    const at = (performance.now() - opened).toFixed(3).padStart(12);
    const what =
      call === undefined || method === undefined ? "" : `#${call} ${method}  `;
    process.stderr.write(`bell ${at} ms  ${what}${text}\n`);
  };
}
