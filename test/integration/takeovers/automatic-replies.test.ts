import { newWireId } from '../../../engine/domain/ids';
import { receiveCall } from '../../../engine/inbound/receive-call';
import { saveCallSettings } from '../../../engine/store/tables/session-settings';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { silentLog } from '../../support/servers/silent-log';
import { StoreWorld } from '../sequences/store-world';
import { ADA, emptied, takeoverActs } from './takeover-acts';

jest.setTimeout(60_000);

const REPLY = 'You will hear no more from us.';
const CALL_REPLY = 'Please write.';

describe.each(DATABASE_KINDS)('what the engine writes by itself, on %s,', (kind) => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await StoreWorld.open(kind);
    world.optOutReply = REPLY;
    await world.transact((work) =>
      saveCallSettings(work.sql, world.session.id, { reject_calls: true, call_reply: CALL_REPLY }),
    );
  });
  beforeEach(async () => {
    await emptied(world);
    await world.database.query('TRUNCATE opt_outs');
  });
  afterAll(() => world.close());

  const { comesIn, ownerWrites, edit, claimed } = takeoverActs(() => world);
  const stops = () => comesIn({ text: 'STOP' });
  const calls = async (): Promise<string[]> => {
    const rejected: string[] = [];
    const call = {
      ...{ id: newWireId(), chatId: ADA, names: [ADA], from: null, at: world.clock.now() },
      ...{ isGroup: false, isVideo: false, isRinging: true, caller: ADA },
    };
    const transport = { rejectCall: async () => void rejected.push(call.id) };
    await receiveCall({ transact: world.transact, log: silentLog }, world.session, call, transport);
    return rejected;
  };
  const messages = (): Promise<{ text: string; status: string }[]> =>
    world.database.query('SELECT text, status FROM messages ORDER BY id');

  it.each([
    ['the confirmation of an opt-out', stops, REPLY],
    ['the reply to a call', calls, CALL_REPLY],
  ])('goes while the bot has the chat: %s', async (_, happens, text) => {
    await happens();
    await claimed();
    expect(await messages()).toEqual([{ text, status: 'sending' }]);
  });

  it('is not written while a person has the chat: neither confirmations nor replies to calls', async () => {
    await ownerWrites();
    await stops();
    expect(await calls()).toHaveLength(1);
    expect(await messages()).toEqual([]);
    expect(await world.database.query('SELECT source FROM opt_outs')).toEqual([{ source: 'reply' }]);
  });

  it('is canceled if a person takes the chat over before it goes', async () => {
    await stops();
    await calls();
    await ownerWrites();
    expect(await messages()).toEqual([
      { text: REPLY, status: 'canceled' },
      { text: CALL_REPLY, status: 'canceled' },
    ]);
  });

  it('is written again once the chat is given back', async () => {
    await ownerWrites();
    await calls();
    await edit({ handled_by: 'bot' });
    await calls();
    expect(await messages()).toMatchObject([{ text: CALL_REPLY }]);
  });
});
