import type { Mode } from '../../domain/mode';
import type { Sql, Transaction } from '../sql/database';
import { divideChats } from './chats';
import { copyErasedOptOut } from './erased-opt-outs';
import { PENDING, UNTRIED, type MessageRow } from './messages';
import { regroup } from './messages-to-draw';
import { isOptedOut } from './opt-outs';
import { copyTakeovers } from './takeovers';

/*
 * What happens to rows when several people turn out to be one: the `losers` are ids that the `survivor` replaces.
 */

/** The tables whose rows are about somebody, and need nothing else when that is another person. In the order of locking. */
const ABOUT_PEOPLE = [
  'recurrences',
  'messages',
  'inbound_messages',
  'awaited_messages',
  'sequences',
  'contacts',
] as const;

/** Whether anything is stored about these ids. */
export async function isAnythingAbout(sql: Sql, mode: Mode, whos: readonly string[]): Promise<boolean> {
  const found = ABOUT_PEOPLE.map((table) => `EXISTS (SELECT FROM ${table} WHERE who = ANY($1::text[]))`);
  const rows = await sql.query<{ any: boolean }>(
    `SELECT ${found.join(' OR ')}
       OR EXISTS (SELECT FROM unnest($1::text[]) AS given (id) WHERE ${isOptedOut('$2', 'given.id')})
       OR EXISTS (SELECT FROM known_contacts WHERE who = ANY($1::text[]))
       OR EXISTS (SELECT FROM takeovers WHERE who = ANY($1::text[]))
       OR EXISTS (SELECT FROM chats WHERE who = ANY($1::text[]))
       OR EXISTS (SELECT FROM chat_messages WHERE who = ANY($1::text[]) OR writer = ANY($1::text[]))
       OR EXISTS (SELECT FROM people WHERE id = ANY($1::text[])) AS any`,
    [whos, mode],
  );
  return rows[0]!.any;
}

/** Gives every row of the losers to the survivor. */
export function moveRows(tx: Transaction, losers: readonly string[], survivor: string): void {
  for (const table of ABOUT_PEOPLE)
    tx.write(`UPDATE ${table} SET who = $2 WHERE who = ANY($1::text[])`, [losers, survivor]);
}

/** Gives the rows of one chat, which were thought to be another person's, to the person it belongs to. */
export function moveRowsOfChat(
  tx: Transaction,
  mode: Mode,
  { chatId, from, to }: { chatId: string; from: string; to: string },
): void {
  for (const table of ABOUT_PEOPLE)
    tx.write(`UPDATE ${table} SET who = $3 WHERE who = $2 AND chat_id = $1`, [chatId, from, to]);
  // What protects them holds for both.
  tx.write(
    `INSERT INTO opt_outs (mode, who, chat_id, recipient, source, created_at)
     SELECT mode, $3, $4, '+' || split_part($4, '@', 1), source, created_at FROM opt_outs WHERE mode = $1 AND who = $2
     ON CONFLICT DO NOTHING`,
    [mode, from, to, chatId],
  );
  copyErasedOptOut(tx, mode, from, to);
  tx.write(
    `INSERT INTO known_contacts (session_id, who, since) SELECT session_id, $2, since FROM known_contacts WHERE who = $1
     ON CONFLICT DO NOTHING`,
    [from, to],
  );
  regroup(tx, to);
  copyTakeovers(tx, from, to, chatId);
  divideChats(tx, { chatId, from, to });
}

/** Contacts that are in an audience under several of these ids. All but the first of each audience, with its id. */
export async function findContactsTwice(
  sql: Sql,
  whos: readonly string[],
): Promise<{ id: string; audience_id: string }[]> {
  return sql.query(
    `SELECT id, audience_id FROM (
       SELECT id, audience_id, row_number() OVER (PARTITION BY audience_id ORDER BY id) AS nth
       FROM contacts WHERE who = ANY($1::text[])) AS c
     WHERE nth > 1 ORDER BY audience_id, id`,
    [whos],
  );
}

/** Locks the pending messages to any of these ids, in the order of ids. */
export async function lockPendingTo(tx: Sql, whos: readonly string[]): Promise<MessageRow[]> {
  return tx.query<MessageRow>(
    `SELECT * FROM messages WHERE who = ANY($1::text[]) AND ${PENDING} ORDER BY id FOR UPDATE`,
    [whos],
  );
}

/**
 * Ids of untried campaign messages whose campaign has another message for the same person: one that went out or is on
 * its way, or an earlier one that will.
 */
export async function findMessagesTwice(sql: Sql, whos: readonly string[]): Promise<Set<string>> {
  const rows = await sql.query<{ id: string }>(
    `SELECT id FROM messages AS m WHERE who = ANY($1::text[]) AND campaign_id IS NOT NULL AND ${UNTRIED}
       AND EXISTS (SELECT FROM messages AS o WHERE o.who = ANY($1::text[]) AND o.campaign_id = m.campaign_id
         AND o.id <> m.id AND o.status NOT IN ('canceled', 'failed')
         AND (o.id < m.id OR o.status NOT IN ('scheduled', 'queued') OR o.handed_over_at IS NOT NULL))`,
    [whos],
  );
  return new Set(rows.map(({ id }) => id));
}
