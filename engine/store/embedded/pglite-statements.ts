import { types } from 'pg';
import { serialize, type DatabaseError } from 'pg-protocol';
import type {
  BackendMessage,
  CommandCompleteMessage,
  DataRowMessage,
  NotificationResponseMessage,
  ReadyForQueryMessage,
  RowDescriptionMessage,
} from 'pg-protocol/dist/messages';
import { Parser } from 'pg-protocol/dist/parser';
import type { Statement, StatementResult } from '../sql/database';
import type { PgliteThread } from './pglite-thread';

const BEGIN = serialize.query('BEGIN');
const COMMITTED: StatementResult = { command: 'COMMIT', rows: [], rowCount: null };
const MOST_PREPARED = 500;
const CHANGES_TABLES = new Set(['CREATE', 'ALTER', 'DROP']);

/**
 * Runs statements on PGlite. Each is parsed and planned only once, which saves three quarters of the time of a small
 * statement. BEGIN needs no trip of its own: it travels with the next statement.
 */
export class PgliteStatements {
  private readonly names = new Map<string, string>();
  private count = 0;
  private open = false;
  /** BEGIN was requested, and goes out with the next statement. */
  private beginning = false;

  /** @param onNotification called with each NOTIFY on a channel that has a LISTEN. */
  constructor(
    private readonly thread: PgliteThread,
    private readonly onNotification: (channel: string, payload: string) => void,
  ) {}

  /** Whether a transaction is open after the last statement. */
  get inTransaction(): boolean {
    return this.open || this.beginning;
  }

  /**
   * Runs statements in their order, in one trip to the database. The text of a statement without parameters may hold
   * several.
   *
   * @returns each statement's result, or `pg`'s DatabaseError. After an error PostgreSQL goes on with the next one.
   */
  async run(statements: readonly Statement[]): Promise<(StatementResult | Error)[]> {
    const [only] = statements;
    if (only?.text === 'BEGIN' && statements.length === 1) {
      this.beginning = true;
      return [{ command: 'BEGIN', rows: [], rowCount: null }];
    }
    const isWhole = this.beginning && isOneThenCommit(statements);
    const isBeginning = this.beginning && !isWhole;
    const sent = isWhole ? statements.slice(0, 1) : statements;
    const requests = sent.map((statement) => this.requestOf(statement));
    if (isBeginning) requests.unshift(BEGIN);
    const answers = readAnswers(await this.thread.request(Buffer.concat(requests)));
    for (const { channel, payload } of answers.flatMap(({ notifications }) => notifications))
      this.onNotification(channel, payload);
    if (isBeginning) answers.shift();
    this.beginning = false;
    this.open = answers.at(-1)!.inTransaction;
    const outcomes = answers.map((answer, index) => this.outcome(sent[index]!, answer));
    return isWhole ? [...outcomes, COMMITTED] : outcomes;
  }

  private requestOf({ text, values }: Statement): Buffer {
    if (values.length === 0) return serialize.query(text);
    const known = this.names.get(text);
    const statement = known ?? this.newName(text);
    const steps = [
      serialize.bind({ statement, values: values.map(encodeParameter) }),
      serialize.describe({ type: 'P' }),
      serialize.execute({}),
      serialize.sync(),
    ];
    if (known === undefined) steps.unshift(serialize.parse({ name: statement, text }));
    return Buffer.concat(steps);
  }

  /** Once there are too many to keep, this is the unnamed statement, which every parse replaces. */
  private newName(text: string): string {
    if (this.names.size >= MOST_PREPARED) return '';
    const name = `s${(this.count += 1)}`;
    this.names.set(text, name);
    return name;
  }

  private outcome({ text }: Statement, { result, error }: Answer): StatementResult | Error {
    // It may have failed before or after it was parsed, so its name is not used again.
    if (error) this.names.delete(text);
    // A plan must not outlive a change of its table.
    else if (CHANGES_TABLES.has(result.command)) this.names.clear();
    return error ?? result;
  }
}

/** A lone statement is a transaction of its own. BEGIN and COMMIT would add a fifth to the time of an insert. */
function isOneThenCommit(statements: readonly Statement[]): boolean {
  return statements.length === 2 && statements[1]!.text === 'COMMIT';
}

/** A parameter in the wire protocol: text, bytes (sent as binary), or null. The same encoding as `pg`'s. */
function encodeParameter(value: unknown): string | Buffer | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return encodeArray(value);
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

function encodeArray(items: readonly unknown[]): string {
  return `{${items.map(encodeArrayItem).join(',')}}`;
}

function encodeArrayItem(item: unknown): string {
  if (Array.isArray(item)) return encodeArray(item);
  const encoded = encodeParameter(item);
  if (encoded === null) return 'NULL';
  const text = typeof encoded === 'string' ? encoded : `\\x${encoded.toString('hex')}`;
  return `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`;
}

/** PostgreSQL's whole response, until it is ready for the next query. */
export interface Answer {
  /** Of the last statement. */
  result: StatementResult;
  /** The first error, with `pg`'s fields (`code`, `detail`, `constraint`…). */
  error?: DatabaseError;
  inTransaction: boolean;
  notifications: { channel: string; payload: string }[];
}

type Reader<Message extends BackendMessage> = (message: Message) => void;

/**
 * Reads PostgreSQL's response to one request: one answer for each query. Uses `pg`'s own type parsers, so that callers
 * get the same types from the embedded database as from a server.
 */
export function readAnswers(bytes: Buffer): Answer[] {
  const answers: Answer[] = [];
  let answer = emptyAnswer();
  let columns: Column[] = [];
  let rows: Record<string, unknown>[] = [];
  const readers: Record<string, Reader<never>> = {
    rowDescription: ({ fields }: RowDescriptionMessage) => void (columns = fields.map(columnOf)),
    dataRow: ({ fields }: DataRowMessage) => void rows.push(readRow(columns, fields)),
    commandComplete: ({ text }: CommandCompleteMessage) => {
      const words = text.split(' ');
      const count = Number(words[words.length - 1]);
      answer.result = { command: words[0] ?? '', rows, rowCount: Number.isInteger(count) ? count : null };
      columns = [];
      rows = [];
    },
    notification: ({ channel, payload }: NotificationResponseMessage) =>
      void answer.notifications.push({ channel, payload }),
    readyForQuery: ({ status }: ReadyForQueryMessage) => {
      answer.inTransaction = status !== 'I';
      answers.push(answer);
      answer = emptyAnswer();
    },
    error: (error: DatabaseError & BackendMessage) => void (answer.error ??= error),
  };
  new Parser().parse(bytes, (message) =>
    (readers[message.name] as Reader<BackendMessage> | undefined)?.(message),
  );
  return answers;
}

function emptyAnswer(): Answer {
  return { result: { command: '', rows: [], rowCount: null }, inTransaction: false, notifications: [] };
}

interface Column {
  name: string;
  parse: (text: string) => unknown;
}

function columnOf({ name, dataTypeID }: RowDescriptionMessage['fields'][number]): Column {
  return { name, parse: types.getTypeParser(dataTypeID, 'text') as Column['parse'] };
}

function readRow(columns: readonly Column[], fields: readonly (string | null)[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  columns.forEach((column, index) => {
    const text = fields[index] ?? null;
    row[column.name] = text === null ? null : column.parse(text);
  });
  return row;
}
