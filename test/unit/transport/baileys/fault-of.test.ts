import { faultOf } from '../../../../engine/transport/baileys/fault-of';

describe('what may be said of an error', () => {
  it.each([
    [new TypeError('Cannot read properties of undefined'), 'TypeError: Cannot read properties of undefined'],
    [new Error('no session for 14155551234:3@s.whatsapp.net'), 'Error: no session for …:3@s.whatsapp.net'],
    [new Error(`bad key ${Buffer.alloc(32, 7).toString('base64')}`), 'Error: bad key …'],
    [1006, '1006'],
    [undefined, 'undefined'],
  ])('%p', (error, said) => expect(faultOf(error)).toBe(said));

  it('is nothing of what Baileys puts beside the words', () => {
    const error = Object.assign(new Error('odd'), {
      data: { attrs: { from: '14155551234@s.whatsapp.net' } },
    });
    expect(faultOf(error)).toBe('Error: odd');
  });
});
