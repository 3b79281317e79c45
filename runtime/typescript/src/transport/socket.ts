/* socket.ts: what the client asks of a WebSocket: the part of the browser's
 * interface that centrifuge and this runtime use. */

/** A WebSocket, or what behaves like one. */
export interface Socket {
  binaryType: string;
  onopen: ((event: unknown) => void) | null;
  onerror: ((event: unknown) => void) | null;
  onclose: ((event: { code?: number; reason?: string }) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  send(data: Uint8Array): void;
  close(code?: number): void;
  /** Ends it at once, without a goodbye; only Node's has it. */
  terminate?(): void;
}

export interface SocketOptions {
  /** Bytes of one message from the server. */
  readonly messageBytesMax: number;
  /** Origin header; browsers set their own. */
  readonly origin?: string;
}

/** Dials. Throws where the url is none. */
export type Dial = (
  url: string,
  protocol: string,
  options: SocketOptions,
) => Socket;

/** The platform's own way; see socket_node.ts and socket_browser.ts. */
export declare const dial: Dial;
