import type { QuotaAnswer } from '../../../../engine/domain/pacing/quota';
import { linkPhone } from '../../../support/engine/link-phone';
import { startEngine, type Call, type TestEngine } from '../../../support/engine/start-engine';
import { until } from '../../../support/engine/until';
import type { Contact } from '../../../wire/people/contact';
import type { NewChatQuota } from '../../../wire/people/person';
import type { Phone } from '../../../wire/people/phone';
import { unrefLongTimers } from '../../../wire/unref-long-timers';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';
import { eventually, linkedLink, type LinkUnderTest } from './link-world';

let whatsapp: WhatsApp;
let next = 14155573000;
const someone = (): Contact => whatsapp.contact(`+${next++}`);

beforeAll(async () => {
  unrefLongTimers();
  whatsapp = await startWhatsApp();
});
afterAll(async () => {
  expect(whatsapp.complaints).toEqual([]);
  await whatsapp.close();
});

describe("WhatsApp's quota of new chats, on the wire", () => {
  let phone: Phone;
  let link: LinkUnderTest;
  const answers: QuotaAnswer[] = [];

  beforeAll(async () => {
    phone = whatsapp.phone('+14155550190');
    const onQuota = (answer: QuotaAnswer) => Promise.resolve(void answers.push(answer));
    link = await linkedLink(whatsapp, phone, { handlers: { onQuota } });
  });
  afterAll(() => link.transport.close());

  it('is asked for before the link is used, and there may be none', () => {
    expect(answers).toEqual([{ is: 'none' }]);
  });

  it('is told when it changes, with its end', async () => {
    const ends = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
    phone.limitNewChats(2, ends);
    const told = await eventually('it was told', () => answers[1]);
    expect(told).toMatchObject({ is: 'quota', quota: { limit: 2, used: 0, state: 'ok' } });
    // WhatsApp's times are in seconds.
    const { resetsAt } = (told as Extract<QuotaAnswer, { is: 'quota' }>).quota;
    expect(Math.abs(resetsAt! - ends.getTime())).toBeLessThanOrEqual(1_000);
  });

  it('counts new chats only, refuses more than it allows, and is asked for after a refusal', async () => {
    const [friend, ...strangers] = [someone(), someone(), someone(), someone()];
    await friend.sends({ text: 'hi' });
    await link.send(friend, 'hi yourself');
    await link.send(strangers[0]!, 'first');
    await link.send(strangers[1]!, 'first');
    await link.send(strangers[1]!, 'second');
    const refused = link.send(strangers[2]!, 'first');
    await expect(refused).rejects.toMatchObject({ reason: 'rejected_by_whatsapp:463' });
    await eventually('it was told', () =>
      answers.find((answer) => answer.is === 'quota' && answer.quota.state === 'capped'),
    );
    await link.send(strangers[0]!, 'second');
  });
});

describe('an engine whose number has a quota of new chats', () => {
  let engine: TestEngine;
  let live: Call;
  let session: string;
  let phone: Phone;
  let quota: NewChatQuota;

  beforeAll(async () => {
    phone = whatsapp.phone('+14155550191');
    quota = phone.limitNewChats(6)!;
    const flags = { BLUETICKS_WA_SOCKET_URL: whatsapp.url, BLUETICKS_PACING: 'on' };
    engine = await startEngine({ flags, parts: { mediaAgent: whatsapp.mediaAgent } });
    live = engine.callAs(await engine.engine.localKey('live'));
    session = `/v1/sessions/${await linkPhone(live, phone)}`;
    const pacing = { min_gap_s: 1, jitter_s: 0, per_minute: 60, new_contacts_per_day: 1000, warm_up: false };
    await live('PATCH', session, { pacing });
  }, 60_000);
  afterAll(() => engine.close());

  it('never meets the refusal: the rest waits, and goes when WhatsApp allows more', async () => {
    const people = Array.from({ length: 7 }, someone);
    const messages = people.map(({ number: to }) => ({ type: 'text', to, text: 'hello', priority: 'high' }));
    await live('POST', '/v1/messages/batch', { messages });
    const heard = (): number => people.filter(({ received }) => received.length > 0).length;
    await until('five went', () => heard() === 5);
    const friend = someone();
    await friend.sends({ text: 'hi' }, { to: phone });
    await until('it is heard', async () => {
      const { body } = await live('GET', `/v1/chats?limit=200`);
      return JSON.stringify(body).includes(friend.number.slice(1));
    });
    await live('POST', '/v1/messages', { type: 'text', to: friend.number, text: 'hi yourself' });
    await friend.hears('hi yourself');
    await until('it is asked for', async () => (await live('GET', session)).body.quota.used === 5);
    expect([quota.used, quota.refused, heard()]).toEqual([5, 0, 5]);
    // The state is our guess of what is close.
    expect((await live('GET', session)).body.quota).toMatchObject({ limit: 6, state: 'warning' });
    phone.limitNewChats(20);
    await until('the others got theirs', () => heard() === 7);
    expect(quota.refused).toBe(0);
  }, 60_000);
});
