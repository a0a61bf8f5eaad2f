import type { WireMessage } from '../../baileys';
import { jsonObject } from './business';
import { lines, type Content } from './kind';

type Part<Name extends keyof WireMessage> = NonNullable<WireMessage[Name]>;

/** What somebody picked from a list or buttons, as it was shown to them. */
export const listReply = (part: Part<'listResponseMessage'>): Content => ({
  text: part.title || part.singleSelectReply?.selectedRowId,
});

export const buttonReply = (part: Part<'buttonsResponseMessage'>): Content => ({
  text: part.selectedDisplayText || part.selectedButtonId,
});

export const templateReply = (part: Part<'templateButtonReplyMessage'>): Content => ({
  text: part.selectedDisplayText || part.selectedId,
});

/** Fields that say which button was pressed, and nothing more. */
const OF_A_BUTTON = new Set(['id', 'title', 'description', 'display_text']);
/** The business's own mark, not an answer. */
const NOT_AN_ANSWER = new Set(['flow_token']);

/** A pressed button, or a form that was filled in. */
export function interactiveReply({
  body,
  nativeFlowResponseMessage: flow,
}: Part<'interactiveResponseMessage'>): Content {
  const fields = Object.entries(jsonObject(flow?.paramsJson)).filter(([name]) => !NOT_AN_ANSWER.has(name));
  if (fields.every(([name]) => OF_A_BUTTON.has(name))) {
    const { title, display_text: shown, id } = Object.fromEntries(fields);
    return { text: [body?.text, title, shown, id].find(isText) };
  }
  return {
    type: 'form_reply',
    text: lines(...fields.map(([name, value]) => `${labelOf(name)}: ${shownValue(value)}`)),
    form: Object.fromEntries(fields),
  };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** WhatsApp's form builder names a field `screen_0_First_name_1`. */
const labelOf = (name: string): string =>
  name
    .replace(/^screen_\d+_/, '')
    .replace(/_\d+$/, '')
    .replaceAll('_', ' ') || name;

function shownValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(shownValue).join(', ');
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return String(value ?? '');
}
