import { createAudience } from '../../../engine/audiences/audiences';
import {
  addContacts,
  editContact,
  lockExisting,
  readContacts,
  removeContact,
} from '../../../engine/audiences/contacts';
import { CampaignRunner } from '../../../engine/campaigns/campaign-runner';
import { createCampaign } from '../../../engine/campaigns/create-campaign';
import { SharedCampaigns } from '../../../engine/campaigns/shared-campaigns';
import { expandCampaign } from '../../../engine/campaigns/expand-campaign';
import { presentCampaigns, type ShownCampaign } from '../../../engine/campaigns/present-campaign';
import { cancelCampaign, pauseCampaign, resumeCampaign } from '../../../engine/campaigns/campaigns';
import { createTransact, type Transact } from '../../../engine/events/transact';
import { followCampaigns } from '../../../engine/changes/follow-campaigns';
import { canceled, claimed, retried, storeChanges } from '../../../engine/changes/message-changes';
import { applyReport, type Report } from '../../../engine/sending/reports';
import { findCampaign } from '../../../engine/store/tables/campaigns';
import type { MessageRow } from '../../../engine/store/tables/messages';
import { ensureSandboxSession } from '../../../engine/store/tables/sessions';
import type { Database } from '../../../engine/store/sql/database';
import { FakeClock } from '../../support/clock/fake-clock';
import { freshDatabase } from '../../support/servers/fresh-database';
import { silentLog } from '../../support/servers/silent-log';

/** How an attempt to send ends: `link_down` before anything went on the wire. */
export type End = 'sent' | 'delivered' | 'failed' | 'link_down';

function reportOf(
  { wire_id: wireId, attempts, handed_over_at: at }: MessageRow,
  end: End,
  now: Date,
): Report {
  if (end === 'sent' || end === 'delivered')
    return { wireId, receipt: { wireId, status: end, at: now.getTime() } };
  const isDown = end === 'link_down';
  const reason = isDown ? end : 'not_on_whatsapp';
  const handedOverAt = isDown ? null : at;
  return { wireId, failure: { reason, mayPass: isDown, handedOverAt, attempt: attempts } };
}

/** The process died before it could commit. */
class Crash extends Error {}

/**
 * The services of campaigns on a database in memory, with a sender that does what it is told and a process that can
 * die within any transaction. Small enough to be asked thousands of things.
 */
export class SmallWorld {
  audience = '';
  campaign = '';
  /** The ids under which something went on the wire to each recipient. */
  readonly wire = new Map<string, Set<string>>();
  private readonly underWay: MessageRow[] = [];
  private crashNext = false;

  private constructor(
    readonly database: Database,
    private readonly clock: FakeClock,
    private readonly plain: Transact,
    readonly cleanup: () => Promise<void>,
  ) {}

  static async open(): Promise<SmallWorld> {
    const { database, cleanup } = await freshDatabase('pglite');
    const clock = new FakeClock();
    await ensureSandboxSession(database, 'ses_0', '+15005550100', new Date(clock.now()));
    await database.query(`UPDATE sessions SET state = 'connected'`);
    const transact = createTransact(database, clock, { onDeliveries: () => {}, onWake: () => {} });
    return new SmallWorld(database, clock, transact, cleanup);
  }

  /** Begins anew with an audience of these recipients and a campaign for it. */
  async begin(recipients: string[]): Promise<void> {
    await this.database.query('TRUNCATE messages, campaigns, audiences, contacts, events CASCADE');
    this.wire.clear();
    this.underWay.splice(0);
    this.crashNext = false;
    const contacts = recipients.map((to) => ({ to, variables: { name: to } }));
    this.audience = (await this.plain((work) => createAudience(work, 'test', { name: 'all', contacts }))).id;
    const input = {
      name: 'c',
      audience_id: this.audience,
      text: '{name}',
      on_missing_variable: 'skip' as const,
      reply_days: 7,
      ...{ only_while_bot: false, cancel_on_takeover: false },
    };
    const options = { allowPrivateMedia: false };
    const made = await this.plain((work) => createCampaign(work, 'test', input, undefined, options));
    this.campaign = made.id;
  }

  /** The process dies in its next transaction. */
  crash(): void {
    this.crashNext = true;
  }

  /** Like the engine's own; a crash within leaves nothing of it. */
  readonly transact: Transact = async (job) =>
    this.plain(async (work) => {
      const result = await job(work);
      if (!this.crashNext) return result;
      this.crashNext = false;
      throw new Crash('the process died');
    });

  async expand(): Promise<void> {
    await this.survive(() => this.transact((work) => expandCampaign(work, this.campaign)));
  }

  /** One round of the runner: messages are made, and the end is told. */
  async round(): Promise<void> {
    const runner = new CampaignRunner({
      database: this.database,
      transact: this.transact,
      clock: this.clock,
      log: silentLog,
      shared: new SharedCampaigns(this.database, this.clock),
    });
    await this.survive(() => runner.look());
  }

