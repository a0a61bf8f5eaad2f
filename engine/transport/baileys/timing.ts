/** How long a link waits, in milliseconds. */
export interface Timing {
  /** For the server's answer to a query. */
  queryMs: number;
  /** For the server's ack of a sent message. */
  ackMs: number;
  /** The same for what is done to a message. Callers wait 20 s for the owner of a session. */
  actMs: number;
  /** For our own phone to upload a file again. Callers wait 20 s for the owner of a session. */
  uploadMs: number;
  /** For our own phone to answer with older messages. */
  olderMs: number;
  /** Between two pings of the server. */
  pingMs: number;
  /** Before the first reconnect. Each further one waits twice as long. */
  firstRetryMs: number;
  longestRetryMs: number;
  /** For messages received while offline to be stored, before the link counts as connected anyway. */
  awayMs: number;
  /** How long QR codes are shown after a request. */
  linkingMs: number;
  /** How long each QR code is shown; null: as long as WhatsApp's own clients show it. */
  qrMs: number | null;
  /** For a socket to close politely before it is cut. */
  goodbyeMs: number;
  /** For keys to be stored when a link closes. */
  lastWriteMs: number;
}

export const TIMING: Timing = {
  queryMs: 20_000,
  ackMs: 20_000,
  actMs: 10_000,
  uploadMs: 15_000,
  olderMs: 15_000,
  // A dead link is noticed after at most two pings: in under 30 s.
  pingMs: 12_000,
  firstRetryMs: 1_000,
  longestRetryMs: 60_000,
  awayMs: 15_000,
  linkingMs: 600_000,
  qrMs: null,
  goodbyeMs: 1_000,
  lastWriteMs: 5_000,
};
