const VERSION = 'c1';
const ID = /^[a-z]{2,4}_[0-9A-Za-z]{1,40}$/;

export type DecodedCursor = { ok: true; id: string } | { ok: false; message: string };

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
  const broken = {
    ok: false,
    message:
      'This is not a cursor of this list; use next_cursor of the page before, or leave it out to start anew.',
  } as const;
  const bytes = Buffer.from(text, 'base64url');
  // Buffer skips what is not base64url; only what it would write itself counts.
  if (bytes.toString('base64url') !== text) return broken;
  const [version, id, ...rest] = bytes.toString('utf8').split(':');
  if (version !== VERSION || id === undefined || rest.length > 0 || !ID.test(id)) return broken;
  return id.startsWith(`${prefix}_`) ? { ok: true, id } : broken;
}
