import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../engine/store/open-database';
import { silentLog } from '../support/servers/silent-log';
import { until } from '../support/engine/until';
import type { Link } from '../wire/transport/link';
import { LinkedRun, readersAndSilent } from './linked-run';
import { chaosSeed, SeededRandom } from './seeded-random';
import { FULL } from './size';
import { sentWhileHuman, type Seen } from './takeover-verdict';

const SIZE = { people: 30, messages: 3_000, kills: 25, cuts: 40, spreadMs: 300_000, limitMs: 1_800_000 };
const OWN_SENDS = Number(process.env['CHAOS_SENDS'] ?? 10_000);
const POINTS = ['after-claim', 'before-ack-is-stored'] as const;
/** Half an hour of kills has no short form: test/integration/takeovers has the rules one by one. */
const inFull = FULL ? describe : () => undefined;

/** A number with two linked devices, both of this engine: each gets a copy of what the other sends. */
async function linkTwice(people: number, random: SeededRandom): Promise<{ run: LinkedRun; session: string }> {
  const run = await LinkedRun.begin(random, (whatsapp) => readersAndSilent(whatsapp, people));
  const [first] = (await run.client.call('GET', '/v1/sessions')).body.data;
  const { body: second } = await run.client.call('POST', '/v1/sessions', { name: 'Second' });
  const qr = await until('there is a QR code', async () => {
    const { body } = await run.client.call('GET', `/v1/sessions/${second.id}/qr`);
    return body.qr as string | undefined;
  });
  await run.phone.link(qr);
  await until('both are connected', async () => {
    const { data } = (await run.client.call('GET', '/v1/engines')).body;
    return data.filter(({ connected }: { connected: boolean }) => connected).length === 2;
  });
  return { run, session: first.id };
}

/** What the engine has stored, once it is stopped. */
async function readStore<Row>(run: LinkedRun, text: string, params: unknown[] = []): Promise<Row[]> {
  const { dataDir } = run.engine;
  const database = await openDatabase({ dataDir, databaseUrl: null, log: silentLog });
  try {
    return await database.query<Row>(text, params);
  } finally {
    await database.close();
  }
}

/** The bot writes, the owner writes and gives back, at random moments. */
class Conversations {
  readonly seen: Seen[] = [];
  readonly messages: { id: string; chat: string; cancels: boolean }[] = [];
  refused = 0;
  written = 0;
  private readonly sent = new Set<string>();
  private readonly links = new Map<Link, number>();
  private readonly hot = new Set<string>();

  constructor(
    private readonly run: LinkedRun,
    private readonly random: SeededRandom,
  ) {
    run.whatsapp.onStanza = ({ tag, attrs }, from) => {
      const { id = '', to = '', type, category } = attrs;
      const { link } = from;
      if (link && !this.links.has(link)) {
        this.links.set(link, this.links.size);
        this.seen.push({ what: 'opened', link: this.links.size - 1, at: Date.now() });
      }
      const isFirst = from === run.phone.companions[0];
      if (tag === 'message' && category !== 'peer' && !this.sent.has(id)) {
        const chat = run.whatsapp.directory.byJid(to)?.number ?? to;
        this.sent.add(id);
        this.seen.push({ what: 'sent', chat, id, link: link ? this.links.get(link)! : -1 });
      }
      if (isFirst && (tag === 'receipt' || tag === 'ack') && type !== 'retry')
        this.seen.push({ what: 'stored', id });
    };
  }

  private get someone(): string {
    const hot = [...this.hot];
    return hot.length > 0 && this.random.happens(0.6)
      ? this.random.pick(hot)
      : this.random.pick([...this.run.people.keys()]);
  }

  async botWrites(): Promise<void> {
    const each = SIZE.spreadMs / (SIZE.messages / 3);
    const write = async (): Promise<void> => {
      for (let count = 0; count < SIZE.messages / 3; count += 1) {
        const cancels = this.random.happens(0.3);
        const chat = this.someone;
        const { status, body } = await this.run.client.call('POST', '/v1/messages', {
          ...{ type: 'text', to: chat, from: this.run.phone.number, text: `m${count} ${this.random.next()}` },
          ...(cancels ? { cancel_on_takeover: true } : { only_while_bot: true }),
        });
        if (status === 201) this.messages.push({ id: body.id, chat, cancels });
        else if (status === 409) this.refused += 1;
        else throw new Error(`A message was answered with ${status}: ${JSON.stringify(body)}`);
        await sleep(this.random.between(0, 2 * each));
      }
    };
    await Promise.all([write(), write(), write()]);
  }