  /** @returns whether the campaign was in a state for it, and the process lived. */
  async steer(action: 'pause' | 'resume' | 'cancel'): Promise<boolean> {
    const steer = { pause: pauseCampaign, resume: resumeCampaign, cancel: cancelCampaign }[action];
    const done = await this.survive(() => this.transact((work) => steer(work, 'test', this.campaign)));
    return done !== undefined;
  }

  async add(to: string): Promise<void> {
    const contacts = readContacts([{ to, variables: { name: to } }]);
    await this.survive(() =>
      this.transact(async (work) => {
        return addContacts(work, await lockExisting(work, 'test', this.audience, contacts), contacts);
      }),
    );
  }

  /** @returns the recipient that was removed, if the process lived. */
  async remove(place: number): Promise<string | undefined> {
    const contact = await this.contactAt(place);
    if (!contact) return undefined;
    return this.survive(() =>
      this.transact(async (work) => {
        await removeContact(work, 'test', this.audience, contact.id);
        return contact.recipient;
      }),
    );
  }

  async edit(place: number, name: string): Promise<void> {
    const contact = await this.contactAt(place);
    if (!contact) return;
    await this.survive(() =>
      this.transact((work) => editContact(work, 'test', this.audience, contact.id, { variables: { name } })),
    );
  }

  /** Takes up to `count` due messages for sending. */
  async claim(count: number): Promise<void> {
    const claims = await this.survive(() =>
      this.transact(async (work) => {
        const rows = await work.sql.query<MessageRow>(
          `SELECT * FROM messages WHERE status IN ('scheduled', 'queued') AND NOT held
           ORDER BY priority, due_at, id LIMIT $1 FOR UPDATE`,
          [count],
        );
        const changes = rows.map((row) => claimed(row, work.now));
        await storeChanges(work, changes);
        return changes.map(({ row }) => row);
      }),
    );
    this.underWay.push(...(claims ?? []));
  }

  /** What was claimed and never ended: a former process died. It goes again, as the engine's own start has it. */
  async restart(): Promise<void> {
    this.crashNext = false;
    this.underWay.splice(0);
    await this.plain(async (work) => {
      const rows = await work.sql.query<MessageRow>(
        `SELECT * FROM messages WHERE status = 'sending' AND sent_at IS NULL FOR UPDATE`,
      );
      await storeChanges(
        work,
        rows.map((row) => retried(row, work.now)),
      );
    });
  }

  /** Lets what was taken come to this end, which is told as the lane tells it. */
  async end(end: End): Promise<void> {
    const rows = this.underWay.splice(0);
    for (const { recipient, wire_id: wireId } of end === 'link_down' ? [] : rows)
      this.wire.set(recipient, (this.wire.get(recipient) ?? new Set()).add(wireId));
    await this.survive(() =>
      this.transact(async (work) => {
        const changes = rows.map((row) => applyReport(row, reportOf(row, end, work.now), work.now)!);
        await storeChanges(work, await followCampaigns(work, changes));
      }),
    );
  }

  async cancelOne(place: number): Promise<void> {
    await this.survive(() =>
      this.transact(async (work) => {
        const rows = await work.sql.query<MessageRow>(
          `SELECT * FROM messages WHERE status = 'queued' AND handed_over_at IS NULL
           ORDER BY id OFFSET $1 LIMIT 1 FOR UPDATE`,
          [place],
        );
        await storeChanges(
          work,
          rows.map((row) => canceled(row, work.now)),
        );
      }),
    );
  }

  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
  }

  async shown(): Promise<ShownCampaign> {
    const row = await findCampaign(this.database, 'test', this.campaign);
    return (await presentCampaigns(this.database, [row!]))[0]!;
  }

  messages(): Promise<MessageRow[]> {
    return this.database.query<MessageRow>('SELECT * FROM messages ORDER BY id');
  }

  async told(): Promise<string[]> {
    const rows = await this.database.query<{ type: string }>(
      `SELECT type FROM events WHERE type LIKE 'campaign.%' ORDER BY id`,
    );
    return rows.map(({ type }) => type);
  }

  private async contactAt(place: number) {
    const rows = await this.database.query<{ id: string; recipient: string }>(
      'SELECT id, recipient FROM contacts WHERE audience_id = $1 ORDER BY id OFFSET $2 LIMIT 1',
      [this.audience, place],
    );
    return rows[0];
  }

  /** Undefined where the process died, or the campaign was in no state for it. */
  private async survive<T>(job: () => Promise<T>): Promise<T | undefined> {
    try {
      return await job();
    } catch (error) {
      if (error instanceof Crash) {
        await this.restart();
        return undefined;
      }
      if ((error as { code?: string }).code === 'conflict') return undefined;
      throw error;
    }
  }
}
