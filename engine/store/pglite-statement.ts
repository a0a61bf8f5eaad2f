import { serialize } from 'pg-protocol';
import type { PgliteThread } from './pglite-thread';
import { readAnswer, type StatementResult } from './pglite-answer';

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
   * Runs one statement, or several without parameters.
   *
   * @returns the last statement's result.
   * @throws `pg`'s DatabaseError.
   */
  async run(text: string, values: readonly unknown[] = []): Promise<StatementResult> {
    if (text === 'BEGIN') {
      this.beginning = true;
      return { command: 'BEGIN', rows: [], rowCount: null };
    }
    if (values.length === 0) {
      const result = await this.answer(serialize.query(text));
      // A plan may not outlive a change of its table.
      if (CHANGES_TABLES.has(result.command)) this.names.clear();
      return result;
    }
    const known = this.names.get(text);
    const statement = known ?? this.newName(text);
    const steps = [
      serialize.bind({ statement, values: values.map(encodeParameter) }),
      serialize.describe({ type: 'P' }),
      serialize.execute({}),
      serialize.sync(),
    ];
    if (known === undefined) steps.unshift(serialize.parse({ name: statement, text }));
    try {
      return await this.answer(Buffer.concat(steps));
    } catch (error) {
      // Whether it was parsed is not known then; its name is not used again.
      this.names.delete(text);
      throw error;
    }
  }

  /** Empty (the unnamed statement, replaced at every parse) once there are too many to keep. */
  private newName(text: string): string {
    if (this.names.size >= MOST_KEPT) return '';
    const name = `s${(this.count += 1)}`;
    this.names.set(text, name);
    return name;
  }

  private async answer(request: Uint8Array): Promise<StatementResult> {
    const begins = this.beginning;
    this.beginning = false;
    const bytes = begins ? Buffer.concat([BEGIN, request]) : request;
    const answer = readAnswer(await this.thread.request(bytes));
    this.open = answer.inTransaction;
    for (const { channel, payload } of answer.notifications) this.onNotification(channel, payload);
    if (answer.error) throw answer.error;
    return answer.result;
  }
}

const BEGIN = serialize.query('BEGIN');
const MOST_KEPT = 500;
const CHANGES_TABLES = new Set(['CREATE', 'ALTER', 'DROP']);
