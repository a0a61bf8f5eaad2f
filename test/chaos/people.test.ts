import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/engine/until';
import { LinkedRun } from './linked-run';
import type { Answer } from './persistent-client';
import { manyNamed, someNames, type ManyNamed } from './many-named';
import { peopleVerdict, type OnTheWire, type Word } from './people-verdict';
import { chaosSeed, SeededRandom } from './seeded-random';
import { fullOrShort } from './size';

const SIZE = fullOrShort(
  { people: 100, kills: 60, campaigns: 60, spreadMs: 240_000, limitMs: 2_400_000 },
  { people: 20, kills: 3, campaigns: 6, spreadMs: 10_000, limitMs: 300_000 },
);
/** A message that was tried many times waits longer each time. */
const PATIENCE_MS = fullOrShort(600_000, 120_000);
const KILL_POINTS = ['after-claim', 'before-ack-is-stored'] as const;
/** Seconds after a sequence's start: the first step comes at once, and the others when most people have written. */
const STEPS_AT = fullOrShort([0, 20, 40, 60, 80, 100, 120], [0, 10, 11]);
const STEPS = STEPS_AT.map((at) => ({ type: 'text', text: `step ${at}`, after: `PT${at}S` }));

/** Everything that happens to the engine, and what it is asked to do. */
class PeopleRun {
  readonly wire: OnTheWire[] = [];
  readonly words: Word[] = [];
  readonly campaigns: string[] = [];
  private readonly ids: string[] = [];

  constructor(
    private readonly run: LinkedRun,
    private readonly people: readonly ManyNamed[],
    private readonly random: SeededRandom,
  ) {
    const { whatsapp } = run;
    whatsapp.onStanza = ({ tag, attrs }) => {
      const at = Date.now();
      const { id = '', to = '', type, category } = attrs;
      // What the engine asks its own phone for is no message to anybody.
      if (tag === 'message' && category !== 'peer')
        this.wire.push({ wireId: id, to: whatsapp.directory.byJid(to), at });
      const word = this.words.find((one) => one.id === id);
      if (word && (tag === 'receipt' || tag === 'ack') && type !== 'retry') word.storedAt ??= at;
    };
  }

  /** Kills the engine at random moments and at named points in turn, and starts it again each time. */
  async killAgainAndAgain(): Promise<void> {
    const { engine } = this.run;
    for (let kill = 0; kill < SIZE.kills; kill += 1) {
      await sleep(this.random.between(0.2, 1.2) * (SIZE.spreadMs / SIZE.kills / 2));
      await engine.kill();
      if (this.random.happens(0.5)) {
        const nth = Math.ceil(this.random.between(0, 4));
        engine.launch({ killAt: { point: this.random.pick(KILL_POINTS), nth } });
        await Promise.race([engine.died(), sleep(4_000)]);
        await engine.kill();
      }
      await engine.start();
    }
  }

  /** Campaigns to everybody, one after the other, under any names. */
  async startCampaigns(): Promise<void> {
    for (let index = 0; index < SIZE.campaigns; index += 1) {
      const contacts = this.people.flatMap((person) => someNames(person, this.random)).map((to) => ({ to }));
      const { id: audience_id } = await this.post('/v1/audiences', { name: `a${index}`, contacts });
      const text = `campaign ${index}`;
      this.campaigns.push(text);
      this.ids.push((await this.post('/v1/campaigns', { name: text, audience_id, text })).id);
      await sleep(this.random.between(0.5, 1) * (SIZE.spreadMs / SIZE.campaigns));
    }
  }

  /** Each person gets a sequence, and then perhaps writes STOP or an answer, or only says who they are. */
  async talk(): Promise<void> {
    await Promise.all(this.people.map((person, index) => this.talkTo(person, index % 4)));
  }

