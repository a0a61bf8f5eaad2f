import { protocol, type PGlite } from '@electric-sql/pglite';
import { types } from 'pg';

/** What `pg` answers for one statement, as far as BullMQ and we look at it. */
export interface StatementResult {
  command: string;
  rows: Record<string, unknown>[];
  rowCount: number | null;
}

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
 * small statement costs. PGlite's `query` is not used: it has parsers of its own and puts the parameters into its
 * errors.
 */
export class PgliteStatements {
  private readonly names = new Map<string, string>();
  private count = 0;

  constructor(private readonly db: PGlite) {}

  /**
   * Runs one statement (or several without parameters) over PGlite's wire protocol and reads the answer with `pg`'s
   * own type parsers, so that a caller sees the same types from the embedded database as from a server.
   *
   * @returns the last statement's result.
   * @throws PGlite's DatabaseError, which has `pg`'s fields (`code`, `detail`, `constraint`…).
   */
  async run(text: string, values: readonly unknown[] = []): Promise<StatementResult> {
    const { serialize } = protocol;
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
    const { messages } = await this.db.execProtocol(request);
    return readResult(messages);
  }
}

const MOST_KEPT = 500;
const CHANGES_TABLES = new Set(['CREATE', 'ALTER', 'DROP']);

type WireMessages = Awaited<ReturnType<PGlite['execProtocol']>>['messages'];

interface Column {
  name: string;
  parse: (text: string) => unknown;
}

function readResult(messages: WireMessages): StatementResult {
  let result: StatementResult = { command: '', rows: [], rowCount: null };
  let columns: Column[] = [];
  let rows: Record<string, unknown>[] = [];
  for (const message of messages) {
    if (message.name === 'rowDescription') {
      const { fields } = message as unknown as { fields: { name: string; dataTypeID: number }[] };
      columns = fields.map(({ name, dataTypeID }) => ({
        name,
        parse: types.getTypeParser(dataTypeID, 'text') as Column['parse'],
      }));
    } else if (message.name === 'dataRow') {
      const { fields } = message as unknown as { fields: (string | null)[] };
      rows.push(readRow(columns, fields));
    } else if (message.name === 'commandComplete') {
      const words = (message as unknown as { text: string }).text.split(' ');
      const count = Number(words[words.length - 1]);
      result = { command: words[0] ?? '', rows, rowCount: Number.isInteger(count) ? count : null };
      columns = [];
      rows = [];
    }
  }
  return result;
}

function readRow(columns: readonly Column[], fields: readonly (string | null)[]): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  columns.forEach((column, index) => {
    const text = fields[index] ?? null;
    row[column.name] = text === null ? null : column.parse(text);
  });
  return row;
}
