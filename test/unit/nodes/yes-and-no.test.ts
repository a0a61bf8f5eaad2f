import fc from 'fast-check';
import { decisionIn, decisionInEmoji, fold } from '../../../nodes/Blueticks/waiting/answers/read-words';
import { NO_EMOJI, YES_AND_NO, YES_EMOJI } from '../../../nodes/Blueticks/waiting/answers/yes-and-no';

const wordsOf = (which: 'yes' | 'no') => YES_AND_NO.flatMap((words) => words[which].split(', '));
const YES = wordsOf('yes');
const NO = wordsOf('no');
const labels = { approve: 'Refund', disapprove: 'Keep the money' };

it('has a yes and a no for each language, and no word for both', () => {
  expect(new Set(YES_AND_NO.map(({ language }) => language)).size).toBe(YES_AND_NO.length);
  const yes = new Set(YES.map(fold));
  expect(NO.filter((word) => yes.has(fold(word)))).toEqual([]);
  expect([...YES, ...NO].filter((word) => fold(word) === '')).toEqual([]);
});

const decorated = (words: string[]) =>
  fc
    .tuple(
      fc.constantFrom(...words),
      fc.constantFrom('', ' ', '\n', '"'),
      fc.constantFrom('', '.', '!', '!!', ' 😊', '。', '…'),
      fc.constantFrom(
        (text: string) => text,
        (text: string) => text.toUpperCase(),
      ),
    )
    .map(([word, before, after, change]) => `${before}${change(word)}${after}`);

it('understands every word in any case, with punctuation and emoji around it', () => {
  fc.assert(fc.property(decorated(YES), (text) => expect(decisionIn(text)).toBe(true)));
  fc.assert(fc.property(decorated(NO), (text) => expect(decisionIn(text)).toBe(false)));
});

it('never takes a text for a yes that has more in it than the word', () => {
  const more = fc.stringMatching(/^[a-z]{3,12}$/).filter((word) => decisionIn(word) === undefined);
  fc.assert(
    fc.property(fc.constantFrom(...YES), more, fc.constantFrom(' ', ', ', ' - '), (yes, word, between) => {
      expect(decisionIn(`${yes}${between}${word}`)).not.toBe(true);
      expect(decisionIn(`${word}${between}${yes}`)).not.toBe(true);
    }),
  );
});

it('takes a no with a reason for a no', () => {
  const reason = fc.stringMatching(/^[a-z]{3,12}( [a-z]{3,12}){0,4}$/);
  fc.assert(
    fc.property(
      fc.constantFrom(...NO),
      reason,
      fc.constantFrom(', ', '. ', ': ', ' – ', '\n'),
      (no, why, between) => expect(decisionIn(`${no}${between}${why}`)).toBe(false),
    ),
  );
});

it.each([
  ['yes, but only half', undefined],
  ['yes?', undefined],
  ['ok？', undefined],
  ['no?', undefined],
  ['no, why?', false],
  ['no problem', undefined],
  ['yesterday', undefined],
  ['not sure', undefined],
  ['nobody', undefined],
  ['maybe', undefined],
  ['', undefined],
  ['   ', undefined],
  ['Sí', true],
  ['SIM!', true],
  ['Да.', true],
  ['ΟΧΙ', false],
  ['HAYIR', false],
  ['はい。', true],
  ['لَا', false],
  ['יֵשׁ', undefined],
  ['👍', true],
  ['👍🏽', true],
  ['👍👍🏿', true],
  ['✅', true],
  ['✔️', true],
  ['👎🏻', false],
  ['❌', false],
  ['👍👎', undefined],
  ['👍🤔', undefined],
  ['yes 👍', true],
  ['yes 👎', undefined],
  ['no 👍', undefined],
  [`yes${' '.repeat(300)}`, undefined],
])('reads %j as %s', (text, decision) => expect(decisionIn(text)).toBe(decision));

it('knows the labels of the question, before what the words usually mean', () => {
  expect(decisionIn('REFUND!', labels)).toBe(true);
  expect(decisionIn('keep the money', labels)).toBe(false);
  expect(decisionIn('Keep the money, they got it', labels)).toBe(false);
  expect(decisionIn('yes', labels)).toBe(true);
  expect(decisionIn('No', { approve: 'No', disapprove: 'Yes' })).toBe(true);
});

it('reads reactions with any skin tone', () => {
  const tones = ['', '🏻', '🏼', '🏽', '🏾', '🏿', '\uFE0F'];
  for (const tone of tones) {
    for (const emoji of YES_EMOJI) expect(decisionInEmoji(emoji + tone)).toBe(true);
    for (const emoji of NO_EMOJI) expect(decisionInEmoji(emoji + tone)).toBe(false);
  }
  for (const other of ['😂', '❤️', '🙏', '', 'yes']) expect(decisionInEmoji(other)).toBeUndefined();
});

it.each([
  ['🟢', '🔴'],
  ['🚫 Block', '✅ Keep'],
  ['❌', '✅'],
  ['👎', '👍'],
])('takes %s and %s for what they are called in the question', (approve, disapprove) => {
  expect(decisionIn(approve, { approve, disapprove })).toBe(true);
  expect(decisionIn(` ${disapprove} `, { approve, disapprove })).toBe(false);
});
