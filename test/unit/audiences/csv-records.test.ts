import fc from 'fast-check';
import { csvRecords, type CsvRecord } from '../../../engine/audiences/import/csv-records';

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(file: string | Uint8Array, size = 64 * 1024): Promise<CsvRecord[]> {
  const records: CsvRecord[] = [];
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
  for await (const record of csvRecords(inChunks(bytes, size))) records.push(record);
  return records;
}

const cellsOf = async (file: string, size?: number) => (await read(file, size)).map(({ cells }) => cells);

it.each([
  [
    'lines of both kinds',
    'to,a\r\n1,x\n2,y',
    [
      ['to', 'a'],
      ['1', 'x'],
      ['2', 'y'],
    ],
  ],
  ['a byte order mark', '\ufeffto\n1\n', [['to'], ['1']]],
  [
    'quotes, with all in them',
    'to,a\n1,"x, ""y""\nz"\n',
    [
      ['to', 'a'],
      ['1', 'x, "y"\nz'],
    ],
  ],
  [
    'a quote inside of a plain cell',
    'to,a\n1,5" pipe\n',
    [
      ['to', 'a'],
      ['1', '5" pipe'],
    ],
  ],
  [
    'spaces around cells',
    'to , a\n 1 ,  x y \n',
    [
      ['to', 'a'],
      ['1', 'x y'],
    ],
  ],
  ['empty lines', '\n\nto\n\n1\n\n', [['to'], ['1']]],
  [
    'semicolons',
    'to;a\n1;x, y\n',
    [
      ['to', 'a'],
      ['1', 'x, y'],
    ],
  ],
  [
    'tabs',
    'to\ta\n1\tx;y\n',
    [
      ['to', 'a'],
      ['1', 'x;y'],
    ],
  ],
  ['rows of other lengths', 'to,a\n1\n1,2,3\n', [['to', 'a'], ['1'], ['1', '2', '3']]],
  ['one column and no end of line', 'to', [['to']]],
  ['nothing', '', []],
])('reads %s', async (_name, file, cells) => {
  expect(await cellsOf(file)).toEqual(cells);
  expect(await cellsOf(file, 1)).toEqual(cells);
});

it('reports the line on which each record begins', async () => {
  const lines = (await read('to,a\n1,"x\ny\nz"\n\n2,"b"\r\n3,d')).map(({ line }) => line);
  expect(lines).toEqual([1, 2, 6, 7]);
  const windows = await read('\ufeff\r\nto,a\r\n1,"x\r\ny\r\nz"\r\n\r\n2,"b"\r\n3,d\r\n', 3);
  expect(windows.map(({ line }) => line)).toEqual([2, 3, 7, 8]);
});

it.each([
  ['a file in Latin-1', Buffer.from('to,a\n1,Andr\xe9\n', 'latin1'), 2, /^is not UTF-8\. Save the file as/],
  ['a file in UTF-16', Buffer.from('\ufeffto\n1\n', 'utf16le'), 1, /not UTF-8/],
  ['a file that ends within a character', Buffer.from('to\n1é').subarray(0, -1), 2, /not UTF-8/],
  [
    'a quote that is not closed',
    Buffer.from('to,a\n1,"x\n2,y\n'),
    2,
    /^begins a row .* has a quote \("\) that is never closed/,
  ],
  ['a row without an end', Buffer.from(`to,a\n1,${'x'.repeat(300_000)}\n`), 2, /over 256 KiB long/],
])('reports %s with its line', async (_name, file, line, message) => {
  await expect(read(file)).rejects.toMatchObject({
    name: 'CsvFault',
    line,
    message: expect.stringMatching(message),
  });
});

it('throws the error of a source that fails', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('to\n1\n');
    throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
  }
  const reading = async () => {
    for await (const record of csvRecords(broken())) expect(record.cells).toHaveLength(1);
  };
  await expect(reading()).rejects.toMatchObject({ code: 'ECONNRESET' });
});

it('reads back anything written as RFC 4180, in chunks of any size', async () => {
  const cell = fc
    .string({ unit: 'grapheme', maxLength: 12 })
    .map((text) => text.replace(/[\0\r]/g, '').trim());
  const table = fc.integer({ min: 2, max: 4 }).chain((width) =>
    fc.array(
      fc.array(fc.oneof(cell, fc.constantFrom('"', ',', 'a\nb', '""', ';')), {
        minLength: width,
        maxLength: width,
      }),
      {
        minLength: 1,
        maxLength: 8,
      },
    ),
  );
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 40 }), async (rows, size) => {
      const header = rows[0]!.map((_, index) => `column${index}`);
      const quoted = (row: string[]) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',');
      const file = `${header.join(',')}\n${rows.map(quoted).join('\r\n')}\r\n`;
      expect(await cellsOf(file, size)).toEqual([header, ...rows]);
    }),
  );
});
