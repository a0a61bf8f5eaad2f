const LINK = /https:\/\/[^\s<>"'`\u00AB\u00BB\u201C\u201D]+/iu;

/**
 * The first https link of a text, exactly as it stands there; null when there is none. What ends a sentence does not
 * belong to it, nor does a bracket that was opened before it.
 */
export function firstLink(text: string): string | null {
  let link = LINK.exec(text)?.[0] ?? '';
  for (;;) {
    const shorter = link.replace(/[.,;:!?*_~\u2026]+$/u, '');
    const unopened = /[)\]}]$/.test(shorter) && opens(shorter) < closes(shorter);
    const next = unopened ? shorter.slice(0, -1) : shorter;
    if (next === link) break;
    link = next;
  }
  return URL.canParse(link) ? link : null;
}

const opens = (text: string): number => text.split(/[([{]/).length;
const closes = (text: string): number => text.split(/[)\]}]/).length;
