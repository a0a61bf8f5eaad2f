import { whoOf } from '../../../engine/domain/people/person-id';
import { newMessageRow } from '../../../engine/changes/new-message-row';
import type { MessageRow } from '../../../engine/store/tables/messages';
import { insertMessages } from '../../../engine/store/tables/new-messages';
import { findOptedOut, insertOptOut } from '../../../engine/store/tables/opt-outs';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { StoreWorld } from '../sequences/store-world';

jest.setTimeout(90_000);

const PHONE = '+5511987654321';
/** The same account, as WhatsApp writes it. */
const ACCOUNT = '551187654321@c.us';
const ASKED = '5511987654321@c.us';
const LID = '123456789012345@lid';

describe.each(DATABASE_KINDS)('on %s,', (kind) => {
  let world: StoreWorld;
  beforeEach(async () => {
    world = await StoreWorld.open(kind);
  });
  afterEach(() => world.close());

  const optOut = (chatId: string): Promise<unknown> =>
    insertOptOut(world.database, {
      mode: 'test',
      who: whoOf('test', chatId),
      chat_id: chatId,
      recipient: chatId,
      source: 'api',
      created_at: new Date(),
    });
  const add = async (fields: Partial<MessageRow>): Promise<MessageRow> => {
    const now = new Date();
    const row = newMessageRow({
      mode: 'test',
      session_id: world.session.id,
      from_phone: null,
      recipient: PHONE,
      chat_id: ASKED,
      who: whoOf('test', fields.chat_id ?? ASKED),
      type: 'text',
      text: 'x',
      priority: 2,
      due_at: now,
      created_at: now,
      ...fields,
    });
    await world.database.transaction(async (tx) => insertMessages(tx, [row]));
    return row;
  };
  const get = async ({ id }: MessageRow): Promise<MessageRow> =>
    (await world.database.query<MessageRow>('SELECT * FROM messages WHERE id = $1', [id]))[0]!;

  it('fails campaign and sequence messages to opted-out people, and sends single ones', async () => {
    // The opt-out and the start of the sequence crossed: neither saw the other.
    const sequence = await world.create(PHONE, ['PT0S']);
    const campaign = await add({ campaign_id: 'cmp_1', contact_id: 'con_1', chat_id: LID });
    await optOut(ASKED);
    await optOut(LID);
    const [other, single] = [await add({ chat_id: '15005553000@c.us' }), await add({ chat_id: LID })];
    const claimed: string[] = [];
    for (let looks = 0; looks < 3; looks += 1)
      claimed.push(...(await world.claim()).claims.map(({ message }) => message.id));
    expect(claimed.sort()).toEqual([other.id, single.id].sort());
    const [step] = await world.steps(sequence);
    for (const row of [step!, await get(campaign)]) {
      expect(row).toMatchObject({
        status: 'failed',
        failure_reason: 'recipient_opted_out',
        handed_over_at: null,
      });
      expect(await world.told(row.id)).toEqual(expect.arrayContaining(['message.failed']));
    }
    expect([await world.status(sequence), await world.told(sequence)]).toEqual([
      'completed',
      ['sequence.completed'],
    ]);
  });

  it.each([
    ['the number that was written to', [ASKED], ASKED],
    ["the account's own number", [ASKED], ACCOUNT],
    ['another name of the account', [ASKED, LID], LID],
    ['the number, where the message goes to the account itself', [ACCOUNT], ASKED],
  ])('an opt-out counts under %s', async (_name, names, optedOut) => {
    await optOut(optedOut);
    await optOut('15005553009@c.us');
    await world.learn(LID, ACCOUNT);
    // As a transaction stores it that did not see the joining.
    const whos = [...names, '15005553000@c.us'].map((name) => whoOf('test', name));
    const wanted = new Set(names.map((name) => whoOf('test', name)));
    expect(await findOptedOut(world.database, 'test', whos)).toEqual(wanted);
    expect(await findOptedOut(world.database, 'live', whos)).toEqual(new Set());
    const { id } = await add({ campaign_id: 'cmp_1', contact_id: 'con_1', chat_id: names[0]! });
    expect((await world.claim()).claims).toEqual([]);
    expect(await get({ id } as MessageRow)).toMatchObject({ failure_reason: 'recipient_opted_out' });
  });

  it('recognizes an opt-out from another name of the account', async () => {
    const [one, two] = [await world.create(PHONE, ['P1D']), await world.create(ACCOUNT, ['P1D'])];
    const other = await world.create('+15005553000', ['P1D']);
    await world.receive('+551187654321', 'STOP', { chatId: ACCOUNT });
    for (const id of [one, two]) expect(await world.status(id)).toBe('stopped_by_reply');
    expect(await world.status(other)).toBe('active');
    await expect(world.create(PHONE, ['P1D'])).rejects.toMatchObject({ status: 422 });
    await world.receive('+551187654321', 'start', { chatId: ACCOUNT });
    expect(await world.status(await world.create(PHONE, ['P1D']))).toBe('active');
  });

  it('counts a stop word in a group as a reply, not as an opt-out', async () => {
    const group = '120363000000000000@g.us';
    const id = await world.create(group, ['P1D']);
    await world.receive(PHONE, 'stop', { chatId: group });
    expect(await world.status(id)).toBe('stopped_by_reply');
    expect(await findOptedOut(world.database, 'test', [group, whoOf('test', ASKED)])).toEqual(new Set());
  });
});
