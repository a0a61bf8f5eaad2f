/** Words that opt a person out, and words that end the opt-out. */
export interface AnswerWords {
  stop: readonly string[];
  start: readonly string[];
}

/**
 * Replies that opt a person out, in many languages. The English ones are those that phone carriers use. Only a whole
 * message counts, so a stop word inside a sentence does nothing.
 */
export const STOP_WORDS: readonly string[] = [
  ...['STOP', 'STOP ALL', 'STOPALL', 'UNSUBSCRIBE', 'OPT OUT', 'OPTOUT', 'CANCEL', 'END', 'QUIT'],
  ...['BAJA', 'DARME DE BAJA', 'CANCELAR', 'PARAR', 'SAIR', 'DESCADASTRAR'],
  ...['CANCELLA', 'CANCELLAMI', 'DISISCRIVIMI', 'ARRÊT', 'ARRÊTER', 'DÉSABONNER', 'DÉSINSCRIRE'],
  ...['STOPP', 'ABMELDEN', 'ABBESTELLEN', 'AFMELDEN', 'UITSCHRIJVEN', 'AVSLUTA', 'AVREGISTRERA', 'AFMELD'],
  ...['AVMELD', 'LOPETA', 'WYPISZ', 'ODHLÁSIT', 'LEIRATKOZÁS', 'DEZABONARE', 'OTPIŠI', 'ODJAVA'],
  ...['İPTAL', 'BERHENTI', 'HUỶ', 'HỦY', 'ΣΤΟΠ', 'ΔΙΑΓΡΑΦΗ', 'СТОП', 'ОТПИСАТЬСЯ', 'ВІДПИСАТИСЯ'],
  ...['توقف', 'إيقاف', 'إلغاء الاشتراك', 'הסר', 'הסרה', 'रोकें', 'बंद करें', 'বন্ধ', 'หยุด', 'ยกเลิก'],
  ...['停止', '退订', '退訂', '取消订阅', '停止する', '配信停止', '수신거부', '중지'],
];

export const START_WORDS: readonly string[] = [
  ...['START', 'UNSTOP', 'SUBSCRIBE', 'OPT IN', 'OPTIN', 'RESUME'],
  ...['ALTA', 'DARME DE ALTA', 'EMPEZAR', 'VOLTAR', 'INICIA', 'ISCRIVIMI', 'REPRENDRE', 'RÉABONNER'],
  ...['ANMELDEN', 'AANMELDEN', 'TILMELD', 'ZAPISZ', 'BAŞLAT', 'MULAI', 'ΕΝΑΡΞΗ', 'СТАРТ'],
  ...['اشتراك', 'הרשמה', 'शुरू करें', 'เริ่ม', '开始', '開始', '시작'],
];

/**
 * Accents, the optional vowel signs of Hebrew and Arabic, and emoji modifiers. The vowel signs of other scripts stay,
 * because without them a word becomes a different one.
 */
const DIACRITICS = new RegExp(
  [
    '[\\u0300-\\u036F]',
    '[\\u0591-\\u05C7]',
    '[\\u0610-\\u061A]|\\u0640|[\\u064B-\\u065F]|\\u0670|[\\u06D6-\\u06ED]',
    '[\\u20D0-\\u20FF]|[\\uFE00-\\uFE0F]',
  ].join('|'),
  'gu',
);

/** A word for comparison, in any script: without case, accents, punctuation, emoji and extra spaces. */
export function foldWord(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .toUpperCase()
    .normalize('NFKD')
    .replace(DIACRITICS, '')
    .replace(/\p{Cf}/gu, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
}

/** Longer texts cannot match and are not folded. */
const LONGEST_ANSWER = 200;

/** Whether a text opts out (`stop`), ends an opt-out (`start`), or neither. */
export function wishIn(text: string | null, words: AnswerWords): 'stop' | 'start' | null {
  if (text === null || text.length > LONGEST_ANSWER) return null;
  const folded = foldWord(text);
  if (folded === '') return null;
  if (foldedWords(words.stop).has(folded)) return 'stop';
  return foldedWords(words.start).has(folded) ? 'start' : null;
}

/** Every message is compared with the same lists, so each list is folded only once. */
const FOLDED = new WeakMap<readonly string[], ReadonlySet<string>>();

function foldedWords(list: readonly string[]): ReadonlySet<string> {
  const known = FOLDED.get(list);
  if (known) return known;
  const folded = new Set(list.map(foldWord));
  FOLDED.set(list, folded);
  return folded;
}
