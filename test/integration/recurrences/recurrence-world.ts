import { newId } from '../../../engine/domain/ids';
import { presentRecurrence, type ShownRecurrence } from '../../../engine/changes/recurrence-changes';
import { createRecurrence } from '../../../engine/recurrences/create-recurrence';
import { editRecurrence } from '../../../engine/recurrences/edit-recurrence';
import { RecurrenceRunner } from '../../../engine/recurrences/recurrence-runner';
import { CreateRecurrenceSchema, EditRecurrenceSchema } from '../../../engine/recurrences/recurrence-schema';
import { showRecurrence } from '../../../engine/recurrences/recurrences';
import type { CampaignRow } from '../../../engine/store/tables/campaigns';
import type { MessageRow } from '../../../engine/store/tables/messages';
import { SharedCampaigns } from '../../../engine/campaigns/shared-campaigns';
import { CampaignRunner } from '../../../engine/campaigns/campaign-runner';
import type { DatabaseKind } from '../../support/servers/fresh-database';
import { silentLog } from '../../support/servers/silent-log';
import { StoreWorld } from '../sequences/store-world';

export const TO = '+15005550001';
const RULES = { allowPrivateMedia: false };

/** Nine o'clock in Rome on these days of March 2026, before the clocks change. */
export const days = (...numbers: number[]): string[] =>
  numbers.map((day) => `2026-03-${String(day).padStart(2, '0')}T08:00:00.000Z`);

/** Recurrences over a real database, each step to be taken at will, at any time. */
export class RecurrenceWorld {
  private readonly runner: RecurrenceRunner;
  private readonly campaigns: CampaignRunner;

  private constructor(readonly store: StoreWorld) {
    const { database, transact, clock } = store;
    this.runner = new RecurrenceRunner({ database, transact, clock, log: silentLog });
    const shared = new SharedCampaigns(database, clock);
    this.campaigns = new CampaignRunner({ database, transact, clock, log: silentLog, shared });
  }

  static async open(kind: DatabaseKind = 'pglite'): Promise<RecurrenceWorld> {
    return new RecurrenceWorld(await StoreWorld.open(kind));
  }

  async close(): Promise<void> {
    await this.runner.close();
    await this.campaigns.close();
    await this.store.close();
  }

  /** Forgets what other tests have made. */
  async begin(): Promise<void> {
    await this.store.database.query(
      `TRUNCATE recurrences, messages, campaigns, events, audiences, contacts, opt_outs, inbound_messages, person_names,
         people, known_contacts, chats, chat_messages CASCADE`,
    );
  }

  /** It is now this moment. @param time RFC 3339 */
  at(time: string): void {
    const { clock } = this.store;
    clock.jump(Date.parse(time) - clock.now());
  }

  /** Every day at nine in Rome, unless `fields` say otherwise. */
  async create(fields: object = {}): Promise<ShownRecurrence> {
    const given = {
      ...{ to: TO, type: 'text', text: 'Good morning' },
      ...{ rrule: 'FREQ=DAILY', start: '2026-03-01T09:00', timezone: 'Europe/Rome' },
      ...fields,
    };
    // Without what is undefined, as from JSON.
    const input = CreateRecurrenceSchema.parse(JSON.parse(JSON.stringify(given)));
    return this.store.transact(async (work) =>
      presentRecurrence(await createRecurrence(work, 'test', input, RULES), work.now),
    );
  }

  edit(id: string, fields: object): Promise<ShownRecurrence> {
    const edit = EditRecurrenceSchema.parse(fields);
    return this.store.transact(async (work) =>
      presentRecurrence(await editRecurrence(work, 'test', id, edit, RULES), work.now),
    );
  }

  show(id: string): Promise<ShownRecurrence> {
    return showRecurrence(this.store.database, 'test', id, new Date(this.store.clock.now()));
  }

  /** What every process does once a second: campaigns, then recurrences. */
  async look(): Promise<void> {
    await this.campaigns.look();
    await this.runner.look();
  }

  /** The lane claims what is due, and WhatsApp accepts it. @returns the texts that went */
  async send(): Promise<string[]> {
    const { claims } = await this.store.claim();
    for (const { message } of claims) await this.store.accepted(message);
    return claims.map(({ message }) => message.text ?? '');
  }

  /** Lets everything happen that is due at this moment. @returns the texts that went */
  async happensAt(time: string): Promise<string[]> {
    this.at(time);
    const sent = await this.send();
    await this.look();
    return sent;
  }

  messages(id: string): Promise<MessageRow[]> {
    return this.store.database.query('SELECT * FROM messages WHERE recurrence_id = $1 ORDER BY id', [id]);
  }

  campaignsOf(id: string): Promise<CampaignRow[]> {
    return this.store.database.query('SELECT * FROM campaigns WHERE recurrence_id = $1 ORDER BY id', [id]);
  }

  /** Their moments and statuses. */
  async made(id: string): Promise<string[]> {
    const rows = await this.messages(id);
    return rows.map(
      (row) => `${row.send_at!.toISOString().slice(0, 16)} ${row.failure_reason ?? row.status}`,
    );
  }

  /** The data of the events about this, with their type. */
  async told(id: string): Promise<{ type: string; data: ShownRecurrence & { occurrences?: string[] } }[]> {
    const rows = await this.store.database.query<{ type: string; data: string }>(
      'SELECT type, data FROM events WHERE subject_id = $1 ORDER BY id',
      [id],
    );
    return rows.map(({ type, data }) => ({ type, data: JSON.parse(data) as ShownRecurrence }));
  }

  async audience(...phones: string[]): Promise<string> {
    const id = newId('audience');
    await this.store.database.query(
      `INSERT INTO audiences (id, mode, name, contact_count, created_at) VALUES ($1, 'test', 'class', 0, now())`,
      [id],
    );
    for (const phone of phones) await this.join(id, phone);
    return id;
  }

  async join(audience: string, phone: string): Promise<void> {
    const chat = `${phone.slice(1)}@c.us`;
    await this.store.database.query(
      `INSERT INTO contacts (id, audience_id, recipient, chat_id, who, variables, added_at)
       VALUES ($1, $2, $3, $4, $5, '{}', now())`,
      [newId('contact'), audience, phone, chat, `per_${phone}`],
    );
    await this.store.database.query('UPDATE audiences SET contact_count = contact_count + 1 WHERE id = $1', [
      audience,
    ]);
  }
}
