/* connect_data.ts: the program's data of the connect command as it is sent. It
 * knows no connection. */
import { BellError } from "../errors.js";
import { encodeText } from "../record/encode.js";
import { byteSize } from "../utf8.js";
import { anything } from "./call.js";
import type { Settings } from "./options.js";

/** The JSON, without line breaks ("" where there is none), and what is wrong
 * with it. */
export function writeConnectData(
  settings: Settings,
): [json: string, wrong?: string] {
  const { connectData, requestBytesMax } = settings;
  if (connectData === undefined) {
    return [""];
  }
  try {
    const json = encodeText(anything, connectData, settings);
    return byteSize(json) > requestBytesMax
      ? [
          "",
          "the connect data is larger than request_bytes_max " +
            `(${requestBytesMax})`,
        ]
      : [json];
  } catch (error) {
    if (!(error instanceof BellError)) {
      throw error;
    }
    // The codec's words stand behind its path.
    const words = error.message.slice(error.path.length + 2);
    return ["", `the connect data is wrong: ${words}`];
  }
}
