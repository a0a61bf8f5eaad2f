import { types } from 'pg';
import type { DatabaseError } from 'pg-protocol';
import type {
  BackendMessage,
  CommandCompleteMessage,
  DataRowMessage,
  NotificationResponseMessage,
  ReadyForQueryMessage,
  RowDescriptionMessage,
} from 'pg-protocol/dist/messages';
import { Parser } from 'pg-protocol/dist/parser';
import type { StatementResult } from '../sql/database';

/** All that the wire said until it was ready for the next query. */
export interface Answer {
  /** Of the last statement. */
  result: StatementResult;
  /** The first error, with `pg`'s fields (`code`, `detail`, `constraint`…). */
  error?: DatabaseError;
  inTransaction: boolean;
  notifications: { channel: string; payload: string }[];
}

type Take<Message extends BackendMessage> = (message: Message) => void;

/**
 * Reads what PostgreSQL answered to one request: one answer for each query of it. With `pg`'s own type parsers, so that
 * a caller sees the same types from the embedded database as from a server.
 */
export function readAnswers(bytes: Buffer): Answer[] {
  const answers: Answer[] = [];
  let answer = emptyAnswer();
  let columns: Column[] = [];
  let rows: Record<string, unknown>[] = [];
  const takers: Record<string, Take<never>> = {
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
    (takers[message.name] as Take<BackendMessage> | undefined)?.(message),
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
