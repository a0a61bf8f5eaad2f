import { z } from 'zod';
import { decodeCursor, encodeCursor } from '../domain/cursor';
import { invalidRequest } from '../errors';

const MOST = 200;
const USUAL = 50;

/** What every list takes. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^([1-9]\d?|1\d\d|200)$/, { error: `must be a whole number from 1 to ${MOST}` })
    .optional()
    .describe(`1 to ${MOST}, ${USUAL} when absent`),
  cursor: z.string().max(512).optional().describe('next_cursor of the page before'),
};

/** What every list answers. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), has_more: z.boolean(), next_cursor: z.string().nullable() });
}

/**
 * Reads one page, newest first. One row more than asked for is read, to know whether there are more.
 * @param prefix of the ids in this list, such as `msg`.
 * @throws EngineError `invalid_request` for a cursor of another list or none at all.
 */
export async function readPage<Row extends { id: string }, Item>(
  query: { limit?: string; cursor?: string },
  prefix: string,
  read: (limit: number, before: string | null) => Promise<Row[]>,
  present: (row: Row) => Item,
): Promise<{ data: Item[]; has_more: boolean; next_cursor: string | null }> {
  const limit = Number(query.limit ?? USUAL);
  let before: string | null = null;
  if (query.cursor !== undefined) {
    const decoded = decodeCursor(query.cursor, prefix);
    if (!decoded.ok)
      throw invalidRequest([{ path: 'cursor', code: 'invalid_cursor', message: decoded.message }]);
    before = decoded.id;
  }
  const rows = await read(limit + 1, before);
  const page = rows.slice(0, limit);
  const last = page[page.length - 1];
  const hasMore = rows.length > limit;
  return {
    data: page.map(present),
    has_more: hasMore,
    next_cursor: hasMore && last ? encodeCursor(last.id) : null,
  };
}
