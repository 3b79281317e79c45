/* index.ts: the exports for programs: the clients, their errors, and the types
 * of values in schemas. Generated code also uses schema.ts. */
export type { Caller } from "./client/call.js";
export { CentrifugoRPCClient } from "./client/client.js";
export { RESTClient } from "./client/rest.js";
export type { RESTOptions } from "./client/rest_options.js";
export type {
  CallOptions,
  ClientOptions,
  ConnectionState,
  Metric,
  Mode,
  StateChange,
  Token,
  TokenRequest,
  TokenSource,
} from "./client/options.js";
export { every } from "./client/every.js";
export type { WaitOptions } from "./client/waiters.js";
export { BellError, RPCError, UnauthorizedError } from "./errors.js";
export type {
  ErrorDetails,
  HttpError,
  Origin,
  Sent,
  Status,
} from "./errors.js";
export type { Level, LogRecord, TlsOptions } from "./transport/socket.js";
export type { WebSocketLike } from "./transport/web_socket.js";
export { datetime, RawJson, toDate, Unknown } from "./values.js";
export type { DateTime } from "./values.js";
