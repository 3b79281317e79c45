/* index.ts: what a program uses: the client, its errors, the values that
 * schemas speak of. Generated code uses schema.ts as well. */
export { BellError, RPCError, UnauthorizedError } from "./errors.js";
export type { ErrorDetails, Origin, Sent, Status } from "./errors.js";
export { datetime, RawJson, toDate, Unknown } from "./values.js";
export type { DateTime } from "./values.js";
