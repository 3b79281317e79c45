/* schema.ts: what generated code uses: the tables, and the few functions that
 * it calls. People use index.ts. */
export type * from "./tables.js";
export { encode } from "./record/encode.js";
export { decode } from "./record/decode.js";
export type { CodecOptions } from "./record/limits.js";
export type { Caller } from "./client/call.js";
export { CentrifugoRPCClient } from "./client/client.js";
export type { CallOptions } from "./client/options.js";
export { errorData } from "./errors.js";
export { Unknown } from "./values.js";
export type { DateTime } from "./values.js";
