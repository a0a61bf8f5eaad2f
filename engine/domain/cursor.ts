const VERSION = 'c1';
const ID = /^[a-z]{2,4}_[0-9A-Za-z]{1,40}$/;
/** For a list whose rows have no ids: `t1:<list>:<epoch ms>:<key>`. */
const TIMED = /^t1:([a-z_]{1,20}):(\d{1,15}):([0-9A-Za-z@._-]{1,64})$/;

const BROKEN = {
  ok: false,
  message:
    'is not a cursor of this list. Use next_cursor of the previous page, or leave it out to start over.',
} as const;

export type DecodedCursor = { ok: true; id: string } | { ok: false; message: string };
export type DecodedTimeCursor =
  { ok: true; /** Epoch ms. */ at: number; key: string } | { ok: false; message: string };

/**
 * The opaque `next_cursor` of a page that ends with the row `lastId`. The next page has the rows with smaller ids, so
 * newer rows do not shift it.
 */
export function encodeCursor(lastId: string): string {
  return Buffer.from(`${VERSION}:${lastId}`, 'utf8').toString('base64url');
}

/**
 * Reads a cursor that `encodeCursor` made for a list of ids with this prefix (`msg`, `wh`, …). Rejects anything else,
 * such as a truncated cursor or one of another list.
 */
export function decodeCursor(text: string, prefix: string): DecodedCursor {
  const [version, id, ...rest] = plain(text).split(':');
  if (version !== VERSION || id === undefined || rest.length > 0 || !ID.test(id)) return BROKEN;
  return id.startsWith(`${prefix}_`) ? { ok: true, id } : BROKEN;
}

/**
 * `encodeCursor` for a list that is ordered by time, then by a key. The cursor has the whole position, so it still works
 * when the row at the end of the page is gone.
 */
export function encodeTimeCursor(list: string, at: Date, key: string): string {
  return Buffer.from(`t1:${list}:${at.getTime()}:${key}`, 'utf8').toString('base64url');
}

/** Reads a cursor that `encodeTimeCursor` made for this list. */
export function decodeTimeCursor(text: string, list: string): DecodedTimeCursor {
  const [, ofList, at, key] = TIMED.exec(plain(text)) ?? [];
  return ofList === list && key !== undefined ? { ok: true, at: Number(at), key } : BROKEN;
}

/** The content of a cursor; empty for text that is not base64url. */
function plain(text: string): string {
  const bytes = Buffer.from(text, 'base64url');
  // Buffer skips invalid characters, so compare with what it would write.
  return bytes.toString('base64url') === text ? bytes.toString('utf8') : '';
}
