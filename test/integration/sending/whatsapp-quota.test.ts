import { JumpingClock } from '../../support/clock/jumping-clock';
import { ScriptedQuota, type ScriptedLink } from '../../support/engine/scripted-whatsapp';
import { until } from '../../support/engine/until';
import { tempFolder, type TempFolder } from '../../support/servers/temp-folder';
import { Receiver } from '../events/receiver';
import { startLiveEngine, type LiveEngine } from '../sessions/live-engine';

const DAY = 86_400_000;
const QUICK = { min_gap_s: 1, jitter_s: 0, per_minute: 60, per_hour: 1000, per_day: 10_000 };
const PACING = { ...QUICK, new_contacts_per_day: 1000, warm_up: false };

describe("WhatsApp's quota of new chats", () => {
  const clock = new JumpingClock();
  let folder: TempFolder;
  let engine: LiveEngine;
  let receiver: Receiver;
  let session: string;
  let quota: ScriptedQuota;
  let people = 0;

  const start = async (): Promise<void> => {
    const options = { dataDir: folder.path, flags: { BLUETICKS_PACING: 'on' }, parts: { clock } };
    engine = await startLiveEngine(options, engine?.whatsapp);
  };
  const link = (): ScriptedLink => engine.whatsapp.link(session);
  /** WhatsApp tells how the quota stands, some time after the last message. */
  const ask = (): Promise<void> => {
    clock.jump(10_000);
    return link().askQuota();
  };
  const shown = async () => (await engine.live('GET', `/v1/sessions/${session}`)).body;
  const write = async (count: number, more: object = {}): Promise<string[]> => {
    const messages = Array.from({ length: count }, () => {
      people += 1;
      return { type: 'text', to: `+1415555${String(people).padStart(4, '0')}`, text: 'hello', ...more };
    });
    const { body } = await engine.live('POST', '/v1/messages/batch', { messages });
    return body.data.map(({ id }: { id: string }) => id);
  };
  const statuses = async (ids: string[]): Promise<string[]> =>
    Promise.all(ids.map(async (id) => (await engine.live('GET', `/v1/messages/${id}`)).body.status));
  const sentOf = async (ids: string[]): Promise<number> =>
    (await statuses(ids)).filter((status) => status === 'sending').length;
  /** Somebody known gets a message after all that may go has gone. */
  const others = async (): Promise<void> => {
    await link().receive('hi', '14155559999@c.us');
    const to = '+14155559999';
    const { id } = (await engine.live('POST', '/v1/messages', { type: 'text', to, text: 'known' })).body;
    await until('known people still get theirs', async () => (await sentOf([id])) === 1);
  };
  const warnings = () => receiver.received.filter(({ event }) => event.type === 'session.quota_warning');

  beforeAll(async () => {
    folder = await tempFolder('quota');
    receiver = await new Receiver().start();
    await start();
    session = (await engine.linkNumber('+14155550100')).id;
    await engine.live('PATCH', `/v1/sessions/${session}`, { pacing: PACING });
    const events = ['session.quota_warning'];
    await engine.live('POST', '/v1/webhooks', { url: receiver.url(), events });
    expect((await shown()).quota).toBeNull();
    quota = new ScriptedQuota(10, clock.now() + 30 * DAY);
    engine.whatsapp.quotas.set(session, quota);
    await ask();
  }, 60_000);
  afterAll(async () => {
    await engine.close();
    await receiver.stop();
    await folder.remove();
  });
  afterEach(() => expect(quota.refused).toBe(0));

  it('is shown, and in the metrics', async () => {
    const resets_at = new Date(quota.endsAt).toISOString();
    expect((await shown()).quota).toEqual({ limit: 10, used: 0, resets_at, state: 'ok' });
    const metrics = await (await fetch(`${engine.url}/metrics`)).text();
    expect(metrics).toContain(`blueticks_whatsapp_quota_limit{session="${session}"} 10`);
  });

  it('is never used up: new contacts wait, known people do not, and a warning comes first', async () => {
    // One is never used, and one is kept for `high`.
    const ids = await write(9);
    await until('eight went', async () => (await sentOf(ids)) === 8);
    await others();
    expect((await statuses(ids)).filter((status) => status === 'queued')).toHaveLength(1);
    await ask();
    await until('it is told', () => warnings().length > 0);
    expect(warnings()[0]!.event.data).toMatchObject({ quota: { limit: 10, state: 'warning' } });
    expect(quota.used).toBe(8);
    await engine.live('POST', '/v1/messages/cancel', { to: `+1415555${String(people).padStart(4, '0')}` });
  }, 60_000);

  it('is told once while it gets no worse', async () => {
    const before = warnings().length;
    await ask();
    await ask();
    quota.used = quota.limit;
    await ask();
    await until('that it is used up is told', () => warnings().length > before);
    expect(warnings().map(({ event }) => (event.data.quota as { state: string }).state)).toEqual([
      'warning',
      'capped',
    ]);
  });

  it('holds after a restart, also if WhatsApp refuses to answer', async () => {
    quota.instead = { is: 'refused' };
    await engine.close();
    await start();
    await engine.inState(session, 'connected');
    const ids = await write(2);
    await others();
    expect(await statuses(ids)).toEqual(['queued', 'queued']);
    expect((await shown()).quota).toMatchObject({ used: 10, state: 'capped' });
    quota.instead = null;
  }, 60_000);

  it('allows new contacts again only when WhatsApp says so, not when the clock says so', async () => {
    quota.renew(clock.now() + 30 * DAY);
    const asked = quota.asked;
    // As if the answer took long.
    quota.instead = { is: 'refused' };
    clock.jump(-DAY);
    const ids = await write(1);
    await others();
    await until('it asks, because the clock was set back', () => quota.asked > asked);
    expect(await statuses(ids)).toEqual(['queued']);
    clock.jump(DAY);
    quota.instead = null;
    await ask();
    await until('those that waited go', () => quota.used === 3);
  }, 60_000);

  it('may shrink', async () => {
    quota.limit = 6;
    await ask();
    const ids = await write(4);
    await until('one went', () => quota.used === 4);
    await others();
    expect(await sentOf(ids)).toBe(1);
    quota.limit = 12;
    await ask();
    await until('the others go when it grows', async () => (await sentOf(ids)) === 4);
  }, 60_000);

  it('is asked for when its cycle is over, and what waits goes in the next one', async () => {
    quota.endsAt = clock.now() + 3_000;
    quota.limit = 6;
    await ask();
    const ids = await write(2);
    await others();
    expect(await sentOf(ids)).toBe(0);
    quota.renew(clock.now() + 30 * DAY);
    await until('they go', async () => (await sentOf(ids)) === 2);
    expect(quota.used).toBe(2);
  }, 60_000);

  it('holds nothing up when WhatsApp sets none any more', async () => {
    quota.limit = 3;
    await ask();
    const ids = await write(2);
    await others();
    expect(await sentOf(ids)).toBe(0);
    quota.instead = { is: 'none' };
    quota.limit = 1000;
    await ask();
    await until('they go', async () => (await sentOf(ids)) === 2);
    expect((await shown()).quota).toBeNull();
  }, 60_000);
});
