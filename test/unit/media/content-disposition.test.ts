import fc from 'fast-check';
import { asAttachment, filenameOf } from '../../../engine/media/content-disposition';
import { anyCharacter } from '../../support/any-character';

describe('asAttachment', () => {
  it.each([
    ['bill.pdf', `attachment; filename="bill.pdf"; filename*=UTF-8''bill.pdf`],
    [
      'Fahrpläne (2).pdf',
      `attachment; filename="Fahrpl_ne (2).pdf"; filename*=UTF-8''Fahrpl%C3%A4ne%20%282%29.pdf`,
    ],
    ['a"b\\c\r\nd', `attachment; filename="a_b_cd"; filename*=UTF-8''a%22b_cd`],
    ['../x', `attachment; filename=".._x"; filename*=UTF-8''.._x`],
  ])('writes %j', (name, header) => expect(asAttachment(name)).toBe(header));

  it('writes any name as valid header characters, and reads it back without folders', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 300 }), (name) => {
        const header = asAttachment(name);
        expect(header).toMatch(/^[ -~]+$/);
        expect(filenameOf(header, 'https://a.example') ?? '').not.toMatch(/[/\\]/);
      }),
    );
  });
});

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

  it('is null if the path has no file name', () => {
    expect(filenameOf(null, 'https://example.com/')).toBeNull();
  });

  it('shortens a long name to 255 characters and keeps its extension', () => {
    const name = filenameOf(`attachment; filename="${'a'.repeat(400)}.pdf"`, url);
    expect(name).toHaveLength(255);
    expect(name).toMatch(/a\.pdf$/);
  });
});
