import fc from 'fast-check';
import {
  decodeCursor,
  decodeTimeCursor,
  encodeCursor,
  encodeTimeCursor,
} from '../../../engine/domain/cursor';
import { ID_PREFIXES, newId } from '../../../engine/domain/ids';
import { anyCharacter } from '../../support/any-character';

const refused = {
  ok: false,
  message:
    'is not a cursor of this list. Use next_cursor of the previous page, or leave it out to start over.',
};

describe('encodeCursor and decodeCursor', () => {
  it('round-trips every kind of id, safe for URLs', () => {
    for (const kind of Object.keys(ID_PREFIXES) as Array<keyof typeof ID_PREFIXES>) {
      const id = newId(kind);
      const cursor = encodeCursor(id);
      expect(encodeURIComponent(cursor)).toBe(cursor);
      expect(cursor).not.toContain(id);
      expect(decodeCursor(cursor, ID_PREFIXES[kind])).toEqual({ ok: true, id });
    }
  });

  const id = 'msg_01JZ8Q0000000000000000000A';
  it.each([
    ['another list', encodeCursor('wh_01JZ8Q0000000000000000000A')],
    ['an id', id],
    ['nothing', ''],
    ['cut off in the middle', encodeCursor(id).slice(0, 4)],
    ['with a stray sign', `${encodeCursor(id)}!`],
    ['padded', `${encodeCursor(id)}==`],
    ['ordinary base64', Buffer.from(`c1:${id}>>>???`).toString('base64')],
    ['another version', Buffer.from(`c2:${id}`).toString('base64url')],
    ['more than an id', Buffer.from(`c1:${id}:x`).toString('base64url')],
    ['an id with other signs', Buffer.from("c1:msg_' OR 1=1").toString('base64url')],
    ['an id that only begins alike', Buffer.from('c1:msgx_01JZ8Q').toString('base64url')],
    ['a prefix alone', Buffer.from('c1:msg_').toString('base64url')],
    ['a very long id', Buffer.from(`c1:msg_${'A'.repeat(500)}`).toString('base64url')],
  ])('%s is refused', (_name, text) => {
    expect(decodeCursor(text, 'msg')).toEqual(refused);
  });

  it('refuses any other text', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        expect(decodeCursor(text, 'msg')).toEqual(refused);
      }),
    );
  });
});

describe('encodeTimeCursor and decodeTimeCursor', () => {
  it('round-trips every time and key, safe for URLs', () => {
    const chat = fc.constantFrom('c.us', 'g.us', 'lid', 'newsletter', 's.whatsapp.net');
    const key = fc
      .tuple(fc.stringMatching(/^\d{5,32}$/), chat)
      .map(([digits, suffix]) => `${digits}@${suffix}`);
    fc.assert(
      fc.property(fc.nat(9_999_999_999_999), key, (at, chatId) => {
        const cursor = encodeTimeCursor('opt_outs', new Date(at), chatId);
        expect(encodeURIComponent(cursor)).toBe(cursor);
        expect(decodeTimeCursor(cursor, 'opt_outs')).toEqual({ ok: true, at, key: chatId });
        expect(decodeTimeCursor(cursor, 'others')).toEqual(refused);
        expect(decodeCursor(cursor, 'msg')).toEqual(refused);
      }),
    );
  });

  it.each([
    ['of a list with ids', encodeCursor('msg_01JZ8Q0000000000000000000A')],
    ['nothing', ''],
    ['with a stray sign', `${encodeTimeCursor('opt_outs', new Date(1), '1@c.us')}!`],
    ['no time', Buffer.from('t1:opt_outs:x:1@c.us').toString('base64url')],
    ['no key', Buffer.from('t1:opt_outs:1:').toString('base64url')],
    ['a key with other signs', Buffer.from("t1:opt_outs:1:' OR 1=1").toString('base64url')],
    ['another version', Buffer.from('t2:opt_outs:1:1@c.us').toString('base64url')],
  ])('%s is refused', (_name, text) => {
    expect(decodeTimeCursor(text, 'opt_outs')).toEqual(refused);
  });
});

describe('walking a list by cursors', () => {
  type Page = { data: string[]; next_cursor: string | null };

  /** The contract's list: newest first, the cursor made from the last row of the page. */
  function readPage(rows: ReadonlySet<string>, limit: number, cursor: string | null): Page {
    const decoded = cursor === null ? null : decodeCursor(cursor, 'msg');
    if (decoded && !decoded.ok) throw new Error(decoded.message);
    const found = [...rows].filter((row) => !decoded || row < decoded.id).sort((a, b) => (a < b ? 1 : -1));
    const data = found.slice(0, limit);
    return { data, next_cursor: found.length > limit ? encodeCursor(data.at(-1)!) : null };
  }

  const row = fc
    .tuple(fc.integer({ min: 0, max: 9999 }), fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{6}$/))
    .map(([time, random]) => `msg_${String(time).padStart(6, '0')}${random}`);

  it('returns each row exactly once while rows are added between pages', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(row, { maxLength: 40 }),
        fc.array(fc.array(row, { maxLength: 5 }), { maxLength: 50 }),
        fc.integer({ min: 1, max: 7 }),
        (atStart, inserts, limit) => {
          const rows = new Set(atStart);
          const seen: string[] = [];
          let cursor: string | null = null;
          let pages = 0;
          do {
            const page = readPage(rows, limit, cursor);
            seen.push(...page.data);
            cursor = page.next_cursor;
            for (const added of inserts[pages] ?? []) rows.add(added);
            pages += 1;
          } while (cursor !== null);
          expect(new Set(seen).size).toBe(seen.length);
          expect(atStart.filter((each) => !seen.includes(each))).toEqual([]);
          expect(seen).toEqual([...seen].sort().reverse());
        },
      ),
    );
  });
});
