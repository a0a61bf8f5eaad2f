import { failureOf, faultOf, rejectionOf } from '../../../../engine/transport/baileys/errors';
import { TransportError } from '../../../../engine/transport/transport';

/** An error like those that Baileys throws. */
const boom = (words: string, statusCode: number, data?: unknown) =>
  Object.assign(new Error(words), { output: { statusCode }, data });
const outcome = ({ reason, mayPass }: TransportError) => [reason, mayPass];

describe('a refusal by WhatsApp', () => {
  it.each(['400', '403', '406', '463', '475', '479', '487'])('with %s is final', (code) => {
    expect(outcome(rejectionOf(code))).toEqual([`rejected_by_whatsapp:${code}`, false]);
  });

  it.each(['408', '421', '429', '500', '503', '552'])('with %s may pass', (code) => {
    expect(outcome(rejectionOf(code))).toEqual([`rejected_by_whatsapp:${code}`, true]);
  });

  it('with a text instead of a code is final', () => {
    expect(outcome(rejectionOf('odd'))).toEqual(['rejected_by_whatsapp:odd', false]);
  });
});

describe('the reason of a failed hand-over', () => {
  it.each([
    ['the close code of a broken socket', 1006],
    ['a closed socket', boom('Connection Closed', 428)],
    ['a broken TCP connection', Object.assign(new Error('write ECONNRESET'), { code: 'ECONNRESET' })],
    ['a link that timed out', boom('Timed Out', 408)],
  ])('%s means that the link is down', (_what, error) => {
    expect(outcome(failureOf(error))).toEqual(['link_down', true]);
  });

  it.each([
    ['keys that never arrived', boom('All encryptions failed', 500)],
    ['an error inside Baileys', new TypeError("Cannot read properties of undefined (reading 'attrs')")],
    ['a server that is busy', boom('busy', 500, 503)],
    ['undefined', undefined],
  ])('%s may pass', (_what, error) => {
    expect(failureOf(error).mayPass).toBe(true);
  });

  it.each([403, 404])('a group that we are not in (%i) is final', (code) => {
    expect(outcome(failureOf(boom('forbidden', 500, code)))).toEqual([`rejected_by_whatsapp:${code}`, false]);
  });

  it('keeps a TransportError unchanged', () => {
    const error = new TransportError('media_too_large', false);
    expect(failureOf(error)).toBe(error);
  });
});

describe('the loggable text of an error', () => {
  it.each([
    [new TypeError('Cannot read properties of undefined'), 'TypeError: Cannot read properties of undefined'],
    [new Error('no session for 14155551234:3@s.whatsapp.net'), 'Error: no session for …:3@s.whatsapp.net'],
    [new Error(`bad key ${Buffer.alloc(32, 7).toString('base64')}`), 'Error: bad key …'],
    [1006, '1006'],
    [undefined, 'undefined'],
  ])('%p', (error, said) => expect(faultOf(error)).toBe(said));

  it('leaves out the data that Baileys attaches', () => {
    const error = Object.assign(new Error('odd'), {
      data: { attrs: { from: '14155551234@s.whatsapp.net' } },
    });
    expect(faultOf(error)).toBe('Error: odd');
  });
});
