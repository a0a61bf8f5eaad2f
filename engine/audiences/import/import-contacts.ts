import { EngineError, invalidRequest, sentenceOf, type ErrorDetail } from '../../errors';
import type { Transact } from '../../events/transact';
import { addContacts } from '../contacts';
import type { ReadContact } from '../read-contact';
import { contactRows, type RowFault } from './contact-rows';
import { CsvFault } from './csv-fault';
import { csvRecords } from './csv-records';
import type { ImportTarget } from './import-target';
import { spooledFile } from './spooled-file';

/** What is done about a bad row: leave it out, or take nothing of the file. */
export type OnError = 'skip' | 'abort';

/** What an import did: every row of the file is in exactly one of `added`, `skipped` and `error_count`. */
export interface Imported {
  added: number;
  /** Rows whose recipient the audience had already, or that came twice. */
  skipped: number;
  contact_count: number;
  /** The first hundred bad rows. */
  errors: RowFault[];
  error_count: number;
}

/** The largest file; over HTTP it comes as it is, and is never in memory as a whole. */
const MOST_BYTES = 512 * 1024 * 1024;
/** Contacts stored in one transaction: on the embedded database others wait for it. */
const AT_ONCE = 250;
const MOST_ERRORS = 100;

/**
 * Adds the contacts of a CSV file to an audience. With `abort` the whole file is read and found good before the first
 * contact is stored.
 * @throws EngineError `invalid_request` for a file that cannot be read or, with `abort`, for its bad rows;
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
  const spool = await spooledFile();
  try {
    await refuseBadRows(spool.keep(limited));
    return await storeRows(transact, spool.read(), target);
  } finally {
    await spool.remove();
  }
}

async function storeRows(
  transact: Transact,
  source: AsyncIterable<Uint8Array>,
  target: ImportTarget,
): Promise<Imported> {
  const found = new FoundErrors();
  let [added, skipped] = [0, 0];
  const store = async (contacts: ReadContact[]): Promise<void> => {
    const result = await transact(async (work) => addContacts(work, await target.lock(work), contacts));
    added += result.added;
    skipped += contacts.length - result.added;
  };
  const contacts: ReadContact[] = [];
  try {
    for await (const row of contactRows(csvRecords(source))) {
      if (!row.ok) found.add(row.fault);
      else if (contacts.push(row.contact) === AT_ONCE) await store(contacts.splice(0));
    }
  } catch (error) {
    throw unreadable(error, added);
  }
  if (contacts.length > 0) await store(contacts);
  return {
    added,
    skipped,
    contact_count: await target.count(found.details),
    errors: found.errors,
    error_count: found.count,
  };
}

/** @throws EngineError `invalid_request` with the bad rows, if there are any */
async function refuseBadRows(source: AsyncIterable<Uint8Array>): Promise<void> {
  const found = new FoundErrors();
  try {
    for await (const row of contactRows(csvRecords(source))) if (!row.ok) found.add(row.fault);
  } catch (error) {
    throw unreadable(error, 0);
  }
  const [first] = found.details;
  if (!first) return;
  const others = found.count - 1;
  const more = others > 0 ? ` (${others} more bad ${others > 1 ? 'rows' : 'row'}.)` : '';
  const message = `${sentenceOf(first)}${more} Nothing was imported.`;
  throw new EngineError('invalid_request', message, { details: found.details });
}

class FoundErrors {
  readonly errors: RowFault[] = [];
  count = 0;

  add(fault: RowFault): void {
    this.count += 1;
    if (this.errors.length < MOST_ERRORS) this.errors.push(fault);
  }

  get details(): ErrorDetail[] {
    return this.errors.map(({ line, path, message }) => ({
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
    if (bytes > MOST_BYTES) throw new EngineError('payload_too_large', 'The file is over 512 MiB; split it.');
    yield chunk;
  }
}

/** What to say of a file that cannot be read on, and of what was stored of it before. */
function unreadable(error: unknown, added: number): unknown {
  const stored = added > 0 ? `; the ${added} contacts that were added before it stay` : '';
  if (error instanceof CsvFault) {
    return invalidRequest([
      { path: `lines.${error.line}`, code: 'unreadable', message: `${error.message}${stored}` },
    ]);
  }
  const { code } = error as { code?: unknown };
  if (code !== 'ECONNRESET' && code !== 'ERR_STREAM_PREMATURE_CLOSE') return error;
  return new EngineError('invalid_request', `The upload broke off before its end${stored}.`);
}