  /** Waits until everything has ended that will. */
  async settled(): Promise<void> {
    const { client, phone } = this.run;
    await until('all words are stored', () => this.words.every(({ storedAt }) => storedAt !== null), 120_000);
    for (const id of this.ids) {
      let campaign: Answer['body'];
      const hasEnded = async (): Promise<boolean> => {
        campaign = (await client.call('GET', `/v1/campaigns/${id}`)).body;
        return campaign.status.startsWith('complete');
      };
      await until('a campaign has ended', hasEnded, PATIENCE_MS).catch((error: Error) => {
        throw new Error(`${error.message} ${JSON.stringify(campaign)}`);
      });
    }
    const hasEnded = async (): Promise<boolean> =>
      (await client.call('GET', '/v1/sequences?status=active')).body.data.length === 0;
    await until('the sequences have ended', hasEnded, PATIENCE_MS);
    // At last WhatsApp tells everything about everybody.
    for (const { contact, isHidden } of this.people)
      if (!isHidden) await phone.tellsLidOf(contact, 'history');
    const contacts = this.people.flatMap(({ names }) => names).map((to) => ({ to }));
    const { id } = await this.post('/v1/audiences', { name: 'all names', contacts });
    const count = async (): Promise<number> =>
      (await client.call('GET', `/v1/audiences/${id}`)).body.contact_count;
    await until('each person is one contact', async () => (await count()) === this.people.length, 60_000);
  }

  private async talkTo(person: ManyNamed, role: number): Promise<void> {
    const { random } = this;
    const { contact, isHidden, names } = person;
    contact.tellsOneName();
    await sleep(random.between(0, SIZE.spreadMs / 8));
    // Some have an opt-out by now, so this may be refused.
    await this.post('/v1/sequences', { to: random.pick(names), steps: STEPS }, [201, 200, 422]);
    await sleep(random.between(0, SIZE.spreadMs / 2));
    if (role === 0) return;
    if (!isHidden && random.happens(0.5)) contact.tellsBothNames();
    const by = random.happens(0.5) ? 'lid' : 'number';
    const isStop = role === 1;
    const [writtenAt, id] = [Date.now(), `3A${randomUUID().replaceAll('-', '').slice(0, 18).toUpperCase()}`];
    this.words.push({ who: person, isStop, id, writtenAt, storedAt: null });
    await contact.sends({ text: isStop ? 'STOP' : 'thanks' }, { by, id });
    if (!isHidden && random.happens(0.3))
      await this.run.phone.tellsLidOf(contact, random.pick(['history', 'notification']));
  }

  /** The answer. A request repeated after a kill is answered with 200 if it was done the first time. */
  private async post(path: string, body: object, wanted = [201, 200]) {
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await this.run.client.call('POST', path, body, headers);
    if (!wanted.includes(answer.status))
      throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

function divide<T>(all: readonly T[], isFirst: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((one) => !isFirst(one))];
}

describe('people with many names whose engine is killed again and again', () => {
  it(
    'get no campaign or sequence once they wrote STOP or answered, and each campaign once',
    async () => {
      const random = new SeededRandom(chaosSeed());
      let people: ManyNamed[] = [];
      const run = await LinkedRun.begin(random, (whatsapp) => {
        people = manyNamed(whatsapp, SIZE.people);
        return new Map(people.map(({ contact }) => [contact.jid('lid'), contact]));
      });
      try {
        const doing = new PeopleRun(run, people, random);
        await Promise.all([doing.killAgainAndAgain(), doing.startCampaigns(), doing.talk()]);
        await run.connected();
        await doing.settled();
        await run.engine.stop();
        const { wire, words, campaigns } = doing;
        const { faults, figures } = await peopleVerdict({ run, people, wire, words, campaigns });
        const stops = words.filter(({ isStop }) => isStop).length;
        // After a kill, a phone may have to ask once for a message that it cannot decrypt.
        const [askedAgain, complaints] = divide(run.whatsapp.complaints, (one) => one.includes(', try 1: '));
        const report = {
          ...{ people: people.length, stops, answers: words.length - stops, campaigns: campaigns.length },
          ...{ kills: SIZE.kills, ...figures, askedAgain: askedAgain.length, seconds: run.seconds },
        };
        process.stdout.write(`chaos: people with many names: ${JSON.stringify(report)}\n`);
        expect(faults).toEqual([]);
        expect(complaints).toEqual([]);
        expect(run.client.odd).toEqual([]);
      } finally {
        await run.end();
      }
    },
    SIZE.limitMs,
  );
});
