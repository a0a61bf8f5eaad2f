import { cancelMessage } from '../../../engine/messages/cancel-messages';
import { editMessage } from '../../../engine/messages/edit-message';
import { Retention } from '../../../engine/upkeep/retention';
import { newId } from '../../../engine/domain/ids';
import { DATABASE_KINDS } from '../../support/servers/fresh-database';
import { silentLog } from '../../support/servers/silent-log';
import { StoreWorld } from '../sequences/store-world';
import { oldRows, PENDING } from './old-rows';

jest.setTimeout(60_000);

const PNG = Buffer.from('89504e470d0a1a0a', 'hex').toString('base64');

describe.each(DATABASE_KINDS)('a file that came in a request, on %s,', (kind) => {
  let world: StoreWorld;
  beforeAll(async () => {
    world = await StoreWorld.open(kind);
  });
  beforeEach(() => world.database.query('TRUNCATE messages, media_files, recurrences'));
  afterAll(() => world.close());

  const { insert, ago, message, ids } = oldRows(() => world);
  const file = async (): Promise<string> => {
    const id = newId('media');
    await insert('media_files', { id, bytes: '\\x01', created_at: ago(400) });
    return id;
  };
  const media = (id: string | null) => ({
    url: null,
    file_id: id,
    kind: 'image',
    caption: null,
    filename: null,
  });
  const withFile = async (days: number, fields: object): Promise<{ message: string; file: string }> => {
    const id = await file();
    return { file: id, message: await message(days, { type: 'media', media: media(id), ...fields }) };
  };
  const edit = (id: string, change: object) =>
    world.transact((work) => editMessage(work, 'test', id, change as never, false));
  const round = () =>
    new Retention({ ...world, log: silentLog, historyDays: 30, retentionDays: 90 } as never).run();

  it('is stored once, however often it is replaced', async () => {
    const one = await withFile(0, PENDING);
    for (let time = 0; time < 12; time += 1) await edit(one.message, { media: { data_base64: PNG } });
    expect(await ids('media_files')).toHaveLength(1);
    expect(await ids('media_files')).not.toContain(one.file);
    await edit(one.message, { media_caption: 'another caption' });
    expect(await ids('media_files')).toHaveLength(1);
    await edit(one.message, { media_url: 'https://example.com/a.png' });
    expect(await ids('media_files')).toEqual([]);
  });

  it('goes at once when its message is canceled, and stays if a later moment would bring that back', async () => {
    const one = await withFile(0, PENDING);
    await world.transact((work) => cancelMessage(work, 'test', one.message));
    expect(await ids('media_files')).toEqual([]);
    const moment = {
      before: 'P1D',
      of: '2026-01-01T10:00:00Z',
      at: null,
      timezone: null,
      if_past: 'skip',
      skipped: true,
    };
    const skipped = await withFile(8, { ...PENDING, status: 'canceled', canceled_at: ago(8), moment });
    await round();
    expect(await ids('media_files')).toEqual([skipped.file]);
    await world.transact((work) => cancelMessage(work, 'test', skipped.message));
    expect(await ids('media_files')).toEqual([]);
  });

  it('goes 7 days after its message has ended, and with nothing that needs it', async () => {
    const kept = [
      await withFile(6, {}),
      await withFile(400, PENDING),
      await withFile(400, { status: 'sending', sent_at: null, read_at: null }),
    ];
    await withFile(8, {});
    await withFile(8, { status: 'failed', sent_at: null, read_at: null, failed_at: ago(8) });
    // Left by an older version.
    await file();
    const [ofRecurrence, ofEnded] = [await file(), await file()];
    for (const [id, ended] of [
      [ofRecurrence, null],
      [ofEnded, ago(8)],
    ] as const)
      await insert('recurrences', {
        ...{
          id: newId('recurrence'),
          mode: 'test',
          session_id: world.session.id,
          recipient: 'x',
          chat_id: 'x',
          who: 'x',
        },
        ...{
          type: 'media',
          media: media(id),
          on_missing_variable: 'fail',
          until_reply: false,
          only_while_bot: false,
        },
        ...{
          cancel_on_takeover: false,
          rrule: 'FREQ=DAILY',
          start_local: '2020-01-01T09:00:00',
          timezone: 'UTC',
        },
        ...{ exdates: [], missed: 0, passed_at: ago(1), created_at: ago(400), ended_at: ended },
        status: ended ? 'ended' : 'paused',
      });
    await round();
    expect(await ids('media_files')).toEqual([...kept.map((one) => one.file), ofRecurrence].sort());
    expect(await ids('messages')).toHaveLength(5);
  });
});
