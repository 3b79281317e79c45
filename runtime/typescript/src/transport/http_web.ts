/* http_web.ts: exchanges by fetch: whether something of a request was written
 * is never known. */
import type {
  Exchange,
  Exchanger,
  Failure,
  Header,
  Reply,
  Request,
} from "../seam/exchange.js";
import type { HttpOptions } from "./http.js";

/** Thrown with words that say what is wrong. */
class Wrong extends Error {}

/** The body, if it is not too large. */
async function bodyOf(answer: Response, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = answer.body?.getReader();
  for (;;) {
    const piece = await reader?.read();
    if (piece?.value === undefined) {
      break;
    }
    size += piece.value.length;
    if (size > most) {
      await reader?.cancel();
      throw new Wrong(
        `the server's answer is larger than message_bytes_max (${most})`,
      );
    }
    pieces.push(piece.value);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    body.set(piece, at);
    at += piece.length;
  }
  return body;
}

export class WebHttp implements Exchanger {
  readonly #most: number;
  readonly #all = new Set<AbortController>();

  constructor({ messageBytesMax }: HttpOptions) {
    this.#most = messageBytesMax;
  }

  begin(
    request: Request,
    replied: (reply: Reply) => void,
    failed: (failure: Failure) => void,
  ): Exchange {
    const abort = new AbortController();
    this.#all.add(abort);
    void this.#play(request, abort.signal)
      .then(replied, (error: unknown) => {
        if (!abort.signal.aborted) {
          const text =
            error instanceof Wrong
              ? error.message
              : "the exchange failed; the platform does not say why";
          failed({ text, sent: "unknown" });
        }
      })
      .finally(() => {
        this.#all.delete(abort);
      });
    const cancel = () => {
      abort.abort();
    };
    return { sent: "unknown", cancel };
  }

  async #play(request: Request, signal: AbortSignal): Promise<Reply> {
    const { to, verb, target, headers, body } = request;
    const url = `${to.secure ? "https" : "http"}://${to.authority}${target}`;
    const answer = await fetch(url, {
      method: verb,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      redirect: "manual",
      credentials: "omit",
      cache: "no-store",
      signal,
      ...(body === undefined ? {} : { body }),
    });
    if (answer.type === "opaqueredirect") {
      throw new Wrong(
        "the server redirects, and a browser does not say where to: use the " +
          "final url",
      );
    }
    const bytes = await bodyOf(answer, this.#most);
    const said: Header[] = [];
    answer.headers.forEach((value, name) => said.push([name, value]));
    return { status: answer.status, headers: said, body: bytes };
  }

  close(): void {
    for (const abort of this.#all) {
      abort.abort();
    }
  }
}
