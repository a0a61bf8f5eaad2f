import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

/** What fields are called in the editor, where that is not simply their name. */
const LABELS: Record<string, string> = {
  binaryPropertyName: 'Input Binary Field',
  campaignId: 'Campaign ID',
  contactPhones: 'Contact Phone Numbers',
  localTime: 'Time of Day',
  mediaCaption: 'Caption',
  mediaUrl: 'Media Address',
  of: 'Moment',
  pollOptions: 'Answers',
  pollQuestion: 'Question',
  sequenceId: 'Sequence ID',
  timeOfDay: 'Time of Day',
  timezone: 'Time Zone',
};

/** What the editor calls a field: `replyTo` is "Reply To". */
export function labelOf(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter}`);
  return LABELS[name] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** A field as text; a missing value is empty text. @throws Error that names the field, see `textOf` */
export function readText(context: IExecuteFunctions, name: string, itemIndex: number): string {
  return textOf(context.getNodeParameter(name, itemIndex, '') as unknown, labelOf(name));
}

/**
 * What an expression returned, as text: a text, a number, or a date in ISO form. A missing value is empty text.
 * @param label what the editor calls the field
 * @throws Error for anything else: an object would arrive as "[object Object]", and nobody means to send "true"
 */
export function textOf(value: unknown, label: string): string {
  if (value === null || value === undefined) return '';
  const text = plainText(value);
  if (text !== undefined) return text;
  throw new Error(`${label}: the expression returns ${kindOf(value)}, not text. ${fixFor(value)}`);
}

/** The same where true and false are values like others, such as the cell of a table. */
export function cellText(value: unknown, label: string): string {
  return typeof value === 'boolean' ? String(value) : textOf(value, label);
}

/** Whether `cellText` has a text for this. */
export function isCell(value: unknown): boolean {
  return typeof value === 'boolean' || plainText(value) !== undefined;
}

function plainText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  // A larger whole number has lost its last digits already.
  if (typeof value === 'number') return isExact(value) ? String(value) : undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  // n8n's expressions use their own copy of luxon, so instanceof does not work here.
  if (value && typeof value === 'object' && 'toISO' in value && typeof value.toISO === 'function') {
    const iso: unknown = value.toISO();
    return typeof iso === 'string' ? iso : undefined;
  }
  return undefined;
}

function isExact(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}

function kindOf(value: unknown): string {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number')
    return Number.isFinite(value) ? 'a number that is too large to be exact' : 'no number';
  return Array.isArray(value) ? 'a list' : 'an object';
}

function fixFor(value: unknown): string {
  if (typeof value === 'number') return 'Check the expression, or give the number as text.';
  if (Array.isArray(value)) return 'Join its entries, for example with .join(", "), or choose one of them.';
  const names = value && typeof value === 'object' ? Object.keys(value) : [];
  if (names.length === 0) return 'Check the expression.';
  const some = names.slice(0, 5).map((name) => name.slice(0, 32));
  return `Choose one of its fields: ${some.join(', ')}${names.length > some.length ? ', …' : ''}.`;
}

/** A list, or text with one entry on each line: AI agents and expressions may return either. */
export function readList(value: unknown, label: string): string[] {
  const rows = Array.isArray(value)
    ? value.map((row) => textOf(row, label))
    : textOf(value, label).split('\n');
  return rows.map((row) => row.trim()).filter(Boolean);
}

/**
 * Fields that go to the engine as they are, under their names in snake case (`replyTo` becomes `reply_to`). Empty ones
 * are left out, and numbers become text: an id from an expression may well be a number.
 */
export function bodyFields(options: IDataObject, names: readonly string[]): IDataObject {
  const body: IDataObject = {};
  for (const name of names) {
    const value = options[name];
    if (value === undefined || value === null || value === '') continue;
    body[snakeCase(name)] = typeof value === 'number' ? String(value) : value;
  }
  return body;
}

/**
 * The filters of an operation that changes everything that matches; at least one must be filled in.
 *
 * An expression that returns nothing would silently match more: "this appointment of Anna" would become "everything of
 * Anna". So a field that is filled in but turns out empty is an error.
 */
export function readFilters(
  context: IExecuteFunctions,
  names: readonly string[],
  itemIndex: number,
  whenEmpty: string,
): IDataObject {
  const filters: IDataObject = {};
  for (const name of names) {
    const text = readText(context, name, itemIndex).trim();
    if (!text && context.getNode().parameters[name]) {
      throw new Error(
        `${name}: the expression returned nothing, so too many messages would be canceled. Nothing was canceled. Check the expression, or clear the field.`,
      );
    }
    if (text) filters[snakeCase(name)] = text;
  }
  if (Object.keys(filters).length === 0) throw new Error(whenEmpty);
  return filters;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
