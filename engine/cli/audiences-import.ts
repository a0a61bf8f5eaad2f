import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ImportedFile, ImportInto } from '../audiences/import/import-file';
import type { OnError } from '../audiences/import/import-contacts';
import { LONGEST_NAME } from '../audiences/audience-schema';
import { EngineError, sentenceOf } from '../errors';
import { openAudienceDesk } from './audience-desk';
import type { Invocation } from './command';
import { EXIT, UsageError } from './exit-codes';
import { print, printJson } from './print';

/** `audiences import`: adds the contacts of a CSV file to an audience, a new one or one that there is. */
export async function run({ flags, json, config }: Invocation): Promise<number> {
  const { file, into, onError } = readInput(flags);
  const bytes = await sizeOf(file);
  const desk = await openAudienceDesk(config);
  try {
    const imported = await desk.import(into, onError, withProgress(file, bytes));
    if (json) printJson(imported);
    else print(words(imported));
    return EXIT.ok;
  } catch (error) {
    // The first is in the message, which stands alone.
    const details = error instanceof EngineError ? (error.options.details ?? []) : [];
    if (!json) for (const detail of details.slice(1)) tell(sentenceOf(detail));
    throw error;
  } finally {
    await desk.close();
  }
}

interface Input {
  file: string;
  into: ImportInto;
  onError: OnError;
}

/** @throws UsageError */
export function readInput(flags: Invocation['flags']): Input {
  const { file, name, audience, mode = 'live', 'on-error': onError = 'abort' } = flags;
  if (file === undefined) throw new UsageError('audiences import needs --file, a CSV file with a header.');
  if ((name === undefined) === (audience === undefined)) {
    throw new UsageError(
      'audiences import needs either --name for a new audience, or --audience and its id.',
    );
  }
  if (onError !== 'skip' && onError !== 'abort') {
    throw new UsageError(`--on-error is "${onError}"; give skip or abort.`);
  }
  if (mode !== 'live' && mode !== 'test') throw new UsageError(`--mode is "${mode}"; give live or test.`);
  if (audience !== undefined) {
    if (flags['mode'] !== undefined)
      throw new UsageError('--mode goes with --name; an audience has its mode.');
    return { file, into: { audienceId: audience }, onError };
  }
  if (name!.length > LONGEST_NAME) {
    throw new UsageError(`--name has ${name!.length} characters; give ${LONGEST_NAME} at most.`);
  }
  return { file, into: { name: name!, mode }, onError };
}

/** @throws UsageError where there is no such file, or this user may not read it */
async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--file: ${file} cannot be read (${error.code}); check the path.`);
  });
  if (!found.isFile()) throw new UsageError(`--file: ${file} is no file; give the path of one.`);
  return found.size;
}

/** Passes the file on and tells on standard error how much of it has gone, at every tenth. */
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

function words({ audience, added, skipped, errors, error_count: bad }: ImportedFile): string {
  return [
    `${audience.id}  ${audience.name}: ${counted(audience.contact_count, 'contact')}`,
    `${added} added, ${skipped} already there, ${counted(bad, 'row')} skipped.`,
    ...errors.map(({ line, path, message }) => `line ${line}: ${path ? `${path} ` : ''}${message}`),
    ...(bad > errors.length ? [`… and ${bad - errors.length} more`] : []),
  ].join('\n');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
