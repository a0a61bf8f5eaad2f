import { readPage } from '../../../engine/media/rendering/read-page.cjs';

const page = (head: string, contentType = 'text/html; charset=utf-8') =>
  readPage(
    Buffer.from(`<!doctype html><html><head>${head}</head><body><title>not this</title></body></html>`),
    contentType,
  );

describe('readPage', () => {
  it('prefers tags made for previews', () => {
    const head = `<title>Shop | Home</title><meta name="description" content="for search engines">
      <meta property="og:title" content="Tom &amp; Ada&#39;s shop"><meta property="og:description" content="Open now">
      <meta name="twitter:title" content="t"><meta property="og:image" content="/logo.png?a=1&amp;b=2">`;
    expect(page(head)).toEqual({
      title: "Tom & Ada's shop",
      description: 'Open now',
      picture: '/logo.png?a=1&b=2',
    });
  });

  it.each([
    ['<title>\n  Two\n words </title>', { title: 'Two words', description: null, picture: null }],
    [
      '<TITLE>Loud</TITLE><META NAME="Description" CONTENT="D">',
      { title: 'Loud', description: 'D', picture: null },
    ],
    ['<meta property="og:title" content=" "><title>Then this</title>', { title: 'Then this' }],
    ['<title>a\u202Eb</title>', { title: 'ab' }],
    ['<svg><title>An icon</title></svg>', { title: 'An icon' }],
    ['<script>"<title>no</title>"</script><title>yes</title>', { title: 'yes' }],
    ['<!-- <title>no</title> --><title>yes</title>', { title: 'yes' }],
  ])('reads %j', (head, expected) => expect(page(head)).toMatchObject(expected));

  it.each(['', '<meta property="og:image" content="/a.png">', '<title></title>'])(
    'finds no title in %j',
    (head) => {
      expect(page(head)).toBeNull();
    },
  );

  it('reads a page that was cut off in the middle of a tag', () => {
    const cut = Buffer.from('<head><title>Long</title><meta property="og:desc');
    expect(readPage(cut, null)).toEqual({ title: 'Long', description: null, picture: null });
  });

  it.each([
    ['the response declares', 'text/html; charset=ISO-8859-1', ''],
    ['the page declares', null, '<meta charset="iso-8859-1">'],
    [
      'the page declares in the old way',
      null,
      '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">',
    ],
  ])('uses the charset that %s', (_who, contentType, head) => {
    expect(readPage(Buffer.from(`${head}<title>Caf\xe9</title>`, 'latin1'), contentType)?.title).toBe('Café');
  });

  it('reads an unknown charset as UTF-8', () => {
    expect(page('<title>Café</title>', 'text/html; charset=klingon')?.title).toBe('Café');
  });
});
