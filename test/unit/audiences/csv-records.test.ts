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
  [
    'bars',
    'to|a\n1|x;y,z\n',
    [
      ['to', 'a'],
      ['1', 'x;y,z'],
    ],
  ],
  [
    'the separator that its first line names',
    '\ufeffsep=;\r\nto;a,b,c\r\n1;x\r\n',
    [
      ['to', 'a,b,c'],
      ['1', 'x'],
    ],
  ],
  [
    'a separator that nobody would guess',
    '"sep=^"\nto^a\n1^x\n',
    [
      ['to', 'a'],
      ['1', 'x'],
    ],
  ],
  [
    'a header with other separators in quotes',
    '"a, b, c";phone\nx;1\n',
    [
      ['a, b, c', 'phone'],
      ['x', '1'],
    ],
  ],
  [
    'a header with more of another separator',
    'phone;name,last,first\n1;x\n',
    [
      ['phone', 'name,last,first'],
      ['1', 'x'],
    ],
  ],
  [
    'line ends of old Macs',
    'to;a\r1;"x\ry"\r\r2;z',
    [
      ['to', 'a'],
      ['1', 'x\ny'],
      ['2', 'z'],
    ],
  ],
  [
    'rows of separators alone',
    'to;a\n;\n1;x\n;;\n ; \n;"";\n',
    [
      ['to', 'a'],
      ['1', 'x'],
    ],
  ],
  [
    'empty rows before a header',
    '\n;;\r\n\nto;a\n1;x',
    [
      ['to', 'a'],
      ['1', 'x'],
    ],
  ],
  [
    'trailing separators',
    'to;a;;\n1;x;;\n',
    [
      ['to', 'a', '', ''],
      ['1', 'x', '', ''],
    ],
  ],
  ['nothing', '', []],
])('reads %s', async (_name, file, cells) => {
  expect(await cellsOf(file)).toEqual(cells);
  expect(await cellsOf(file, 1)).toEqual(cells);
});

it('reports the line on which each record begins', async () => {
  const lines = (await read('to,a\n1,"x\ny\nz"\n\n2,"b"\r\n3,d')).map(({ line }) => line);
  expect(lines).toEqual([1, 2, 6, 7]);
  const mac = await read('to,a\r1,"x\r""y""\rz"\r\r;\r2,"b"\r3,d', 2);
  expect(mac.map(({ line }) => line)).toEqual([1, 2, 6, 7, 8]);
  const named = await read('sep=,\nto,a\n\n1,x');
  expect(named.map(({ line }) => line)).toEqual([2, 4]);
  const windows = await read('\ufeff\r\nto,a\r\n1,"x\r\ny\r\nz"\r\n\r\n2,"b"\r\n3,d\r\n', 3);
  expect(windows.map(({ line }) => line)).toEqual([2, 3, 7, 8]);
});

