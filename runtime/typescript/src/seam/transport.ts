/* transport.ts: how bytes get there. A transport opens a line, moves frames and
 * says why the line ended; it knows no call and no id. */

/** Why a line went down: the server's close code, or 0 and words. */
export interface LineEnd {
  readonly code: number;
  readonly text: string;
}

/** down: not begun, or over; see `end`. */
export type LineState = "down" | "opening" | "up";

export interface Transport {
  readonly line: LineState;
  readonly end: LineEnd;
  /** Frames of this line that were sent, and may leave whatever becomes of it:
   * a platform takes nothing back. */
  readonly begun: number;
  /** Frames of this line that the kernel has wholly. */
  readonly written: number;
  /** Bytes that send would take now; 0: none. */
  readonly room: number;
  /** Begins to open a line. */
  open(): void;
  /** Each text is a frame. Asked only while there is room. */
  send(frames: readonly string[]): void;
  /** The next whole message. */
  receive(): Uint8Array | undefined;
  /** Says goodbye with a close code behind what is queued; 0: ends at once,
   * without a word. */
  close(code: number): void;
  /** True where no socket and no timer is left. */
  readonly gone: boolean;
}
