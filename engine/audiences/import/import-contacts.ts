import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineError, invalidRequest, sentenceOf, type ErrorDetail } from '../../errors';
import type { Transact, Work } from '../../events/transact';
import type { AudienceRow } from '../../store/tables/audiences';
import { addContacts, type ReadContact } from '../contacts';
import { contactRows, type RowFault } from './contact-rows';
import { CsvFault } from './csv-fault';
import { csvRecords } from './csv-records';

/** What to do about a bad row: skip it, or import nothing. */
export type OnError = 'skip' | 'abort';

/** The audience that contacts are imported into. */
export interface ImportTarget {
  /** Locks it until the end of the transaction, which adds these contacts. @throws EngineError `not_found` */
  lock(work: Work, added: readonly ReadContact[]): Promise<AudienceRow>;
  /** How many contacts it has. @param faults bad rows, to report if no contact was added. */
  count(faults: ErrorDetail[]): Promise<number>;
}

/** The result of an import. Every row of the file is in exactly one of `added`, `skipped` and `error_count`. */
export interface Imported {
  added: number;
  /** Rows whose recipient is already in the audience, or occurs twice. */
  skipped: number;
  contact_count: number;
  /** The first hundred bad rows. */
  errors: RowFault[];
  error_count: number;
}

/** The largest file. Files are streamed, never held in memory as a whole. */
const MOST_BYTES = 512 * 1024 * 1024;
/** Contacts per transaction. Until it ends, the embedded database serves nobody else. */
const AT_ONCE = 250;
const MOST_ERRORS = 100;

/**
 * Adds the contacts in a CSV file to an audience. With `abort`, the whole file is checked before the first contact is
 * stored.
 * @throws EngineError `invalid_request` for a file that cannot be read or, with `abort`, for bad rows;
 *   `payload_too_large`; or what the target throws
 */
export async function importContacts(
  transact: Transact,
  source: AsyncIterable<Uint8Array>,
  target: ImportTarget,
  onError: OnError,
): Promise<Imported> {
  const limited = limit(source);
  if (onError === 'skip') return storeRows(transact, limited, target);
  const folder = await mkdtemp(join(tmpdir(), 'blueticks-import-'));
  const copy = join(folder, 'contacts.csv');
  try {
    await refuseBadRows(copyTo(copy, limited));
    return await storeRows(transact, createReadStream(copy), target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function storeRows(
  transact: Transact,
  source: AsyncIterable<Uint8Array>,
  target: ImportTarget,
): Promise<Imported> {
  const bad = new BadRows();
  let [added, skipped] = [0, 0];
  const store = async (contacts: ReadContact[]): Promise<void> => {
    const result = await transact(async (work) =>
      addContacts(work, await target.lock(work, contacts), contacts),
    );
    added += result.added;
    skipped += contacts.length - result.added;
  };
  const contacts: ReadContact[] = [];
  try {
    for await (const row of contactRows(csvRecords(source))) {
      if (!row.ok) bad.add(row.fault);
      else if (contacts.push(row.contact) === AT_ONCE) await store(contacts.splice(0));
    }
  } catch (error) {
    throw explain(error, added);
  }
  if (contacts.length > 0) await store(contacts);
  return {
    added,
    skipped,
    contact_count: await target.count(bad.details),
    errors: bad.first,
    error_count: bad.count,
  };
}

/** @throws EngineError `invalid_request` with the bad rows, if there are any */
async function refuseBadRows(source: AsyncIterable<Uint8Array>): Promise<void> {
  const bad = new BadRows();
  try {
    for await (const row of contactRows(csvRecords(source))) if (!row.ok) bad.add(row.fault);
  } catch (error) {
    throw explain(error, 0);
  }
  const [first] = bad.details;
  if (!first) return;
  const others = bad.count - 1;
  const more = others > 0 ? ` (${others} more bad ${others > 1 ? 'rows' : 'row'}.)` : '';
  const message = `${sentenceOf(first)}${more} Nothing was imported.`;
  throw new EngineError('invalid_request', message, { details: bad.details });
}

class BadRows {
  readonly first: RowFault[] = [];
  count = 0;

  add(fault: RowFault): void {
    this.count += 1;
    if (this.first.length < MOST_ERRORS) this.first.push(fault);
  }

  get details(): ErrorDetail[] {
    return this.first.map(({ line, path, message }) => ({
      path: path === '' ? `lines.${line}` : `lines.${line}.${path}`,
      code: 'invalid_row',
      message,
    }));
  }
}

async function* limit(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES)
      throw new EngineError('payload_too_large', 'The file is larger than 512 MiB. Split it.');
    yield chunk;
  }
}

/** Passes a stream through, and writes a copy that only this user can read. */
async function* copyTo(path: string, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'w', 0o600);
  try {
    for await (const chunk of source) {
      await file.write(chunk);
      yield chunk;
    }
  } finally {
    await file.close();
  }
}

/** The error for a file that could not be read to the end, after `added` contacts. */
function explain(error: unknown, added: number): unknown {
  const stored = added > 0 ? ` The ${added} contacts before it were added.` : '';
  if (error instanceof CsvFault) {
    return invalidRequest([
      { path: `lines.${error.line}`, code: 'unreadable', message: `${error.message}${stored}` },
    ]);
  }
  const { code } = error as { code?: unknown };
  if (code !== 'ECONNRESET' && code !== 'ERR_STREAM_PREMATURE_CLOSE') return error;
  return new EngineError('invalid_request', `The upload was cut off. Import the file again.${stored}`);
}
