import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

/** A field as text. Expressions may return numbers and the like; a missing value is empty text. */
export function readText(context: IExecuteFunctions, name: string, itemIndex: number): string {
  return textOf(context.getNodeParameter(name, itemIndex, '') as unknown);
}

export function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

/** A list, or text with one entry on each line: AI agents and expressions may return either. */
export function readList(value: unknown): string[] {
  const rows = Array.isArray(value) ? value.map(String) : textOf(value).split('\n');
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
