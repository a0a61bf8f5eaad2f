const nothing = (): void => undefined;

/** The logger that Baileys gets. It drops everything: Baileys logs keys, phone numbers and whole stanzas. */
export const silentLogger = {
  level: 'silent',
  child: () => silentLogger,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};

/** The start of the lines that libsignal prints to the console. Some of them go on with private keys. */
const LIBSIGNAL_LINES =
  /^(Closing |Opening session|Removing old closed session|Session already|Session error|Migrating session|Failed to decrypt message with any|Decrypted message with closed|Unhandled bucket type|WARNING: Expected pubkey|V1 session storage)/;

const METHODS = ['info', 'warn', 'error'] as const;
let silenced = false;

/** Drops libsignal's console lines in this process. Everything else is printed as before. */
export function silenceLibsignal(): void {
  if (silenced) return;
  silenced = true;
  for (const method of METHODS) {
    const original = console[method].bind(console);
    console[method] = (...args: unknown[]): void => {
      if (typeof args[0] === 'string' && LIBSIGNAL_LINES.test(args[0])) return;
      original(...args);
    };
  }
}
