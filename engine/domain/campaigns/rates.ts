/** How many people a campaign reached, and what they did. */
export interface Outcome {
  sent: number;
  delivered: number;
  read: number;
  replied: number;
  optedOut: number;
  failed: number;
}

/** Shares from 0 to 1, rounded to four places; null where there is nothing to share. */
export interface Rates {
  delivered: number | null;
  read: number | null;
  replied: number | null;
  opted_out: number | null;
  failed: number | null;
}

/** Of the messages that were sent, and failures of all that were sent or failed. */
export function ratesOf({ sent, delivered, read, replied, optedOut, failed }: Outcome): Rates {
  const tried = sent + failed;
  return {
    delivered: share(delivered, sent),
    read: share(read, sent),
    replied: share(replied, sent),
    opted_out: share(optedOut, sent),
    failed: share(failed, tried),
  };
}

function share(part: number, whole: number): number | null {
  if (whole === 0) return null;
  // A message can fail after it was sent, and an account can be joined with another later.
  return Math.round(Math.min(1, part / whole) * 10_000) / 10_000;
}
