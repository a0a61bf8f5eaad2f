/** WhatsApp's clock and ours may differ by this much. */
const CLOCKS_DIFFER_MS = 120_000;

/**
 * Whether something may be what an attempt has created. WhatsApp tells when it was created by its own clock, in seconds.
 * @param since when the attempt began, in epoch milliseconds
 */
export function isCreatedSince({ createdAt }: { createdAt?: number | null }, since: number): boolean {
  return typeof createdAt === 'number' && createdAt >= since - CLOCKS_DIFFER_MS;
}
