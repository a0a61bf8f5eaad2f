import type { WireMessage } from '../../baileys';
import { headerFile } from './files';
import { choices, lines, type Content } from './kind';

type Part<Name extends keyof WireMessage> = NonNullable<WireMessage[Name]>;
type Interactive = Part<'interactiveMessage'>;
type Structured = Part<'highlyStructuredMessage'>;
type Hydrated = NonNullable<Part<'templateMessage'>['hydratedTemplate']>;

/** A business may nest templates and cards; real ones go two deep. */
const DEEPEST = 3;

/** What businesses send: a title, a text and a footer, and below them what one can choose. */
export function template(part: Part<'templateMessage'>, depth = 0): Content {
  const hydrated = part.hydratedTemplate ?? part.hydratedFourRowTemplate;
  if (hydrated) return hydratedTemplate(hydrated);
  if (part.interactiveMessageTemplate) return interactive(part.interactiveMessageTemplate);
  const { content, footer } = part.fourRowTemplate ?? {};
  const text = [content, footer].map((each) => each && structured(each, depth + 1).text);
  return { text: lines(...text), file: headerFile(part.fourRowTemplate ?? {}) };
}

function hydratedTemplate(part: Hydrated): Content {
  const buttons = (part.hydratedButtons ?? []).map(({ quickReplyButton, urlButton, callButton }) => {
    if (urlButton) return labeled(urlButton.displayText, urlButton.url);
    if (callButton) return labeled(callButton.displayText, callButton.phoneNumber);
    return quickReplyButton?.displayText;
  });
  const { hydratedTitleText, hydratedContentText, hydratedFooterText } = part;
  return {
    text: lines(hydratedTitleText, hydratedContentText, hydratedFooterText, ...choices(buttons)),
    file: headerFile(part),
  };
}

/** WhatsApp fills in the template on the phone; if it came unfilled, its values are all that it says. */
export function structured(part: Structured, depth = 0): Content {
  if (part.hydratedHsm && depth < DEEPEST) return template(part.hydratedHsm, depth + 1);
  const values = (part.localizableParams ?? []).map((value) => value.default);
  return { text: lines(...(values.length > 0 ? values : (part.params ?? []))) };
}

export function buttons(part: Part<'buttonsMessage'>): Content {
  const names = (part.buttons ?? []).map(({ buttonText }) => buttonText?.displayText);
  return {
    text: lines(part.text, part.contentText, part.footerText, ...choices(names)),
    file: headerFile(part),
  };
}

export function list(part: Part<'listMessage'>): Content {
  const rows = (part.sections ?? []).flatMap((section) => section.rows ?? []);
  const names = rows.map(({ title, description }) => labeled(title, description));
  return { text: lines(part.title, part.description, part.footerText, ...choices(names)) };
}

export function interactive(part: Interactive, depth = 0): Content {
  const { header, body, footer, nativeFlowMessage, carouselMessage } = part;
  const cards = depth < DEEPEST ? (carouselMessage?.cards ?? []) : [];
  const names = (nativeFlowMessage?.buttons ?? []).flatMap(({ buttonParamsJson }) =>
    namesOf(jsonObject(buttonParamsJson)),
  );
  const inside = cards.map((card) => interactive(card, depth + 1));
  return {
    text: lines(
      ...[header?.title, header?.subtitle, body?.text, footer?.text],
      ...choices(names),
      ...inside.map(({ text }) => text),
    ),
    file: headerFile(header ?? {}) ?? inside.find(({ file }) => file)?.file,
  };
}

/** The names of a button, or of the rows of the list that it opens. */
function namesOf({ display_text: shown, title, url, copy_code: code, sections }: JsonObject): string[] {
  const rows = objects(sections).flatMap((section) => objects(section.rows));
  if (rows.length > 0) return rows.map((row) => labeled(row.title, row.description));
  return [labeled(shown ?? title, url ?? code)];
}

const labeled = (name: unknown, value: unknown): string =>
  [name, value].filter((each) => typeof each === 'string' && each.trim() !== '').join(': ');

type JsonObject = Record<string, unknown>;

/** The object in a JSON text; an empty one if there is none. */
export function jsonObject(text: string | null | undefined): JsonObject {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const objects = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
