/* schema.ts: the exports for generated code: the tables, the kinds to which
 * they refer, and the few functions that it calls. Programs use index.ts. */
export type * from "./tables.js";
export {
  bytes,
  date,
  datetime,
  decimal,
  duration,
  uuid,
} from "./record/forms.js";
export { json } from "./record/free.js";
export { list, map, option, ruled } from "./record/list.js";
export { oneOf } from "./record/one_of.js";
export { record } from "./record/record.js";
export {
  bool,
  choice as enum,
  float32,
  float64,
  int32,
  int64,
  string,
  uint32,
  uint64,
} from "./record/scalar.js";
export { union } from "./record/union.js";
export { encode, encodeText } from "./record/encode.js";
export { decode, decodeText } from "./record/decode.js";
export type { CodecOptions } from "./record/limits.js";
export type { Caller } from "./client/call.js";
export { CentrifugoRPCClient } from "./client/client.js";
export { RESTClient } from "./client/rest.js";
export type { CallOptions } from "./client/options.js";
export { errorData, isError } from "./errors.js";
export type { RPCError } from "./errors.js";
export { Unknown } from "./values.js";
export type { DateTime } from "./values.js";
