import { serialize } from 'pg-protocol';
import type { Statement, StatementResult } from '../sql/database';
import { readAnswers, type Answer } from './pglite-answer';
import type { PgliteThread } from './pglite-thread';

/** A value as the wire takes it: text, bytes (sent in binary), or null. The same encoding as `pg`'s. */
export function encodeParameter(value: unknown): string | Buffer | null {
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

/**
 * Statements of one PGlite, each parsed and planned once: on the embedded store that is three quarters of what a
 * small statement costs. A BEGIN costs no way to the database of its own: it travels with the next statement.
 */
export class PgliteStatements {
  private readonly names = new Map<string, string>();
  private count = 0;
  private open = false;
  /** BEGIN was asked for, and goes out together with the statement that follows it. */
  private beginning = false;

  /** @param onNotification hears what NOTIFY says on channels that are listened to. */
  constructor(
    private readonly thread: PgliteThread,
    private readonly onNotification: (channel: string, payload: string) => void,
  ) {}

  /** Whether a transaction is open after the last statement. */
  get inTransaction(): boolean {
    return this.open || this.beginning;
  }

  /**
   * Runs statements on one way to the database, in their order; one without parameters may be several.
   *
   * @returns each one's result, or `pg`'s DatabaseError: PostgreSQL goes on to the next after one that failed.
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

  /** Empty (the unnamed statement, replaced at every parse) once there are too many to keep. */
  private newName(text: string): string {
    if (this.names.size >= MOST_KEPT) return '';
    const name = `s${(this.count += 1)}`;
    this.names.set(text, name);
    return name;
  }

  private outcome({ text }: Statement, { result, error }: Answer): StatementResult | Error {
    // Whether it was parsed is not known then; its name is not used again.
    if (error) this.names.delete(text);
    // A plan may not outlive a change of its table.
    else if (CHANGES_TABLES.has(result.command)) this.names.clear();
    return error ?? result;
  }
}

/** A statement alone is a transaction without BEGIN and COMMIT, which take a fifth of an insert's time. */
function isOneThenCommit(statements: readonly Statement[]): boolean {
  return statements.length === 2 && statements[1]!.text === 'COMMIT';
}

const BEGIN = serialize.query('BEGIN');
const COMMITTED: StatementResult = { command: 'COMMIT', rows: [], rowCount: null };
const MOST_KEPT = 500;
const CHANGES_TABLES = new Set(['CREATE', 'ALTER', 'DROP']);
