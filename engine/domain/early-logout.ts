/** A logout so soon after linking is WhatsApp's distrust of where the device connects from, and hardly its owner's doing. */
export const EARLY_LOGOUT_MS = 10 * 60_000;

const BEGINNING = 'WhatsApp logged the number out ';

/**
 * What people read when a number is logged out right after it was linked.
 * @param afterMs milliseconds from linking to logout
 * @param hasProxy whether it connected through a proxy
 */
export function earlyLogout(afterMs: number, hasProxy: boolean): string {
  const seconds = Math.max(1, Math.round(afterMs / 1000));
  const after = seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`;
  const cause = hasProxy
    ? 'Probably it does not trust the address of the proxy, as of many that belong to data centers. Use a proxy with the address of a home or a mobile network (PATCH /v1/sessions/{id} {proxy}), then link the number again.'
    : 'Unless you removed the device on the phone, WhatsApp probably does not trust the address that it connects from, as of many data centers. Give the number a proxy with the address of a home or a mobile network (PATCH /v1/sessions/{id} {proxy}), or run the engine at home, then link the number again.';
  return `${BEGINNING}${after} after it was linked. ${cause}`;
}

/** Whether the reason of a logged-out session is that. */
export const isEarlyLogout = (reason: string | null): boolean => reason?.startsWith(BEGINNING) ?? false;
