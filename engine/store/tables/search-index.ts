import type { Sql, Transaction } from '../sql/database';

/** The letters "blss"; the trigger of the migration has the same. */
const SEARCH_LOCK = 0x626c7373;

/** A row of `search_segments`. */
export interface SearchSegment {
  number: number;
  /** It has the messages after this one. */
  first_id: string;
  last_id: string;
  /** The last message of each block; null: the segment is still being made. */
  block_ids: string[] | null;
}

/** Which blocks of a segment have a gram: a bit for each, the lowest of the first byte for the first. */
export interface GramRow {
  segment: number;
  gram: number;
  blocks: Uint8Array;
}

/** Until the transaction ends, no text of a message changes, and no other process changes the index. */
export async function lockSearch(tx: Sql): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [SEARCH_LOCK]);
}

/** Up to which message the index goes; empty: there is nothing in it. */
export async function lastInIndex(sql: Sql): Promise<string> {
  const rows = await sql.query<{ last_id: string }>(
    'SELECT last_id FROM search_segments WHERE block_ids IS NOT NULL ORDER BY last_id DESC LIMIT 1',
  );
  return rows[0]?.last_id ?? '';
}

/** What finished segments have of these grams, newest segment first. @param before only segments with smaller ids */
export async function findGrams(
  sql: Sql,
  grams: readonly number[],
  before: string | null,
): Promise<GramRow[]> {
  return sql.query<GramRow>(
    `SELECT g.segment, g.gram, g.blocks
     FROM search_segments AS s CROSS JOIN unnest($1::integer[]) AS wanted (gram) CROSS JOIN LATERAL (
       SELECT * FROM search_grams WHERE segment = s.number AND gram = wanted.gram LIMIT 1) AS g
     WHERE s.block_ids IS NOT NULL AND ($2::text IS NULL OR s.first_id < $2) ORDER BY s.last_id DESC`,
    [grams, before],
  );
}

export async function findSegment(sql: Sql, number: number): Promise<SearchSegment | undefined> {
  const rows = await sql.query<SearchSegment>('SELECT * FROM search_segments WHERE number = $1', [number]);
  return rows[0];
}

/** The segment that a process began and has not finished. */
export async function findUnfinished(sql: Sql): Promise<SearchSegment | undefined> {
  const rows = await sql.query<SearchSegment>(
    'SELECT * FROM search_segments WHERE block_ids IS NULL LIMIT 1',
  );
  return rows[0];
}

/** A segment whose messages are all gone. */
export async function findEmpty(sql: Sql): Promise<SearchSegment | undefined> {
  const rows = await sql.query<SearchSegment>(
    `SELECT * FROM search_segments AS s WHERE (
       SELECT true FROM messages WHERE id > s.first_id AND id <= s.last_id ORDER BY id LIMIT 1) IS NULL LIMIT 1`,
  );
  return rows[0];
}

/**
 * Begins the next segment, if there are `size` messages for it that are older than `settled`.
 * @param settled an id
 */
export async function beginSegment(
  tx: Sql,
  size: number,
  settled: string,
): Promise<SearchSegment | undefined> {
  const rows = await tx.query<SearchSegment>(
    `INSERT INTO search_segments (number, first_id, last_id)
     SELECT last.number + 1, last.id, m.id FROM (
       SELECT coalesce(max(number), 0) AS number, coalesce(max(last_id), '') AS id FROM search_segments) AS last
     CROSS JOIN LATERAL (
       SELECT id FROM messages WHERE id > last.id AND id <= $2 ORDER BY id OFFSET $1::int - 1 LIMIT 1) AS m
     RETURNING *`,
    [size, settled],
  );
  return rows[0];
}

export async function finishSegment(sql: Sql, number: number, blockIds: readonly string[]): Promise<void> {
  await sql.query('UPDATE search_segments SET block_ids = $2 WHERE number = $1', [number, blockIds]);
}

export async function deleteSegment(sql: Sql, number: number): Promise<void> {
  await sql.query('DELETE FROM search_segments WHERE number = $1', [number]);
}

/** Removes up to `limit` grams of a segment. @returns how many */
export async function deleteGrams(sql: Sql, segment: number, limit: number): Promise<number> {
  const rows = await sql.query(
    `DELETE FROM search_grams WHERE ctid = ANY(ARRAY(
       SELECT ctid FROM search_grams WHERE segment = $1 ORDER BY gram LIMIT $2)) RETURNING 1 AS one`,
    [segment, limit],
  );
  return rows.length;
}

/** Stores grams of a segment that is being made. */
export async function saveGrams(sql: Sql, rows: readonly GramRow[]): Promise<void> {
  await sql.query(
    `INSERT INTO search_grams (segment, gram, blocks) SELECT * FROM unnest($1::integer[], $2::integer[], $3::bytea[])
     ON CONFLICT (segment, gram) DO UPDATE SET blocks = excluded.blocks`,
    [rows.map((row) => row.segment), rows.map((row) => row.gram), rows.map((row) => Buffer.from(row.blocks))],
  );
}

/** Adds that a block has these grams. @param alone bits of which only that of the block is set */
export function addGrams(
  tx: Transaction,
  segment: number,
  block: number,
  grams: readonly number[],
  alone: Uint8Array,
): void {
  tx.write(
    `INSERT INTO search_grams AS old (segment, gram, blocks) SELECT $1, gram, $4::bytea FROM unnest($3::integer[]) AS new (gram)
     ON CONFLICT (segment, gram) DO UPDATE SET blocks = set_bit(old.blocks, $2::bigint, 1)`,
    [segment, block, grams, Buffer.from(alone)],
  );
}

/** Up to `limit` texts, of messages after `after` and up to `last`. */
export async function readTexts(
  sql: Sql,
  after: string,
  last: string,
  limit: number,
): Promise<{ id: string; text: string | null }[]> {
  return sql.query('SELECT id, text FROM messages WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3', [
    after,
    last,
    limit,
  ]);
}

/** A text that has changed since it was indexed, with its segment. Null: the message is gone. */
export interface ChangedText {
  id: string;
  text: string | null;
  number: number;
  block_ids: string[];
}

/** Up to `limit` texts that have changed, in segments that are finished. */
export async function findChangedTexts(tx: Sql, limit: number): Promise<ChangedText[]> {
  return tx.query<ChangedText>(
    `SELECT c.id, m.text, s.number, s.block_ids FROM search_changes AS c LEFT JOIN messages AS m ON m.id = c.id
     CROSS JOIN LATERAL (SELECT * FROM search_segments WHERE last_id >= c.id ORDER BY last_id LIMIT 1) AS s
     WHERE s.block_ids IS NOT NULL ORDER BY c.id LIMIT $1`,
    [limit],
  );
}

export function forgetChanges(tx: Transaction, ids: readonly string[]): void {
  tx.write('DELETE FROM search_changes WHERE id = ANY($1::text[])', [ids]);
}
