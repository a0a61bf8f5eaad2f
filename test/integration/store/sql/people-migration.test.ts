import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { joinNames } from '../../../../engine/domain/people/joining';
import { whoOf } from '../../../../engine/domain/people/person-id';
import type { Mode } from '../../../../engine/domain/mode';
import { migrate, MIGRATIONS_FOLDER } from '../../../../engine/store/sql/migrate';
import { DATABASE_KINDS } from '../../../support/servers/fresh-database';
import { tempFolder, type TempFolder } from '../../../support/servers/temp-folder';
import { emptyDatabase, type EmptyDatabase } from './empty-database';

jest.setTimeout(90_000);

/** The last one before people. */
const BEFORE = 7;
const AT = '2026-11-01T10:00:00.000Z';
const LATER = '2026-11-02T10:00:00.000Z';

const [NEW_FORM, OLD_FORM] = ['5511987650001@c.us', '551187650001@c.us'];
const LID = '123456789012345@lid';
const MEXICAN = ['525511112222@c.us', '5215511112222@c.us'];
const ARGENTINE = ['5491144445555@c.us', '541144445555@c.us'];
const GROUP = '120363000000000001@g.us';
const OTHER = '14155551234@c.us';

const digits = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((all) => all.join(''));
/** Every first digit of a local number that is as long as the rules say, and one digit longer and shorter. */
const AROUND_THE_RULES = [
  ...['5511', '55119'].map((start) => ({ start, rest: 7 })),
  ...['52', '521', '54', '549'].map((start) => ({ start, rest: 9 })),
].flatMap(({ start, rest }) =>
  Array.from({ length: 30 }, (_, i) => {
    const local = '23456789012'.slice(0, rest - 1 + Math.floor(i / 10));
    return `${start}${i % 10}${local}@c.us`;
  }),
);
const aNumber = fc
  .integer({ min: 7, max: 15 })
  .chain(digits)
  .map((number) => `${number}@c.us`);
const chatId = fc.oneof(
  { weight: 8, arbitrary: aNumber },
  digits(15).map((lid) => `${lid}@lid`),
  digits(18).map((group) => `${group}@g.us`),
  digits(18).map((channel) => `${channel}@newsletter`),
);

