const MS_A_CHARACTER = 60;
const LEAST_MS = 1_000;
const MOST_MS = 6_000;

/** How long "typing…" is shown before a text, in milliseconds: longer for a longer text, within limits. */
export function typingPause(text: string): number {
  return Math.min(MOST_MS, Math.max(LEAST_MS, text.length * MS_A_CHARACTER));
}
