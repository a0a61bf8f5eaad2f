import { qrPicture, readPage } from '../../../engine/media/rendering/render';
import { thumbnailOf } from '../../../engine/transport/baileys/content/pictures';
import { squarePicture } from '../../../engine/media/square-picture';

const html = (text: string): Promise<unknown> => readPage(Buffer.from(text), 'text/html');

describe('reading a page', () => {
  it('works on a thread of its own', async () => {
    expect(await html('<title>Menu</title>')).toEqual({ title: 'Menu', description: null, picture: null });
  });

  it('leaves the main thread free, whatever the page is made of', async () => {
    const page = `<title>Menu</title>${'<i>'.repeat(90_000)}${'</p>'.repeat(60_000)}`;
    const before = performance.eventLoopUtilization();
    expect(await html(page)).toMatchObject({ title: 'Menu' });
    const { active } = performance.eventLoopUtilization(before);
    // 7 s before; the page still has to be copied to the thread.
    expect(active).toBeLessThan(1000);
  });
});

describe('a QR code as a picture', () => {
  it('is drawn as PNG and as SVG', async () => {
    const png = await qrPicture('2@abc', 'image/png');
    expect(
      Buffer.from(png as Uint8Array)
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    expect(await qrPicture('2@abc', 'image/svg+xml')).toMatch(/^<svg /);
  });

  it('fails if the text is too long for one, and the next one works', async () => {
    await expect(qrPicture('x'.repeat(5000), 'image/png')).rejects.toThrow(/too big/);
    expect(await qrPicture('x', 'image/svg+xml')).toMatch(/^<svg /);
  });
});

describe('an SVG from a stranger', () => {
  const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"/>');

  it('is never drawn', async () => {
    expect(await thumbnailOf(SVG, 32)).toBeNull();
    expect(await squarePicture(SVG)).toBeNull();
  });
});
