import { Readable } from 'node:stream';
import { InlineFiles } from '../../../engine/chats/chat-media';
import type { ShownChatMessageRow } from '../../../engine/store/tables/chat-messages';

const MIB = 1024 * 1024;

/** A received message with a file. @param size as WhatsApp says it; null if it does not */
const row = (bytes: number, size: number | null = bytes): ShownChatMessageRow =>
  ({
    id: `inb_${bytes}`,
    source: 'received',
    media: { mime: null, filename: null, size },
  }) as ShownChatMessageRow;

/** Files whose id says how large they are, given in pieces. */
function filesOf() {
  let given = 0;
  const open = async (id: string) => {
    const bytes = Number(id.slice(4));
    function* pieces() {
      for (let left = bytes; left > 0; left -= 65_536) {
        const piece = Buffer.alloc(Math.min(left, 65_536));
        given += piece.length;
        yield piece;
      }
    }
    return { mime: null, filename: null, size: bytes, stream: Readable.from(pieces()) } as never;
  };
  return { files: new InlineFiles(open), given: () => given };
}

it('gives the files of a page as long as they fit into it, and says which are left out', async () => {
  const { files, given } = filesOf();
  const shown: unknown[] = [];
  for (let nth = 0; nth < 200; nth += 1) {
    const { data_base64: data, left_out } = await files.contentOf(row(MIB));
    shown.push(left_out ?? Buffer.from(data, 'base64').length);
  }
  expect(shown).toEqual([...Array(8).fill(MIB), ...Array(192).fill('page_full')]);
  expect(given()).toBe(8 * MIB);
});

it('leaves out what is too large, also if nobody said so, and goes on with the next', async () => {
  const { files, given } = filesOf();
  expect(await files.contentOf(row(MIB + 1))).toEqual({ data_base64: null, left_out: 'too_large' });
  expect(given()).toBe(0);
  expect(await files.contentOf(row(50 * MIB, null))).toEqual({ data_base64: null, left_out: 'too_large' });
  expect(given()).toBeLessThan(3 * MIB);
  expect(await files.contentOf(row(3))).toEqual({ data_base64: 'AAAA', left_out: null });
});

it('leaves out what cannot be opened now', async () => {
  const files = new InlineFiles(() => Promise.reject(new Error('gone')));
  expect(await files.contentOf(row(3))).toEqual({ data_base64: null, left_out: 'unavailable' });
});
