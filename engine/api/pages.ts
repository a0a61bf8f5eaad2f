import { z } from 'zod';
import { decodeCursor, decodeTimeCursor, encodeCursor, encodeTimeCursor } from '../domain/cursor';
import { invalidRequest } from '../errors';

const MAX = 200;
const DEFAULT = 50;

/** The query of every list. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^([1-9]\d?|1\d\d|200)$/, { error: `must be a whole number from 1 to ${MAX}` })
    .optional()
    .describe(`1 to ${MAX}, default ${DEFAULT}`),
  cursor: z.string().max(512).optional().describe('next_cursor of the previous page'),
};

/** The answer of every list. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), has_more: z.boolean(), next_cursor: z.string().nullable() });
}

/**
 * Reads one page, newest first.
 * @param prefix of the ids in this list, such as `msg`.
 * @throws EngineError `invalid_request` for a cursor of another list, or for text that is not a cursor.
 */
export async function readPage<Row extends { id: string }, Item>(
  query: PageQuery,
  prefix: string,
  read: (limit: number, before: string | null) => Promise<Row[]>,
  present: (row: Row) => Item,
): Promise<Page<Item>> {
  const before = query.cursor === undefined ? null : known(decodeCursor(query.cursor, prefix)).id;
  return pageFrom(
    query,
    (limit) => read(limit, before),
    present,
    (row) => encodeCursor(row.id),
  );
}

/** `readPage` for a list whose rows have no ids, ordered by time and then by `keyOf`. */
export async function readTimePage<Row extends { created_at: Date }, Item>(
  query: PageQuery,
  list: string,
  read: (limit: number, before: { at: Date; key: string } | null) => Promise<Row[]>,
  present: (row: Row) => Item,
  keyOf: (row: Row) => string,
): Promise<Page<Item>> {
  const place = query.cursor === undefined ? null : known(decodeTimeCursor(query.cursor, list));
  const before = place && { at: new Date(place.at), key: place.key };
  const cursorOf = (row: Row): string => encodeTimeCursor(list, row.created_at, keyOf(row));
  return pageFrom(query, (limit) => read(limit, before), present, cursorOf);
}

/** The query of a list that WhatsApp answers as a whole. @param most of one page */
export function listQuery(most: number) {
  return {
    limit: z
      .string()
      .regex(/^[1-9]\d{0,2}$/, { error: `must be a whole number from 1 to ${most}` })
      .refine((text) => Number(text) <= most, { error: `must be a whole number from 1 to ${most}` })
      .optional()
      .describe(`1 to ${most}; everything at once if it is left out`),
    cursor: pageQuery.cursor,
  };
}

/** A page of a list that is there as a whole. Its cursor is a place in it. */
export function listed<Item>(
  query: PageQuery & { offset?: string },
  list: string,
  all: readonly Item[],
): Page<Item> {
  const start =
    query.cursor === undefined ? Number(query.offset ?? 0) : known(decodeTimeCursor(query.cursor, list)).at;
  const end = query.limit === undefined ? all.length : start + Number(query.limit);
  const hasMore = end < all.length;
  return {
    data: all.slice(start, end),
    has_more: hasMore,
    next_cursor: hasMore ? encodeTimeCursor(list, new Date(end), 'place') : null,
  };
}

interface PageQuery {
  limit?: string;
  cursor?: string;
}

interface Page<Item> {
  data: Item[];
  has_more: boolean;
  next_cursor: string | null;
}

function known<Decoded extends { ok: boolean }>(decoded: Decoded | { ok: false; message: string }) {
  if (decoded.ok) return decoded as Extract<Decoded, { ok: true }>;
  const { message } = decoded as { message: string };
  throw invalidRequest([{ path: 'cursor', code: 'invalid_cursor', message }]);
}

/** Reads one row more than requested, to know whether there are more. */
async function pageFrom<Row, Item>(
  query: PageQuery,
  read: (limit: number) => Promise<Row[]>,
  present: (row: Row) => Item,
  cursorOf: (row: Row) => string,
): Promise<Page<Item>> {
  const limit = Number(query.limit ?? DEFAULT);
  const rows = await read(limit + 1);
  const page = rows.slice(0, limit);
  const last = page[page.length - 1];
  const hasMore = rows.length > limit;
  return {
    data: page.map(present),
    has_more: hasMore,
    next_cursor: hasMore && last ? cursorOf(last) : null,
  };
}
