/* mode.ts: which protocol carries a client's calls. */
import { Centrifugo } from "../protocol/centrifugo.js";
import { Channel } from "../protocol/channel.js";
import type { Protocol } from "../seam/protocol.js";
import { fillUser, type Settings } from "./options.js";

export interface Mode {
  readonly protocol: Protocol;
  /** The one in it that has the token. */
  readonly greeter: Centrifugo;
}

export function makeMode(
  settings: Settings,
  token: string,
  userId: string,
  connectData: string,
): Mode {
  const greeter = new Centrifugo(token, settings.name, connectData);
  if (settings.mode !== "channel") {
    greeter.advises = true;
    return { protocol: greeter, greeter };
  }
  const { requestChannel, responderUser } = settings;
  const replyChannel = fillUser(settings.replyChannel, userId);
  const protocol = new Channel({
    inner: greeter,
    requestChannel,
    replyChannel,
    responderUser,
  });
  return { protocol, greeter };
}