describe.each(DATABASE_KINDS)('the migration to people, on %s,', (kind) => {
  let folder: TempFolder;
  let empty: EmptyDatabase;

  let old: string;

  beforeAll(async () => {
    folder = await tempFolder('people-migration');
    empty = await emptyDatabase(kind, folder.path);
    old = join(folder.path, 'old');
    await mkdir(old);
    const names = (await readdir(MIGRATIONS_FOLDER)).filter((name) => Number(name.slice(0, 3)) <= BEFORE);
    await Promise.all(names.map((name) => copyFile(join(MIGRATIONS_FOLDER, name), join(old, name))));
  });
  beforeEach(async () => {
    await empty.database.query('DROP SCHEMA IF EXISTS blueticks CASCADE');
    expect(await migrate(empty.database, undefined, old)).toHaveLength(BEFORE);
    for (const mode of ['live', 'test'])
      await insert('sessions', { id: `ses_${mode}`, mode, state: 'connected', created_at: AT });
  });
  afterAll(async () => {
    await empty.cleanup();
    await folder.remove();
  });

  async function insert(table: string, ...rows: object[]): Promise<void> {
    for (const row of rows) {
      const names = Object.keys(row);
      await empty.database.query(
        `INSERT INTO blueticks.${table} (${names.join(', ')})
         SELECT ${names.join(', ')} FROM jsonb_populate_record(NULL::blueticks.${table}, $1::jsonb)`,
        [JSON.stringify(row)],
      );
    }
  }
  const read = <Row>(sql: string): Promise<Row[]> => empty.database.query<Row>(sql);
  const message = (id: number, chat: string, mode: Mode = 'live') => ({
    ...{ id: `msg_${id}`, mode, session_id: `ses_${mode}`, recipient: chat, chat_id: chat, type: 'text' },
    ...{ priority: 1, status: 'delivered', wire_id: `3EB0${mode}${id}`, due_at: AT, created_at: AT },
    ...{
      cancel_on_reply: false,
      revision: 1,
      attempts: 1,
      unacknowledged: 0,
      held: false,
      new_contact: false,
    },
  });

  it('says of every chat whose it is, as the engine does', async () => {
    const chats = [
      ...new Set([
        ...fc.sample(chatId, 50),
        ...AROUND_THE_RULES,
        NEW_FORM,
        OLD_FORM,
        LID,
        ...MEXICAN,
        ...ARGENTINE,
        GROUP,
        OTHER,
      ]),
    ];
    for (const mode of ['live', 'test'] as const)
      await empty.database.query(
        `INSERT INTO blueticks.messages SELECT * FROM jsonb_populate_recordset(NULL::blueticks.messages, $1::jsonb)`,
        [
          JSON.stringify(
            chats.map((chat, index) => ({ ...message(index, chat, mode), id: `msg_${mode}${index}` })),
          ),
        ],
      );
    await migrate(empty.database);
    const rows = await read<{ mode: Mode; chat_id: string; who: string }>(
      'SELECT mode, chat_id, who FROM messages',
    );
    expect(rows).toHaveLength(2 * chats.length);
    for (const row of rows) expect({ ...row }).toEqual({ ...row, who: whoOf(row.mode, row.chat_id) });
  });

  it('joins the names that were looked up, in everything that is about somebody', async () => {
    const pairs = [
      [NEW_FORM, OLD_FORM],
      [LID, OLD_FORM],
      [OTHER, OTHER],
    ] as const;
    const session = { session_id: 'ses_live' };
    await insert(
      'known_accounts',
      ...pairs.map(([asked, chat]) => ({ ...session, asked, chat_id: chat, checked_at: AT })),
      { ...session, asked: '390612345678@c.us', chat_id: null, checked_at: AT },
      { session_id: 'ses_test', asked: '999999999999999@lid', chat_id: OTHER, checked_at: AT },
    );
    const chats = [NEW_FORM, OLD_FORM, LID, ...MEXICAN, GROUP, OTHER];
    await insert('messages', ...chats.map((chat, index) => message(index, chat)));
    await insert(
      'inbound_messages',
      ...chats.map((chat, index) => ({
        ...{ id: `inb_${index}`, mode: 'live', ...session, kind: 'message' },
        ...{ chat_id: chat, wire_id: `W${index}`, created_at: AT },
      })),
    );
    await insert(
      'sequences',
      ...chats.map((chat, index) => ({
        ...{ id: `seq_${index}`, mode: 'live', ...session, recipient: chat, chat_id: chat, timezone: 'UTC' },
        ...{ stop_on_reply: true, step_count: 1, status: 'active', created_at: AT },
      })),
    );
    await insert(
      'opt_outs',
      ...[LID, NEW_FORM, OTHER].map((chat, index) => ({
        ...{ mode: 'live', chat_id: chat, recipient: chat, source: 'api' },
        created_at: index === 0 ? LATER : AT,
      })),
    );
    await insert(
      'known_chats',
      ...[LID, OLD_FORM, GROUP].map((chat, index) => ({
        ...{ ...session, chat_id: chat, name: index === 2 ? null : 'Ana' },
        since: index === 0 ? AT : LATER,
      })),
    );
    const written = { mode: 'live', type: 'message.received', created_at: AT };
    await insert(
      'events',
      { ...written, id: 'evt_1', chat_id: OLD_FORM, data: '{"from":"+551187650001"}' },
      { ...written, id: 'evt_2', chat_id: GROUP, data: `{"from":null,"author":"${LID}"}` },
      { ...written, id: 'evt_3', chat_id: LID, data: '{"from":null,"author":null}' },
      { ...written, id: 'evt_4', type: 'session.connected', chat_id: null, data: '{}' },
    );
    const hook = { mode: 'live', url: 'u', events: [], types: [], status: 'enabled', created_at: AT };
    const sealed = { sealed_secret: '\\x00', delivered_count: 0 };
    await insert('webhooks', {
      ...{ ...hook, ...sealed, id: 'wh_1' },
      filter: { from: '+551187650001', chat_id: MEXICAN[1], reply_only: true },
    });
    await migrate(empty.database);

    const ownId = (name: string): string => whoOf('live', name);
    const joined = joinNames([], pairs, ownId).flat();
    const personOf = (name: string): string =>
      joined.find((one) => one.name === name)?.person_id ?? ownId(name);
    const brazilian = ownId(NEW_FORM);
    expect(new Set([NEW_FORM, OLD_FORM, LID].map(personOf))).toEqual(new Set([brazilian]));
    for (const table of ['messages', 'inbound_messages', 'sequences']) {
      const rows = await read<{ chat_id: string; who: string }>(`SELECT chat_id, who FROM ${table}`);
      expect(rows).toHaveLength(chats.length);
      for (const row of rows)
        expect({ table, ...row }).toEqual({ table, ...row, who: personOf(row.chat_id) });
    }
    expect(await read('SELECT who, chat_id FROM opt_outs ORDER BY chat_id')).toEqual([
      { who: ownId(OTHER), chat_id: OTHER },
      { who: brazilian, chat_id: NEW_FORM },
    ]);
    expect(await read('SELECT who, since FROM known_contacts ORDER BY who')).toEqual([
      { who: GROUP, since: new Date(LATER) },
      { who: brazilian, since: new Date(AT) },
    ]);
    expect(await read('SELECT id, mode, phone, name, created_at FROM people')).toEqual([
      { id: brazilian, mode: 'live', phone: OLD_FORM, name: 'Ana', created_at: new Date(AT) },
    ]);
    const names = await read<{ name: string; own_id: string; person_id: string }>(
      "SELECT name, own_id, person_id FROM person_names WHERE mode = 'live' ORDER BY name",
    );
    for (const name of [NEW_FORM, OLD_FORM, LID])
      expect(names).toContainEqual({ name, own_id: ownId(name), person_id: brazilian });
    expect(await read('SELECT id, who, from_who FROM events ORDER BY id')).toEqual([
      { id: 'evt_1', who: brazilian, from_who: brazilian },
      { id: 'evt_2', who: GROUP, from_who: brazilian },
      { id: 'evt_3', who: brazilian, from_who: brazilian },
      { id: 'evt_4', who: null, from_who: null },
    ]);
    expect(await read('SELECT filter FROM webhooks')).toEqual([
      {
        filter: {
          ...{ from: '+551187650001', chat_id: MEXICAN[1], reply_only: true },
          ...{ from_who: brazilian, chat_who: ownId(MEXICAN[0]!) },
        },
      },
    ]);
  });

  it('leaves each person in an audience once, and campaigns count only who is left to write to', async () => {
    await insert('audiences', { id: 'aud_1', mode: 'live', name: 'a', contact_count: 6, created_at: AT });
    const contacts = [NEW_FORM, MEXICAN[1]!, OLD_FORM, OTHER, MEXICAN[0]!, ARGENTINE[0]!];
    await insert(
      'contacts',
      ...contacts.map((chat, index) => ({
        ...{ id: `con_${index}`, audience_id: 'aud_1', recipient: chat, chat_id: chat, variables: {} },
        added_at: AT,
      })),
    );
    const campaign = (id: string, through: string | null, status = 'running') => ({
      ...{ id, mode: 'live', name: id, audience_id: 'aud_1', session_id: 'ses_live', status },
      ...{ on_missing_variable: 'fail', last_contact_id: 'con_5', expanded_through: through },
      ...{ expanded_all: false, total_count: 6, created_at: AT },
    });
    await insert(
      'campaigns',
      campaign('cmp_new', null),
      campaign('cmp_half', 'con_3'),
      campaign('cmp_over', null, 'aborted'),
    );
    await migrate(empty.database);
    expect(await read('SELECT id FROM contacts ORDER BY id')).toEqual(
      ['con_0', 'con_1', 'con_3', 'con_5'].map((id) => ({ id })),
    );
    expect(await read('SELECT contact_count FROM audiences')).toEqual([{ contact_count: 4 }]);
    // The old form of the Brazilian number has its message already.
    expect(await read('SELECT id, total_count FROM campaigns ORDER BY id')).toEqual([
      { id: 'cmp_half', total_count: 5 },
      { id: 'cmp_new', total_count: 4 },
      { id: 'cmp_over', total_count: 6 },
    ]);
  });
});
