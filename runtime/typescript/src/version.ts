/* version.ts: the version that requests name. */
export const VERSION = "0.1.0";
