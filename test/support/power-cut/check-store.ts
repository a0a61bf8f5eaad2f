import { MESSAGE_STATUSES, type MessageStatus } from '../../../engine/domain/messages/message-status';
import type { Encryption } from '../../../engine/encryption/encryption';
import type { Database } from '../../../engine/store/sql/database';
import type { Expected } from './promises';
import { KEYS_TOGETHER, sessionMemory } from './store-work';

/**
 * What of the promises the store does not keep, each as a sentence; and what is broken or half-done in it.
 * @param thoroughly reads PostgreSQL's own tables too, which takes as long as all the rest
 */
export async function faultsOf(
  database: Database,
  encryption: Encryption,
  expected: Expected,
  thoroughly: boolean,
): Promise<string[]> {
  return [
    ...(await unreadable(
      database,
      thoroughly ? ['blueticks', 'bullmq', 'pg_catalog'] : ['blueticks', 'bullmq'],
    )),
    ...(await faultsOfMessages(database, expected)),
    ...(await missingOf(database, 'a key', 'SELECT hash AS it FROM api_keys', expected.keys)),
    ...(await missingOf(database, 'an opt-out', 'SELECT recipient AS it FROM opt_outs', expected.optOuts)),
    ...(await missingOf(database, 'an event', 'SELECT id AS it FROM events', expected.events)),
    ...(await faultsOfStatuses(database, expected)),
    ...(await faultsOfSessionKeys(database, encryption, expected)),
  ];
}

/** Reads every page of every table: a torn one fails its checksum. */
async function unreadable(database: Database, schemas: readonly string[]): Promise<string[]> {
  const tables = await database.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname = ANY($1::text[])`,
    [schemas],
  );
  const faults: string[] = [];
  for (const { name } of tables) {
    await database.query(`SELECT count(t::text) FROM ${name} AS t`).catch((error: Error) => {
      faults.push(`${name} cannot be read: ${error.message}`);
    });
  }
  return faults;
}

async function faultsOfMessages(database: Database, { messages, edits }: Expected): Promise<string[]> {
  const faults: string[] = [];
  const rows = await database.query<{ id: string; reference: string; text: string; half: boolean }>(
    `SELECT id, reference, text,
       status = 'queued' AND NOT EXISTS (SELECT FROM events WHERE subject_id = m.id) AS half
     FROM messages AS m`,
  );
  const byReference = new Map<string, number>();
  for (const { id, reference, text, half } of rows) {
    byReference.set(reference, (byReference.get(reference) ?? 0) + 1);
    if (half) faults.push(`message ${id} has no event`);
    const texts = edits.get(id) ?? [reference];
    if (!texts.includes(text)) faults.push(`message ${id} has the text ${text.slice(0, 40)}`);
    edits.delete(id);
  }
  for (const id of edits.keys()) faults.push(`message ${id} is lost with its edit`);
  for (const [reference, { count, kept }] of messages) {
    const found = byReference.get(reference) ?? 0;
    if (found !== count && (kept || found !== 0)) faults.push(`${reference}: ${found} of ${count} messages`);
  }
  return faults;
}

async function missingOf(
  database: Database,
  what: string,
  sql: string,
  wanted: readonly string[],
): Promise<string[]> {
  const found = new Set((await database.query<{ it: string }>(sql)).map(({ it }) => it));
  return wanted.filter((it) => !found.has(it)).map((it) => `${what} is lost: ${it}`);
}

async function faultsOfStatuses(database: Database, { statuses }: Expected): Promise<string[]> {
  const rows = await database.query<{ id: string; status: MessageStatus }>('SELECT id, status FROM messages');
  const rank = (status?: string): number => MESSAGE_STATUSES.indexOf(status as MessageStatus);
  const found = new Map(rows.map(({ id, status }) => [id, status]));
  return [...statuses]
    .filter(([id, status]) => rank(found.get(id)) < rank(status))
    .map(([id, status]) => `message ${id} was ${status} and is ${found.get(id)}`);
}

async function faultsOfSessionKeys(
  database: Database,
  encryption: Encryption,
  { sessionKeys }: Expected,
): Promise<string[]> {
  const faults: string[] = [];
  const memory = sessionMemory(database, encryption);
  for (const [name, { kept, asked }] of sessionKeys) {
    const values = await memory.list(name).catch((error: Error) => error);
    if (values instanceof Error) {
      faults.push(`session keys ${name}: ${values.message}`);
      continue;
    }
    const rounds = [...values.values()].map((value) => parseInt(Buffer.from(value).toString('latin1'), 10));
    const round = rounds[0] ?? 0;
    const isWhole =
      rounds.length === (round === 0 ? 0 : KEYS_TOGETHER) && rounds.every((one) => one === round);
    if (!isWhole || round < kept || round > asked)
      faults.push(`session keys ${name}: rounds ${rounds.join(' ')}, from ${kept} to ${asked} may be`);
  }
  return faults;
}
