import { deferred } from '../../../engine/async/deferred';
import { startLiveEngine, type LiveEngine } from '../sessions/live-engine';
import type { ScriptedLink } from '../../support/engine/scripted-whatsapp';
import { until } from '../../support/engine/until';

describe('a paced lane that may write to no new contacts', () => {
  let engine: LiveEngine;
  let link: ScriptedLink;
  let next = 1000;
  const account = () => {
    next += 1;
    const [number, lid] = [`1415559${next}@c.us`, `20000000000${next}@lid`];
    engine.whatsapp.names.push([number, lid]);
    return { number, lid };
  };
  const send = async (to: string): Promise<string> =>
    (await engine.live('POST', '/v1/messages', { type: 'text', to, text: `to ${to}` })).body.id;
  const isSentTo = (chatId: string): boolean =>
    engine.whatsapp.sent.some(({ message }) => message.chatId === chatId);
  const timesLookedUp = (chatId: string): number =>
    link.asked.filter((asked) => asked === `look up ${chatId}`).length;

  beforeAll(async () => {
    engine = await startLiveEngine({ flags: { BLUETICKS_PACING: 'on' } });
    const session = await engine.linkNumber('+14155550100');
    link = session.link;
    const pacing = { new_contacts_per_day: 0, min_gap_s: 1, jitter_s: 0, per_minute: 60, warm_up: false };
    const { status } = await engine.live('PATCH', `/v1/sessions/${session.id}`, { pacing });
    expect(status).toBe(200);
  }, 60_000);
  afterAll(() => engine.close());

  it('looks up who a new number is, writes to people it knows by LID, and lets strangers wait', async () => {
    const [known, stranger] = [account(), account()];
    await link.receive('hello', known.lid);
    const waiting = await send(stranger.number);
    await send(known.number);
    await until('the known one gets it', () => isSentTo(known.number));
    expect(timesLookedUp(stranger.number)).toBe(1);
    expect((await engine.live('GET', `/v1/messages/${waiting}`)).body.status).toBe('queued');
    expect(isSentTo(stranger.number)).toBe(false);
  });

  it('does not hold up others while WhatsApp keeps it waiting for an answer', async () => {
    const [slow, known] = [account(), account()];
    await Promise.all([slow, known].map(({ lid }) => link.receive('hello', lid)));
    await engine.whatsapp.lookUp(known.lid);
    const answer = deferred();
    engine.whatsapp.lookUp = (chatId) => (chatId === slow.number ? answer.promise : Promise.resolve());
    await send(slow.number);
    await until('it is looked up', () => timesLookedUp(slow.number) === 1);
    await send(known.number);
    await until('the other gets it', () => isSentTo(known.number));
    expect(isSentTo(slow.number)).toBe(false);
    answer.resolve();
    await until('it gets it', () => isSentTo(slow.number));
  });
});