  async ownerWrites(end: number): Promise<void> {
    while (Date.now() < end) {
      const chat = this.random.pick([...this.run.people.keys()]);
      const at = Date.now();
      const id = `3A${(this.written += 1).toString(16).padStart(18, '0').toUpperCase()}`;
      this.hot.add(chat);
      this.seen.push({ what: 'written', chat, id, at });
      await this.run.phone.sends({ text: `owner ${this.written}` }, { to: this.run.people.get(chat)!, id });
      if (this.random.happens(0.7)) void this.giveBack(chat, this.random.between(500, 12_000));
      await sleep(this.random.between(0, 1_500));
    }
  }

  async giveAllBack(): Promise<void> {
    for (const chat of this.run.people.keys()) await this.giveBack(chat, 0);
  }

  private async giveBack(chat: string, afterMs: number): Promise<void> {
    await sleep(afterMs);
    this.hot.delete(chat);
    this.seen.push({ what: 'given_back', chat, at: Date.now() });
    await this.run.client.call('PATCH', `/v1/chats/${encodeURIComponent(chat)}`, { handled_by: 'bot' });
  }
}

async function killAgainAndAgain(run: LinkedRun, random: SeededRandom): Promise<void> {
  for (let kill = 0; kill < SIZE.kills; kill += 1) {
    await sleep(random.between(0.2, 1.2) * (SIZE.spreadMs / SIZE.kills / 2));
    await run.engine.kill();
    if (random.happens(0.5)) {
      run.engine.launch({ killAt: { point: random.pick(POINTS), nth: Math.ceil(random.between(0, 4)) } });
      await Promise.race([run.engine.died(), sleep(6_000)]);
      await run.engine.kill();
    }
    await run.engine.start();
  }
}

async function cutLines(run: LinkedRun, random: SeededRandom): Promise<void> {
  const { faults } = run.whatsapp;
  const ways = [
    () => faults.dropLink(),
    () => faults.endStream(503),
    () => faults.dropBeforeAck(),
    () => faults.loseAck(),
  ];
  for (let cut = 0; cut < SIZE.cuts; cut += 1) {
    await sleep(random.between(0, (2 * SIZE.spreadMs) / SIZE.cuts));
    random.pick(ways)();
  }
}

describe('the verdict', () => {
  const CHAT = '+14155551234';
  const sent = (id: string, link = 1): Seen => ({ what: 'sent', chat: CHAT, id, link });
  const written = (at: number): Seen => ({ what: 'written', chat: CHAT, id: 'O', at });
  const stored: Seen = { what: 'stored', id: 'O' };
  const givenBack = (at: number): Seen => ({ what: 'given_back', chat: CHAT, at });
  const opened = (at: number): Seen => ({ what: 'opened', link: 2, at });

  it.each<[string, Seen[], number]>([
    ['before it is stored', [written(0), sent('A'), stored], 0],
    ['after it is stored', [written(0), stored, sent('A')], 1],
    ['after it was stored by a process that died', [written(0), opened(20), sent('A', 2), stored], 1],
    ['after the chat was given back', [written(0), stored, givenBack(30_000), sent('A')], 0],
    ['if it was given back after that was written', [written(0), givenBack(5), stored, sent('A')], 0],
    ['if the owner wrote again', [written(0), givenBack(5), written(30_000), stored, sent('A')], 1],
  ])('on a message %s', (_when, seen, faults) => {
    expect(sentWhileHuman(seen, new Map([['O', 10]]))).toHaveLength(faults);
  });
});

