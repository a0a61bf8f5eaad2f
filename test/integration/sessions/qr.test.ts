import QRCode from 'qrcode';
import sharp from 'sharp';
import { startLiveEngine, type LiveEngine } from './live-engine';

let engine: LiveEngine;
beforeAll(async () => {
  engine = await startLiveEngine();
});
afterAll(() => engine.close());

/** The picture's modules, dark ones as 1, with the quiet zone around them that scanners need. */
async function modulesOf(picture: ArrayBuffer, size: number): Promise<number[]> {
  // The engine, which runs in this process, lets nobody read SVG.
  sharp.unblock({ operation: ['VipsForeignLoadSvg'] });
  const { data, info } = await sharp(picture, { density: 600 })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info.width).toBe(info.height);
  const module = info.width / size;
  const at = (index: number): number => Math.floor((index + 0.5) * module);
  return Array.from({ length: size * size }, (_, i) => {
    const value = data[(at(Math.floor(i / size)) * info.width + at(i % size)) * info.channels];
    return value! < 128 ? 1 : 0;
  });
}

/** What a picture of this text looks like, module by module. */
function expectedModules(text: string, quiet = 4): { size: number; modules: number[] } {
  const { modules } = QRCode.create(text);
  const size = modules.size + 2 * quiet;
  const inside = (n: number): boolean => n >= quiet && n < quiet + modules.size;
  return {
    size,
    modules: Array.from({ length: size * size }, (_, i) => {
      const [row, column] = [Math.floor(i / size), i % size];
      return inside(row) && inside(column) ? modules.get(row - quiet, column - quiet) : 0;
    }),
  };
}

async function askFor(id: string, accept: string): Promise<Response> {
  const key = await engine.engine.localKey('live');
  return fetch(`${engine.url}/v1/sessions/${id}/qr`, { headers: { authorization: `Bearer ${key}`, accept } });
}

it('shows the same QR code as text, PNG and SVG', async () => {
  const { id } = await engine.makeSession();
  const json = await askFor(id, 'application/json');
  const { qr } = (await json.json()) as { qr: string };
  const { size, modules } = expectedModules(qr);

  const png = await askFor(id, 'image/png');
  expect(png.headers.get('content-type')).toBe('image/png');
  const bytes = await png.arrayBuffer();
  const head = Buffer.from(bytes).subarray(0, 24);
  expect(head.toString('latin1', 1, 4)).toBe('PNG');
  expect([head.readUInt32BE(16), head.readUInt32BE(20)]).toEqual([size * 8, size * 8]);
  expect(await modulesOf(bytes, size)).toEqual(modules);

  const svg = await askFor(id, 'image/svg+xml');
  expect(svg.headers.get('content-type')).toMatch(/^image\/svg\+xml/);
  // The renderer is a strict reader of XML: what is not well-formed has no picture.
  expect(await modulesOf(await svg.arrayBuffer(), size)).toEqual(modules);

  for (const { headers } of [json, png, svg]) {
    expect([headers.get('cache-control'), headers.get('vary')]).toEqual(['no-store', 'accept']);
  }
});

it('answers 409 until WhatsApp sends a code', async () => {
  engine.whatsapp.firstCodeMs = 60_000;
  const { id, link } = await engine.makeSession();
  const early = await engine.live('GET', `/v1/sessions/${id}/qr`);
  expect([early.status, early.body.error.code]).toEqual([409, 'conflict']);
  expect(early.body.error.message).toBe('WhatsApp has not sent a QR code yet. Try again in a few seconds.');
  engine.whatsapp.firstCodeMs = 0;
  const text = link.showNextCode();
  expect((await engine.live('GET', `/v1/sessions/${id}/qr`)).body.qr).toBe(text);
  // It was being linked already: that was not begun again.
  expect(link.asked).toEqual(['start']);
});

it('does not show an expired code, and starts linking again when asked', async () => {
  const { id, link } = await engine.makeSession();
  engine.whatsapp.codeMs = 1;
  expect((await engine.live('GET', `/v1/sessions/${id}/qr`)).status).toBe(409);
  engine.whatsapp.codeMs = 60_000;
  link.giveUp('Nobody scanned the code.');
  expect(await engine.inState(id, 'unlinked')).toMatchObject({ reason: 'Nobody scanned the code.' });
  const again = await engine.live('GET', `/v1/sessions/${id}/qr`);
  expect([again.status, again.body.qr]).toEqual([200, `2@code-2,of,${id}`]);
  expect(link.asked).toEqual(['start', 'start']);
});

it('links a number again after it was logged out on the phone', async () => {
  const { id, link } = await engine.linkNumber('+393331234567');
  link.logOutOnPhone('Logged out on the phone.');
  expect(await engine.inState(id, 'logged_out')).toMatchObject({
    phone: '+393331234567',
    reason: 'Logged out on the phone.',
  });
  expect((await engine.live('GET', `/v1/sessions/${id}/qr`)).status).toBe(200);
  link.scan('+393331234567');
  await engine.inState(id, 'connected');
});
