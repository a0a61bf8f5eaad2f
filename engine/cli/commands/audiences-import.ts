import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { systemClock } from '../../async/clock';
import { LONGEST_NAME } from '../../audiences/audience-schema';
import type { OnError } from '../../audiences/import/import-contacts';
import { importFile, type ImportedFile, type ImportInto } from '../../audiences/import/import-file';
import { EngineError, sentenceOf } from '../../errors';
import { createTransact } from '../../events/transact';
import type { Invocation } from '../command';
import { databaseOrEngine } from '../engine/database-or-engine';
import { EXIT, UsageError } from '../exit-codes';
import { print, printJson } from '../output';

/** `audiences import`: adds the contacts of a CSV file to a new or existing audience. */
export async function run({ flags, json, config }: Invocation): Promise<number> {
  const { file, into, onError } = readInput(flags);
  const contacts = withProgress(file, await sizeOf(file));
  const imported = await databaseOrEngine<ImportedFile>(config, {
    inDatabase(database) {
      // Contacts cause no events and wake nothing.
      const transact = createTransact(database, systemClock, { onDeliveries: () => {}, onWake: () => {} });
      return importFile({ transact, database }, into, onError, contacts);
    },
    byEngine(control) {
      const query = new URLSearchParams({
        on_error: onError,
        ...('name' in into ? { name: into.name, mode: into.mode } : { audience_id: into.audienceId }),
      });
      return control('POST', `/audiences/import?${query.toString()}`, contacts);
    },
  }).catch((error: unknown) => {
    if (!json) tellFurtherFaults(error);
    throw error;
  });
  if (json) printJson(imported);
  else print(describe(imported));
  return EXIT.ok;
}

interface Input {
  file: string;
  into: ImportInto;
  onError: OnError;
}

/** @throws UsageError */
function readInput(flags: Invocation['flags']): Input {
  const { file, name, audience, mode = 'live', 'on-error': onError = 'abort' } = flags;
  if (file === undefined) throw new UsageError('audiences import needs --file, a CSV file with a header.');
  if ((name === undefined) === (audience === undefined)) {
    throw new UsageError(
      'audiences import needs --name for a new audience, or --audience with the id of an existing one.',
    );
  }
  if (onError !== 'skip' && onError !== 'abort') {
    throw new UsageError(`--on-error is "${onError}". Use skip or abort.`);
  }
  if (mode !== 'live' && mode !== 'test') throw new UsageError(`--mode is "${mode}". Use live or test.`);
  if (audience !== undefined) {
    if (flags['mode'] !== undefined) {
      throw new UsageError('--mode works only with --name. An existing audience keeps its mode.');
    }
    return { file, into: { audienceId: audience }, onError };
  }
  if (name!.length > LONGEST_NAME) {
    throw new UsageError(`--name has ${name!.length} characters. Use ${LONGEST_NAME} at most.`);
  }
  return { file, into: { name: name!, mode }, onError };
}

/** @throws UsageError if the file does not exist or may not be read */
async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--file: ${file} cannot be read (${error.code}). Check the path.`);
  });
  if (!found.isFile()) throw new UsageError(`--file: ${file} is not a file. Use the path of a CSV file.`);
  return found.size;
}

/** Passes the file on, and reports progress on standard error at every tenth. */
async function* withProgress(file: string, bytes: number): AsyncGenerator<Uint8Array> {
  let [sent, tenths] = [0, 0];
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    yield chunk;
    sent += chunk.length;
    const now = Math.floor((sent / Math.max(bytes, 1)) * 10);
    if (now > tenths) tell(`${now * 10} % read`);
    tenths = Math.max(now, tenths);
  }
}

/** The error's message has the first fault only. */
function tellFurtherFaults(error: unknown): void {
  const details = error instanceof EngineError ? (error.options.details ?? []) : [];
  for (const detail of details.slice(1)) tell(sentenceOf(detail));
}

function describe({ audience, added, skipped, errors, error_count: bad }: ImportedFile): string {
  return [
    `${audience.id}  ${audience.name}: ${count(audience.contact_count, 'contact')}`,
    `${added} added, ${skipped} already there, ${count(bad, 'row')} skipped.`,
    ...errors.map(({ line, path, message }) => `line ${line}: ${path ? `${path} ` : ''}${message}`),
    ...(bad > errors.length ? [`… and ${bad - errors.length} more`] : []),
  ].join('\n');
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