inFull('an owner who writes on the phone', () => {
  it(
    'has the chat: nothing goes there once that is stored, and what waits goes when it is given back',
    async () => {
      const random = new SeededRandom(chaosSeed());
      const { run, session } = await linkTwice(SIZE.people, random);
      try {
        const talks = new Conversations(run, random);
        const end = Date.now() + SIZE.spreadMs;
        await Promise.all([
          ...[killAgainAndAgain(run, random), cutLines(run, random)],
          ...[talks.botWrites(), talks.ownerWrites(end)],
        ]);
        run.whatsapp.faults.heal();
        await until('all of it is stored', () => run.phone.companions[0]!.waiting === 0, 120_000);
        await talks.giveAllBack();
        const open = async (): Promise<number> => {
          const found = await Promise.all(
            ['scheduled', 'queued'].map((status) =>
              run.client.call('GET', `/v1/messages?status=${status}&limit=200`),
            ),
          );
          return found.reduce((sum, { body }) => sum + body.data.length, 0);
        };
        await until('everything has gone or is canceled', async () => (await open()) === 0, 180_000);
        await run.engine.stop();
        const rows = await readStore<{ wire_id: string; at: Date }>(
          run,
          `SELECT wire_id, min(created_at) AS at FROM inbound_messages WHERE kind = 'own_message' AND session_id = $1
           GROUP BY wire_id`,
          [session],
        );
        const ended = await readStore<{ id: string; status: string; sent_at: Date | null }>(
          run,
          'SELECT id, status, sent_at FROM messages',
        );
        const faults = sentWhileHuman(
          talks.seen,
          new Map(rows.map(({ wire_id: id, at }) => [id, at.getTime()])),
        );
        const lost = talks.messages.filter(({ id, cancels }) => {
          const row = ended.find((one) => one.id === id);
          return !row || (row.sent_at === null && !(cancels && row.status === 'canceled'));
        });
        const figures = {
          ...{ messages: talks.messages.length, refused: talks.refused, ownerWrote: talks.written },
          ...{ stored: rows.length, kills: SIZE.kills, cuts: SIZE.cuts },
          canceled: ended.filter(({ status }) => status === 'canceled').length,
          ...{ sentWhileHuman: faults.length, lost: lost.length, seconds: run.seconds },
        };
        process.stdout.write(`chaos: takeover: ${JSON.stringify(figures)}\n`);
        expect(faults).toEqual([]);
        expect(lost).toEqual([]);
        expect(rows).toHaveLength(talks.written);
        expect(run.client.odd).toEqual([]);
      } finally {
        await run.end();
      }
    },
    SIZE.limitMs,
  );

  it(
    `is never the engine itself: of ${OWN_SENDS} messages, another device of the number gets a copy each`,
    async () => {
      const { run } = await linkTwice(200, new SeededRandom(chaosSeed()));
      try {
        const numbers = [...run.people.keys()];
        for (let sent = 0; sent < OWN_SENDS; sent += 500) {
          const messages = Array.from({ length: Math.min(500, OWN_SENDS - sent) }, (_, index) => ({
            ...{ type: 'text', to: numbers[(sent + index) % numbers.length], text: `own ${sent + index}` },
            from: run.phone.number,
          }));
          const { status } = await run.client.call('POST', '/v1/messages/batch', { messages });
          expect(status).toBe(201);
          if (sent % 2_000 === 1_000) run.whatsapp.faults.dropLink();
          if (sent % 4_000 === 2_000) {
            await run.engine.kill();
            await run.engine.start();
          }
        }
        const pending = async (): Promise<number> => {
          const { body } = await run.client.call('GET', '/v1/messages?status=queued&limit=1');
          return body.data.length;
        };
        await until('all are sent', async () => (await pending()) === 0, 900_000);
        await until(
          'all copies are stored',
          () => run.phone.companions.every(({ waiting }) => waiting === 0),
          300_000,
        );
        const copies = [...run.people.values()].reduce((sum, { received }) => sum + received.length, 0);
        await run.engine.stop();
        const [found] = await readStore<Record<string, number>>(
          run,
          `SELECT (SELECT count(*)::int FROM takeovers) AS takeovers,
             (SELECT count(*)::int FROM events WHERE type IN ('chat.taken_over', 'message.sent_from_phone')) AS events,
             (SELECT count(*)::int FROM messages WHERE sent_at IS NOT NULL) AS sent`,
        );
        process.stdout.write(
          `chaos: own sends: ${JSON.stringify({ ...found, received: copies, seconds: run.seconds })}\n`,
        );
        expect(found).toEqual({ takeovers: 0, events: 0, sent: OWN_SENDS });
      } finally {
        await run.end();
      }
    },
    SIZE.limitMs,
  );
});
