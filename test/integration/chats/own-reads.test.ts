import { showChat } from '../../../engine/chats/show-chats';
import { newWireId } from '../../../engine/domain/ids';
import { receiveOwnRead } from '../../../engine/inbound/receive-own-read';
import type { Inbound } from '../../../engine/transport/transport';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { StoreWorld } from '../sequences/store-world';

jest.setTimeout(60_000);

const ANA = '14155551234@c.us';
const LID = '123456789012345@lid';
const GROUP = '120363000000000001@g.us';

describe.each(DATABASE_KINDS)('what the owner reads on the phone, on %s,', (kind) => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await StoreWorld.open(kind);
  });
  beforeEach(() =>
    world.database.query(
      'TRUNCATE chat_messages, chats, inbound_messages, people, person_names, known_contacts, events CASCADE',
    ),
  );
  afterAll(() => world.close());

  /** Somebody writes, a second after what came before. @returns its wire id */
  async function comesIn(given: Partial<Inbound> = {}): Promise<string> {
    world.clock.jump(1_000);
    const { chatId = ANA, id = newWireId() } = given;
    await world.comesIn({
      ...{ kind: 'message', id, chatId, names: [ANA], from: '+14155551234', fromName: null },
      ...{ isGroup: chatId.endsWith('@g.us'), targetWireId: null, type: 'text', text: 'hello', media: null },
      ...{ at: world.clock.now(), ...given },
    });
    return id;
  }
  const reads = (chatId: string, ...wireIds: string[]) =>
    receiveOwnRead(world, world.session, { chatId, wireIds });
  const unread = async (chatId = ANA) =>
    (await showChat(world.database, 'test', chatId, new Date(world.clock.now()))).unread_count;

  it('is read, and what came after it is not', async () => {
    const [first, second] = [await comesIn(), await comesIn()];
    await comesIn();
    await reads(ANA, second, first);
    expect(await unread()).toBe(1);
    await reads(ANA, await comesIn());
    expect(await unread()).toBe(0);
  });

  it('counts once, in any order, and never makes a chat unread again', async () => {
    const [first, second] = [await comesIn(), await comesIn()];
    await reads(ANA, second);
    for (const id of [second, first, newWireId()]) await reads(ANA, id);
    expect(await unread()).toBe(0);
    await comesIn();
    await reads(ANA, first);
    expect(await unread()).toBe(1);
  });

  it('goes by when messages were written, whenever they came', async () => {
    const last = await comesIn();
    await comesIn({ at: world.clock.now() - 60_000 });
    expect(await unread()).toBe(2);
    await reads(ANA, last);
    expect(await unread()).toBe(0);
  });

  it('is in the chat it is in, under every name of the person', async () => {
    const direct = await comesIn();
    const inGroup = await comesIn({ chatId: GROUP, author: ANA });
    await reads(GROUP, direct);
    expect([await unread(), await unread(GROUP)]).toEqual([1, 1]);
    await reads(GROUP, inGroup);
    expect([await unread(), await unread(GROUP)]).toEqual([1, 0]);
    await world.learn(ANA, LID);
    await reads(LID, direct);
    expect(await unread()).toBe(0);
  });

  it('leaves what is received at the same time unread', async () => {
    const first = await comesIn();
    await Promise.all([reads(ANA, first), comesIn(), comesIn()]);
    expect(await unread()).toBe(2);
  });

  it('is told to nobody, and adds no chat', async () => {
    await reads(ANA, newWireId());
    expect(await world.database.query('SELECT FROM chats')).toEqual([]);
    expect(await world.database.query('SELECT FROM events')).toEqual([]);
  });
});
