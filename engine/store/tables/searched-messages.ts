import type { Mode } from '../../domain/mode';
import { blocksOfAll } from '../../domain/search/search-blocks';
import { gramsOfPart } from '../../domain/search/search-grams';
import type { Sql } from '../sql/database';
import { likely } from '../sql/likely';
import { conditions, type MessageFilter, type MessageRow } from './messages';
import { findGrams, findSegment, lastInIndex, type GramRow } from './search-index';

/** So few that the database is soon free for others. */
const BLOCKS_AT_ONCE = 20;

/** A range of messages: after the first id, up to the second. */
type Range = readonly [after: string, last: string];
const EVERYTHING_LATER = '~';

/**
 * At most `limit` messages with a part of a text, newest first. It looks at messages that the index does not have yet or
 * whose text has changed, and at blocks of messages that may have the part.
 * @param before only messages with a smaller id
 */
export async function searchMessages(
  sql: Sql,
  mode: Mode,
  filter: MessageFilter & { q: string },
  limit: number,
  before: string | null,
): Promise<MessageRow[]> {
  const wanted = { ...filter, before };
  const last = await lastInIndex(sql);
  const found = await listInRanges(sql, mode, wanted, [[last, EVERYTHING_LATER]], limit);
  for await (const ranges of rangesWith(sql, filter.q, before)) {
    if (found.length >= limit) break;
    found.push(...(await listInRanges(sql, mode, wanted, ranges, limit - found.length)));
  }
  const changed = await listChanged(sql, mode, wanted, limit);
  const all = new Map([...found, ...changed].map((row) => [row.id, row]));
  return [...all.values()].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit);
}

/** Blocks that may have the part, newest first, some at a time. */
async function* rangesWith(sql: Sql, q: string, before: string | null): AsyncGenerator<Range[]> {
  const grams = gramsOfPart(q);
  const bySegment = new Map<number, GramRow[]>();
  for (const row of await findGrams(sql, grams, before))
    bySegment.set(row.segment, [...(bySegment.get(row.segment) ?? []), row]);
  let ranges: Range[] = [];
  for (const [number, rows] of bySegment) {
    const blocks = rows.length === grams.length ? blocksOfAll(rows.map((row) => row.blocks)) : [];
    if (blocks.length === 0) continue;
    const segment = await findSegment(sql, number);
    const ids = segment?.block_ids ?? [];
    for (const block of blocks) {
      const range: Range = [ids[block - 1] ?? segment?.first_id ?? '', ids[block] ?? ''];
      if (before !== null && range[0] >= before) continue;
      if (ranges.push(range) < BLOCKS_AT_ONCE) continue;
      yield ranges;
      ranges = [];
    }
  }
  if (ranges.length > 0) yield ranges;
}

async function listInRanges(
  sql: Sql,
  mode: Mode,
  filter: MessageFilter,
  ranges: readonly Range[],
  limit: number,
): Promise<MessageRow[]> {
  const { where, params } = conditions(mode, filter);
  const after = params.push(ranges.map(([first]) => first));
  const last = params.push(ranges.map((range) => range[1]));
  const most = params.push(limit);
  // The order and the limit of each make PostgreSQL read the index, with or without statistics.
  return sql.query<MessageRow>(
    `SELECT m.* FROM unnest($${after}::text[], $${last}::text[]) AS range (after, last) CROSS JOIN LATERAL (
       SELECT * FROM messages WHERE id > range.after AND id <= range.last AND ${likely(where.join(' AND '))}
       ORDER BY id DESC LIMIT $${most}
     ) AS m ORDER BY m.id DESC LIMIT $${most}`,
    params,
  );
}

async function listChanged(
  sql: Sql,
  mode: Mode,
  filter: MessageFilter,
  limit: number,
): Promise<MessageRow[]> {
  const { where, params } = conditions(mode, filter);
  return sql.query<MessageRow>(
    `SELECT * FROM messages WHERE id = ANY(ARRAY(SELECT id FROM search_changes)) AND ${where.join(' AND ')}
     ORDER BY id DESC LIMIT $${params.push(limit)}`,
    params,
  );
}
