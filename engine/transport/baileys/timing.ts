/** How long a link waits for what, in milliseconds. */
export interface Timing {
  /** For the server's answer to a query. */
  queryMs: number;
  /** For the server's answer to a message, once it is on the wire. */
  ackMs: number;
  /** How often the server is asked whether it is still there. */
  pingMs: number;
  /** Before the first try to connect again; each further one waits twice as long. */
  firstRetryMs: number;
  longestRetryMs: number;
  /** For what came in while away to be stored, before the link counts as connected all the same. */
  awayMs: number;
  /** How long QR codes are shown after somebody asked for them. */
  linkingMs: number;
  /** How long each QR code is shown; null as long as WhatsApp's own clients show them. */
  qrMs: number | null;
  /** For a socket to say goodbye before it is cut. */
  goodbyeMs: number;
  /** For keys to be stored when a link is closed. */
  lastWriteMs: number;
}

export const TIMING: Timing = {
  queryMs: 20_000,
  ackMs: 20_000,
  // A dead link is noticed after at most twice that: in under 30 s.
  pingMs: 12_000,
  firstRetryMs: 1_000,
  longestRetryMs: 60_000,
  awayMs: 15_000,
  linkingMs: 600_000,
  qrMs: null,
  goodbyeMs: 1_000,
  lastWriteMs: 5_000,
};
