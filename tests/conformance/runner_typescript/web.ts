/* web.ts: what of a command and of an error is of calls over HTTP. */
import {
  RawJson,
  type HttpError,
  type LogRecord,
  type RESTOptions,
} from "bellpull";
import * as bell from "bellpull/schema";

import { plain } from "./plain.js";

/** Options of a client of endpoints, as the driver names them. */
export interface WebCommand {
  readonly connections_max?: number;
  readonly idle_max?: number;
  readonly idle_ms?: number;
  readonly user_agent?: string;
  readonly proxy?: string;
  readonly gzip?: boolean;
  readonly inflated_bytes_max?: number;
  readonly redirects_max?: number;
  readonly head_bytes_max?: number;
  readonly rest_retries?: number;
  readonly retry_min_ms?: number;
  readonly retry_max_ms?: number;
  readonly retry_budget?: number;
  readonly reconnect_min_ms?: number;
  readonly reconnect_max_ms?: number;
  readonly urls?: readonly string[];
  readonly url_rest_ms?: number;
  readonly cache_ms?: number;
  readonly cache_bytes_max?: number;

  readonly deadline_ms?: number;
  readonly connect_deadline_ms?: number;
  readonly headers?: readonly string[];
  readonly message_bytes_max?: number;
  readonly reply_bytes_max?: number;
  readonly request_bytes_max?: number;
  readonly depth_max?: number;
  readonly items_max?: number;
  readonly calls_max?: number;
}

type Wanted = { [K in keyof RESTOptions]: RESTOptions[K] | undefined };

export function webOptions(
  open: WebCommand,
  more: {
    tls: RESTOptions["tls"] | undefined;
    log: ((record: LogRecord) => void) | undefined;
  },
): Wanted {
  return {
    ...more,
    rawJson: true,
    connectionsMax: open.connections_max,
    idleMax: open.idle_max,
    idleMs: open.idle_ms,
    userAgent: open.user_agent,
    proxy: open.proxy,
    gzip: open.gzip,
    inflatedBytesMax: open.inflated_bytes_max,
    redirectsMax: open.redirects_max,
    headBytesMax: open.head_bytes_max,
    restRetries: open.rest_retries,
    retryMinMs: open.retry_min_ms,
    retryMaxMs: open.retry_max_ms,
    retryBudget: open.retry_budget,
    reconnectMinMs: open.reconnect_min_ms,
    reconnectMaxMs: open.reconnect_max_ms,
    urls: open.urls,
    urlRestMs: open.url_rest_ms,
    cacheMs: open.cache_ms,
    cacheBytesMax: open.cache_bytes_max,
    deadlineMs: open.deadline_ms,
    connectDeadlineMs: open.connect_deadline_ms,
    messageBytesMax: open.message_bytes_max,
    replyBytesMax: open.reply_bytes_max,
    requestBytesMax: open.request_bytes_max,
    depthMax: open.depth_max,
    itemsMax: open.items_max,
    callsMax: open.calls_max,
    headers:
      open.headers === undefined
        ? undefined
        : Object.fromEntries(open.headers.map((line) => line.split(": ", 2))),
  };
}

const parts: bell.ItemType = {
  kind: bell.map,
  name: "parts",
  item: () => ({ kind: bell.json, name: "json" }),
};

/** The params of an endpoint: a part that the text leaves out is left out; where
 * something is put into it, it is empty first. */
export function readParts(
  type: bell.RecordType,
  text: string,
  isPut: boolean,
  options: bell.CodecOptions,
): unknown {
  const bytes = new TextEncoder().encode(text);
  const given = bell.decode(parts, bytes, { ...options, rawJson: true });
  const params: Record<string, unknown> = {};
  for (const { name, type: part } of type.fields()) {
    const raw = (given as Map<string, RawJson>).get(name);
    if (raw !== undefined) {
      const inner = new TextEncoder().encode(raw.text);
      const root = `params.${name}`;
      params[name] = bell.decode(plain(part), inner, { ...options, root });
    } else if (isPut) {
      params[name] = {};
    }
  }
  return params;
}

export function describeHttp(said: HttpError): Record<string, unknown> {
  return {
    status: said.status,
    type: said.type,
    title: said.title,
    detail: said.detail,
    instance: said.instance,
    request_id: said.requestId,
    retry_after_ms: said.retryAfterMs,
    headers: said.headers.map(([name, value]) => `${name}: ${value}`),
    body: Buffer.from(said.body).toString("hex"),
  };
}
