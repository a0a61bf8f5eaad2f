import fc from 'fast-check';
import { foldWord, START_WORDS, STOP_WORDS, wishIn } from '../../../../engine/domain/people/stop-words';

const words = { stop: STOP_WORDS, start: START_WORDS };

it.each([
  'STOP',
  'stop',
  ' Stop! ',
  '«stop».',
  '*STOP*',
  'STOP 🛑',
  '❤️ stop ❤️',
  'ＳＴＯＰ',
  '𝗦𝗧𝗢𝗣',
  'S\u200BTOP\u200F',
  'Unsubscribe.',
  'opt-out',
  'opt out',
  'baja',
  'darme de baja',
  'Arrêt',
  'ARRET',
  'arre\u0302t',
  'sair',
  'abmelden',
  'iptal',
  'İPTAL',
  'İptal',
  'odhlasit',
  'στοπ',
  'ΣΤΟΠ',
  'стоп!',
  'отписаться',
  'הסר',
  'הָסֵר',
  'إيقاف',
  'ايقاف',
  'रोकें',
  'बंद करें!',
  'หยุด',
  '退订',
  '수신거부',
])('%j is a stop word', (text) => {
  expect(wishIn(text, words)).toBe('stop');
});

it.each(['START', 'start.', 'Unstop', 'alta', 'opt-in', 'старт', '시작'])('%j is a start word', (text) => {
  expect(wishIn(text, words)).toBe('start');
});

it.each([
  null,
  '',
  ' ',
  '!!!',
  '👍',
  'yes',
  'stop it',
  'please stop',
  'Stop by at nine?',
  'bus stop',
  'nonstop',
  'stopping',
  'S T O P',
  'st.op',
  'stop2',
  'बद करे',
  'stop '.repeat(60),
])('%j is neither', (text) => {
  expect(wishIn(text, words)).toBeNull();
});

it('has no word in both lists, or twice in one', () => {
  for (const list of [STOP_WORDS, START_WORDS]) for (const word of list) expect(foldWord(word)).not.toBe('');
  const all = [...STOP_WORDS, ...START_WORDS].map((word) => word.normalize('NFKC').toUpperCase());
  expect(new Set(all).size).toBe(all.length);
  const stop = new Set(STOP_WORDS.map(foldWord));
  expect(START_WORDS.filter((word) => stop.has(foldWord(word)))).toEqual([]);
});

describe('any word of the lists', () => {
  const known = fc.oneof(
    fc.constantFrom(...STOP_WORDS).map((word) => ({ word, wish: 'stop' })),
    fc.constantFrom(...START_WORDS).map((word) => ({ word, wish: 'start' })),
  );
  const casing = fc.constantFrom<(word: string) => string>(
    (word) => word,
    (word) => word.toLowerCase(),
    (word) => word.toUpperCase(),
    (word) => word.normalize('NFD'),
    (word) => word.normalize('NFC').replace(/^./u, (first) => first.toLowerCase()),
  );
  const trim = fc.string({
    unit: fc.constantFrom(' ', '\n', '.', '!', '…', '"', '¡', '。', '🙏', '\u200E'),
    maxLength: 5,
  });

  it('matches in any case and form, with any punctuation around it', () => {
    fc.assert(
      fc.property(known, casing, trim, trim, ({ word, wish }, change, before, after) => {
        expect(wishIn(`${before}${change(word)}${after}`, words)).toBe(wish);
      }),
      { numRuns: 1000 },
    );
  });

  it('does not match inside a sentence', () => {
    fc.assert(
      fc.property(
        known,
        fc.constantFrom('now', 'me', 'nicht', 'по', '我'),
        fc.boolean(),
        ({ word }, more, first) => {
          expect(wishIn(first ? `${more} ${word}` : `${word} ${more}`, words)).toBeNull();
        },
      ),
    );
  });

  it('uses only the given lists', () => {
    const own = { stop: ['Basta così'], start: ['Ancora'] };
    expect(wishIn('basta cosi', own)).toBe('stop');
    expect(wishIn('ANCORA!', own)).toBe('start');
    expect(wishIn('STOP', own)).toBeNull();
  });
});

it('knows a capital sharp s', () => {
  expect(foldWord('SCHLU\u1e9e')).toBe(foldWord('Schluß'));
});

it('folds a word only once', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(foldWord(foldWord(text))).toBe(foldWord(text));
    }),
    { numRuns: 1000 },
  );
});
