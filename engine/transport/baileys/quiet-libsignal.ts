/** How the lines begin that libsignal writes to the console; some are followed by private keys. */
const LIBSIGNAL_LINES =
  /^(Closing |Opening session|Removing old closed session|Session already|Session error|Migrating session|Failed to decrypt message with any|Decrypted message with closed|Unhandled bucket type|WARNING: Expected pubkey|V1 session storage)/;

const METHODS = ['info', 'warn', 'error'] as const;
let silenced = false;

/** Drops libsignal's own console lines in this process and leaves everything else alone. */
export function quietLibsignal(): void {
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
