const VERSION = 'c1';
const ID = /^[a-z]{2,4}_[0-9A-Za-z]{1,40}$/;
/** Of a list whose rows have no ids: `t1:<list>:<epoch ms>:<key>`. */
const TIMED = /^t1:([a-z_]{1,20}):(\d{1,15}):([0-9A-Za-z@._-]{1,64})$/;

const BROKEN = {
  ok: false,
  message:
    'This is not a cursor of this list; use next_cursor of the page before, or leave it out to start anew.',
} as const;

export type DecodedCursor = { ok: true; id: string } | { ok: false; message: string };
export type DecodedTimeCursor =
  { ok: true; /** Epoch ms. */ at: number; key: string } | { ok: false; message: string };

/**
 * The opaque `next_cursor` of a page that ended with the row `lastId`. The next page holds the rows with a lesser
 * id, so it does not move when newer rows are added.
 */
export function encodeCursor(lastId: string): string {
  return Buffer.from(`${VERSION}:${lastId}`, 'utf8').toString('base64url');
}

/**
 * Reads a cursor that `encodeCursor` made for a list of ids with this prefix (`msg`, `wh`, …). One that was made up,
 * cut off, or taken from another list is refused.
 */
export function decodeCursor(text: string, prefix: string): DecodedCursor {
  const [version, id, ...rest] = plain(text).split(':');
  if (version !== VERSION || id === undefined || rest.length > 0 || !ID.test(id)) return BROKEN;
  return id.startsWith(`${prefix}_`) ? { ok: true, id } : BROKEN;
}

/**
 * `encodeCursor` for a list that is ordered by time, and by a key where times are equal. The place is in the cursor
 * itself, so that it stays good when the row at which the page ended is gone.
 */
export function encodeTimeCursor(list: string, at: Date, key: string): string {
  return Buffer.from(`t1:${list}:${at.getTime()}:${key}`, 'utf8').toString('base64url');
}

/** Reads a cursor that `encodeTimeCursor` made for this list. */
export function decodeTimeCursor(text: string, list: string): DecodedTimeCursor {
  const [, ofList, at, key] = TIMED.exec(plain(text)) ?? [];
  return ofList === list && key !== undefined ? { ok: true, at: Number(at), key } : BROKEN;
}

/** What a cursor says; nothing where it is none. */
function plain(text: string): string {
  const bytes = Buffer.from(text, 'base64url');
  // Buffer skips what is not base64url; only what it would write itself counts.
  return bytes.toString('base64url') === text ? bytes.toString('utf8') : '';
}
