import type { Transaction } from '../sql/database';
import { rowsJson } from '../sql/rows-json';
import type { MessageRow } from './messages';

const TIME = 'timestamptz(3)';

/** The type of each column of `messages`. */
const TYPES: Record<keyof MessageRow, string> = {
  id: 'text',
  mode: 'text',
  session_id: 'text',
  from_phone: 'text',
  recipient: 'text',
  chat_id: 'text',
  who: 'text',
  type: 'text',
  text: 'text',
  media: 'jsonb',
  poll: 'jsonb',
  location: 'jsonb',
  contact: 'jsonb',
  forward_of: 'jsonb',
  reply_to: 'text',
  mentions: 'jsonb',
  link_preview: 'jsonb',
  reference: 'text',
  typing_seconds: 'real',
  priority: 'smallint',
  send_window: 'jsonb',
  cancel_on_reply: 'boolean',
  only_while_bot: 'boolean',
  cancel_on_takeover: 'boolean',
  campaign_id: 'text',
  contact_id: 'text',
  variant: 'smallint',
  audience_id: 'text',
  sequence_id: 'text',
  step: 'integer',
  recurrence_id: 'text',
  known_to: 'text[]',
  held: 'boolean',
  new_contact: 'boolean',
  status: 'text',
  failure_reason: 'text',
  wire_id: 'text',
  revision: 'integer',
  attempts: 'integer',
  unacknowledged: 'integer',
  send_at: TIME,
  moment: 'jsonb',
  due_at: TIME,
  expires_at: TIME,
  created_at: TIME,
  handed_over_at: TIME,
  sent_at: TIME,
  delivered_at: TIME,
  read_at: TIME,
  failed_at: TIME,
  canceled_at: TIME,
  edited_at: TIME,
  revoked_at: TIME,
  erased_at: TIME,
};

const COLUMNS = Object.keys(TYPES) as (keyof MessageRow)[];

/** Inserts all rows in one statement. */
export function insertMessages(tx: Transaction, rows: MessageRow[]): void {
  if (rows.length > 0) tx.write(insertOf(rows), [rowsJson(rows)]);
}

/**
 * SQL that inserts rows from the JSON `$1`. Names only the columns that are filled in one of them: two thirds of a message's
 * are usually empty, and reading those from JSON is a fifth of what an insert costs.
 */
function insertOf(rows: readonly MessageRow[]): string {
  const filled = COLUMNS.filter((column) => rows.some((row) => row[column] !== null));
  const typed = filled.map((column) => `${column} ${TYPES[column]}`);
  return `INSERT INTO messages (${filled.join(', ')})
    SELECT ${filled.join(', ')} FROM json_to_recordset($1::json) AS r (${typed.join(', ')})`;
}
