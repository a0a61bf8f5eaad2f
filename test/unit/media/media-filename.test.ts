import { filenameOf } from '../../../engine/media/media-filename';

const url = 'https://example.com/files/photo%20one.jpg?token=secret';

describe('filenameOf', () => {
  it.each([
    [null, 'photo one.jpg'],
    ['inline', 'photo one.jpg'],
    ['attachment; filename=bill.pdf', 'bill.pdf'],
    ['attachment; filename="a; b \\"c\\".pdf"', 'a; b "c".pdf'],
    [`attachment; filename="x.pdf"; filename*=UTF-8''caff%C3%A8.pdf`, 'caffè.pdf'],
    ['attachment; filename="../../etc/passwd"', 'passwd'],
    ['attachment; filename="C:\\\\temp\\\\a.doc"', 'a.doc'],
    ['attachment; filename=".."', 'photo one.jpg'],
    [`attachment; filename*=UTF-8''%E0%A4%A`, '%E0%A4%A'],
    [`attachment; filename*=UTF-8''a%E2%80%AEgpj.exe`, 'agpj.exe'],
  ])('%s gives %s', (header, name) => expect(filenameOf(header, url)).toBe(name));

  it('is null where the path names no file', () => {
    expect(filenameOf(null, 'https://example.com/')).toBeNull();
  });

  it('shortens a long name to 255 characters and keeps its extension', () => {
    const name = filenameOf(`attachment; filename="${'a'.repeat(400)}.pdf"`, url);
    expect(name).toHaveLength(255);
    expect(name).toMatch(/a\.pdf$/);
  });
});
