/* outbox.ts: outgoing frames in order, each of one or more commands, until a
 * transport takes them. It knows sizes and no bytes of a protocol. */
import type { Slot } from "./table.js";

export interface Command {
  readonly text: string;
  readonly size: number;
  /** The call whose it is; undefined: the protocol's own. */
  readonly slot: Slot | undefined;
}

interface Frame {
  readonly commands: Command[];
  size: number;
}

export class Outbox {
  #frames: Frame[] = [];
  /** Of all frames. */
  bytes = 0;
  /** Commands may join the last frame. */
  open = false;

  get count(): number {
    return this.#frames.length;
  }

  /** One of the frames is the protocol's own. */
  get hasOwn(): boolean {
    return this.#frames.some(
      ({ commands: [first] }) => first?.slot === undefined,
    );
  }

  /** Whether the last frame is open and has room for a command of this size. */
  hasRoom(size: number, most: number): boolean {
    const last = this.#frames.at(-1);
    return this.open && last !== undefined && last.size + size <= most;
  }

  add(command: Command, join: number | undefined): void {
    const last = this.#frames.at(-1);
    if (join !== undefined && last !== undefined) {
      last.commands.push(command);
      last.size += join + command.size;
      this.bytes += join + command.size;
      return;
    }
    this.#frames.push({ commands: [command], size: command.size });
    this.bytes += command.size;
  }

  /** The call's command leaves a frame that nobody has taken. Its frame's place
   * where that is empty now, and gone; else -1. */
  withdraw(slot: Slot, join: number): number {
    const place = this.#frames.findIndex(({ commands }) =>
      commands.some((each) => each.slot === slot),
    );
    const frame = this.#frames[place];
    const at = frame?.commands.findIndex((each) => each.slot === slot) ?? -1;
    const [gone] = at < 0 ? [] : (frame?.commands.splice(at, 1) ?? []);
    if (frame === undefined || gone === undefined) {
      return -1;
    }
    const isEmpty = frame.commands.length === 0;
    const size = gone.size + (isEmpty ? 0 : join);
    frame.size -= size;
    this.bytes -= size;
    if (!isEmpty) {
      return -1;
    }
    this.open &&= place < this.#frames.length - 1;
    this.#frames.splice(place, 1);
    return place;
  }

  /** The first frames as texts, until they have `most` bytes; one at least. */
  take(join: string, most: number): string[] {
    let bytes = 0;
    let count = 0;
    for (const { size } of this.#frames) {
      bytes += size;
      count++;
      if (bytes >= most) {
        break;
      }
    }
    const frames = this.#frames
      .splice(0, count)
      .map(({ commands }) =>
        commands.length === 1
          ? (commands[0]?.text ?? "")
          : commands.map(({ text }) => text).join(join),
      );
    this.bytes -= bytes;
    this.open &&= this.#frames.length > 0;
    return frames;
  }

  clear(): void {
    this.#frames = [];
    this.bytes = 0;
    this.open = false;
  }
}