it.each([
  [
    'a file in Latin-1',
    Buffer.from('to,a\n1,Andr\xe9\n', 'latin1'),
    2,
    /^is not UTF-8 \(it looks like Windows-1252 or similar\)\. Save the file as "CSV UTF-8"\.$/,
  ],
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

it.each(['utf16le', 'utf16be'] as const)(
  'reads Unicode text in %s, as spreadsheets save it',
  async (kind) => {
    const little = Buffer.from('\ufeffto\tИмя\r\n1\tАнна 🎂\r\n', 'utf16le');
    const file = kind === 'utf16le' ? little : Buffer.from(little).swap16();
    // The mark may be missing.
    for (const [bytes, size] of [
      [file, 1],
      [file, 3],
      [file.subarray(2), 1000],
    ] as const)
      expect((await read(bytes, size)).map(({ cells }) => cells)).toEqual([
        ['to', 'Имя'],
        ['1', 'Анна 🎂'],
      ]);
  },
);

/** Row 50 of a table of 2,000, with other rows as given. */
const broken = (row: string, others: (line: number) => string): Buffer =>
  Buffer.from(
    ['to,name', ...Array.from({ length: 1999 }, (_, i) => (i + 2 === 50 ? row : others(i + 2)))].join('\n'),
  );

it.each<[string, Buffer, number]>([
  ['nothing else in quotes', broken('+14155551050,"Ann', (line) => `+1415555${1000 + line},Bo`), 50],
  ['other cells in quotes', broken('+14155551050,"Ann', (line) => `+1415555${1000 + line},"Bo"`), 50],
  ['all cells in quotes', broken('"+14155551050","Ann', (line) => `"+1415555${1000 + line}","Bo"`), 50],
  ['text after the quote', broken('+14155551050,"Ann" B', (line) => `+1415555${1000 + line},Bo`), 50],
  [
    'rows of several lines before it',
    broken('+14155551050,"Ann', (line) => (line < 50 ? `+1415555${1000 + line},"Bo\r\nx"` : 'x,y')),
    50 + 48,
  ],
  ['empty rows before it', broken('+14155551050,"Ann', (line) => (line < 50 ? ';' : 'x,y')), 50],
])('reports a quote that is left open with the line of its row, with %s', async (_name, file, line) => {
  for (const size of [100, 64 * 1024]) {
    const before: CsvRecord[] = [];
    const reading = async () => {
      for await (const record of csvRecords(inChunks(file, size))) before.push(record);
    };
    await expect(reading()).rejects.toMatchObject({ name: 'CsvFault', line });
    // Every row before it was read.
    expect(before.every((record) => record.line < line)).toBe(true);
    if (!_name.startsWith('empty')) expect(before).toHaveLength(49);
  }
});

it('keeps cells that begin with a quote, also over several lines', async () => {
  const file = 'to,a\n1,"""x""\ny"\n2,5" pipe\n';
  expect(await cellsOf(file)).toEqual([
    ['to', 'a'],
    ['1', '"x"\ny'],
    ['2', '5" pipe'],
  ]);
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

/** How a program writes a table. */
interface Writer {
  separator: string;
  lineEnd: string;
  /** Whether it puts each cell in quotes, and not only those that need it. */
  quotesAll: boolean;
  mark: string;
  /** Names the separator in a line of its own. */
  namesIt: boolean;
  emptyRows: string[];
  trailing: string;
}

const writer = fc.record<Writer>({
  separator: fc.constantFrom(',', ';', '\t', '|'),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  quotesAll: fc.boolean(),
  mark: fc.constantFrom('', '\ufeff'),
  namesIt: fc.boolean(),
  emptyRows: fc.array(fc.constantFrom('', ' ', 'separators')),
  trailing: fc.constantFrom('', 'separators'),
});

/** The file, and the line on which each row begins. */
function write(rows: string[][], how: Writer): { file: string; lines: number[] } {
  const { separator, lineEnd } = how;
  const quoted = (cell: string): string =>
    how.quotesAll || /[",;\t|\r\n]/.test(cell) || cell !== cell.trim()
      ? `"${cell.replaceAll('"', '""')}"`
      : cell;
  const written: string[] = how.namesIt ? [`sep=${separator}`] : [];
  const lines: number[] = [];
  rows.forEach((row, index) => {
    lines.push(written.join('\n').split(/\r\n|\r|\n/).length + (written.length > 0 ? 1 : 0));
    const cells = row.map(quoted).join(separator);
    written.push(how.trailing ? `${cells}${separator.repeat(2)}` : cells);
    const empty = how.emptyRows[index];
    if (empty !== undefined) written.push(empty === 'separators' ? separator.repeat(3) : empty);
  });
  return { file: how.mark + written.join(lineEnd) + lineEnd, lines };
}

it('reads what several programs write, with the line of each row, in chunks of any size', async () => {
  const cell = fc
    .string({ unit: 'grapheme', maxLength: 12 })
    .map((text) => text.replace(/[\0\r]/g, '').trim());
  const any = fc.oneof(
    cell,
    fc.constantFrom('"', ',', 'a\nb', '""', ';', '"x"\ny', 'É', 'имя|', '\n', 'a\tb'),
  );
  const table = fc.array(fc.tuple(any, any), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(table, writer, fc.integer({ min: 1, max: 40 }), async (cells, how, size) => {
      const rows = cells.map((row, index) => [String(index), ...row]);
      const { file, lines } = write([['to', 'a', 'б в'], ...rows], how);
      const records = await read(file, size);
      const trailing = how.trailing ? ['', ''] : [];
      expect(records.map((record) => record.cells)).toEqual(
        [['to', 'a', 'б в'], ...rows].map((row) => [...row, ...trailing]),
      );
      expect(records.map(({ line }) => line)).toEqual(lines);
    }),
  );
});
