import { NO_EMOJI, YES_AND_NO, YES_EMOJI } from './yes-and-no';

/** A decision in longer texts has a reason with it, or is none. */
const LONGEST = 200;

/** The person asks back. */
const QUESTION_MARKS = /[?？؟⁇¿\u037E՞፧]/u;

/** Where "no" ends and its reason begins: punctuation, a dash between spaces, or the end of the line. */
const SEPARATOR = /[,.:!…\n\r،؛。，、！：]|\s[-–—]\s/u;

/**
 * A text for comparison: without case, punctuation, emoji, extra spaces, and the vowel signs that Arabic and Hebrew may
 * leave out. Accents stay, because without them a word may be another one.
 */
export function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\u0591-\u05C7]|[\u064B-\u0652]|\u0640|\u0670|[\uFE00-\uFE0F]/gu, '')
    .replace(/\p{Cf}/gu, '')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .normalize('NFC')
    .trim();
}

const foldAll = (words: readonly string[]): Set<string> => new Set(words.map(fold));
const listed = (which: 'yes' | 'no'): Set<string> =>
  foldAll(YES_AND_NO.flatMap((words) => words[which].split(', ')));
const YES = listed('yes');
const NO = listed('no');

/** What the two answers are called in the question, if that is not yes and no. */
export interface Labels {
  approve: string;
  disapprove: string;
}

/**
 * Whether a text says yes (`true`) or no (`false`): the whole text is one of the words, a label, or emoji; a no may be
 * followed by its reason ("no, too expensive"). Anything else is undefined, also a yes with a condition, a question, and
 * a text that says both.
 */
export function decisionIn(text: string, labels?: Labels): boolean | undefined {
  if (text.length > LONGEST) return undefined;
  const label = labels && labelIn(text, labels);
  if (label !== undefined) return label;
  if (fold(text) === '') return decisionInEmoji(text);
  const said = wordIn(text, labels);
  const opposite = said === undefined ? [] : said ? NO_EMOJI : YES_EMOJI;
  return opposite.some((emoji) => plainEmoji(text).includes(emoji)) ? undefined : said;
}

/** A label as it was shown means what it says, also one of emoji, such as "🚫 Block". */
function labelIn(text: string, { approve, disapprove }: Labels): boolean | undefined {
  if (text.trim() === approve.trim()) return true;
  return text.trim() === disapprove.trim() ? false : undefined;
}

/** The same of emoji alone, such as a reaction: all of them say yes, or all say no. */
export function decisionInEmoji(text: string): boolean | undefined {
  const emoji = [...plainEmoji(text)];
  if (emoji.length === 0) return undefined;
  if (emoji.every((each) => YES_EMOJI.includes(each))) return true;
  return emoji.every((each) => NO_EMOJI.includes(each)) ? false : undefined;
}

/** Without spaces, skin tones, and what says whether an emoji is drawn in color. */
const plainEmoji = (text: string): string => text.replace(/\s|[\u{1F3FB}-\u{1F3FF}]|[\uFE0E\uFE0F]/gu, '');

function wordIn(text: string, labels?: Labels): boolean | undefined {
  if (!QUESTION_MARKS.test(text)) {
    const whole = decisionOf(fold(text), labels);
    if (whole !== undefined) return whole;
  }
  const end = text.search(SEPARATOR);
  // A yes that goes on may have a condition.
  return end > 0 && decisionOf(fold(text.slice(0, end)), labels) === false ? false : undefined;
}

function decisionOf(folded: string, labels?: Labels): boolean | undefined {
  if (folded === '') return undefined;
  // The question's own words come first.
  if (labels && folded === fold(labels.approve)) return true;
  if (labels && folded === fold(labels.disapprove)) return false;
  if (YES.has(folded)) return true;
  return NO.has(folded) ? false : undefined;
}
