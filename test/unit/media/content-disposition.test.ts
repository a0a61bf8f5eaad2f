import fc from 'fast-check';
import { asAttachment } from '../../../engine/media/content-disposition';
import { filenameOf } from '../../../engine/media/media-filename';
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

  it('writes any name in characters that a header takes, and is read back without folders', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 300 }), (name) => {
        const header = asAttachment(name);
        expect(header).toMatch(/^[ -~]+$/);
        expect(filenameOf(header, 'https://a.example') ?? '').not.toMatch(/[/\\]/);
      }),
    );
  });
});
