import { detectMime, kindFault, kindOf } from '../../../engine/media/media-kind';

const latin = (text: string) => Buffer.from(text, 'latin1');
const iso = (brand: string) =>
  Buffer.concat([Buffer.from([0, 0, 0, 24]), latin(`ftyp${brand}`), Buffer.alloc(16)]);
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const files: Record<string, Buffer> = {
  jpeg: Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  webp: latin('RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0'),
  gif: latin('GIF89a\x01\0\x01\0\0\0\0'),
  pdf: latin('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'),
  zip: latin('PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0'),
  opus: latin('OggS\0\x02' + '\0'.repeat(20) + '\x01\x13OpusHead\x01\x01'),
  theora: latin('OggS\0\x02' + '\0'.repeat(20) + '\x01\x2a\x80theora'),
  mp3: Buffer.from('fffb9064000000000000', 'hex'),
  mp3LowRate: Buffer.from('fff384c4000000000000', 'hex'),
  aac: Buffer.from('fff15080000000000000', 'hex'),
  amr: latin('#!AMR\n\x3c\x91'),
  heic: iso('heic'),
  html: latin('<!DOCTYPE html><html><body>Not found</body></html>'),
  csv: latin('name,phone\nAda,1\n'),
  bmText: latin('BMW,Audi,Fiat\n1,2,3\n'),
  noise: Buffer.from('0102030405060708', 'hex'),
};

describe('detectMime', () => {
  it.each([
    ['png', png, 'image/png', 'image'],
    ['jpeg', files.jpeg, 'image/jpeg', 'image'],
    ['webp', files.webp, 'image/webp', 'image'],
    ['gif', files.gif, 'image/gif', 'image'],
    ['mp4', iso('isom'), 'video/mp4', 'video'],
    ['QuickTime', iso('qt  '), 'video/quicktime', 'video'],
    ['3GP', iso('3gp4'), 'video/3gpp', 'video'],
    ['M4A', iso('M4A '), 'audio/mp4', 'audio'],
    ['Opus', files.opus, 'audio/ogg', 'audio'],
    ['Theora', files.theora, 'video/ogg', 'document'],
    ['MP3', files.mp3, 'audio/mpeg', 'audio'],
    ['MP3 of MPEG-2', files.mp3LowRate, 'audio/mpeg', 'audio'],
    ['AAC', files.aac, 'audio/aac', 'audio'],
    ['AMR', files.amr, 'audio/amr', 'audio'],
    ['PDF', files.pdf, 'application/pdf', 'document'],
    ['HEIC, which WhatsApp does not show', files.heic, 'image/heif', 'document'],
    ['text', files.csv, 'text/plain', 'document'],
    ['noise', files.noise, 'application/octet-stream', 'document'],
  ])('recognizes %s by its bytes alone', (_name, bytes, mime, kind) => {
    expect(detectMime({ bytes })).toBe(mime);
    expect(kindOf(mime)).toBe(kind);
  });

  it('trusts the bytes over the declared type and the name', () => {
    expect(detectMime({ bytes: png, declared: 'application/pdf', filename: 'a.mp4' })).toBe('image/png');
  });

  it('does not accept an error page or random bytes as a picture', () => {
    expect(detectMime({ bytes: files.html, declared: 'image/jpeg', filename: 'a.jpg' })).toBe('text/plain');
    expect(detectMime({ bytes: files.noise, declared: 'image/jpeg' })).toBe('application/octet-stream');
  });

  it('uses the declared type and the name if the bytes are ambiguous', () => {
    expect(detectMime({ bytes: files.zip, filename: 'offer.docx' })).toContain('wordprocessingml');
    expect(detectMime({ bytes: files.zip, declared: 'application/epub+zip' })).toBe('application/epub+zip');
    expect(detectMime({ bytes: files.zip, declared: 'image/png' })).toBe('application/zip');
    expect(detectMime({ bytes: iso('mp42'), declared: 'audio/mp4' })).toBe('audio/mp4');
    expect(detectMime({ bytes: files.csv, declared: 'text/csv; charset=utf-8' })).toBe('text/csv');
    expect(detectMime({ bytes: files.bmText, filename: 'cars.csv' })).toBe('text/csv');
  });

  it('uses the declared type, then the name, before the bytes are known', () => {
    expect(detectMime({ declared: 'image/png; q=1', filename: 'a.pdf' })).toBe('image/png');
    expect(detectMime({ declared: 'application/octet-stream', filename: 'a.pdf' })).toBe('application/pdf');
    expect(detectMime({ declared: 'nonsense', filename: 'noextension' })).toBe('application/octet-stream');
  });
});

describe('kindFault', () => {
  it.each([
    ['image', 'image/png'],
    ['sticker', 'image/webp'],
    ['sticker', 'image/png'],
    ['gif', 'video/mp4'],
    ['voice', 'audio/ogg'],
    ['audio', 'audio/mpeg'],
    ['document', 'image/png'],
  ] as const)('lets %s be %s', (kind, mime) => expect(kindFault(kind, mime)).toBeNull());

  it.each([
    ['image', 'application/pdf'],
    ['sticker', 'video/mp4'],
    ['gif', 'image/gif'],
    ['voice', 'audio/mpeg'],
    ['video', 'video/x-matroska'],
  ] as const)('refuses %s for %s and names both', (kind, mime) => {
    const message = kindFault(kind, mime)?.message;
    expect(message).toContain(kind);
    expect(message).toContain(mime);
  });
});
