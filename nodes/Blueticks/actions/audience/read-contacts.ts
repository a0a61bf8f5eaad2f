import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readText, textOf } from '../read-text';

export interface Contact {
  to: string;
  variables?: Record<string, string>;
  /** The input item that it was made from. */
  itemIndex: number;
}

export function isFromItems(context: IExecuteFunctions): boolean {
  return context.getNodeParameter('contactsFrom', 0, 'items') === 'items';
}

/** One contact from each of the items. @throws Error that names the item that has no number */
export function contactsOfItems(context: IExecuteFunctions, itemIndexes: number[]): Contact[] {
  return itemIndexes.map((itemIndex) => {
    const to = readText(context, 'to', itemIndex).trim();
    if (!to) {
      throw new Error(
        `To: item ${itemIndex} gives no phone number. Check the expression, or filter such items out before.`,
      );
    }
    return { to, ...readVariables(context.getNodeParameter('variables', itemIndex, {})), itemIndex };
  });
}

/** The contacts of the rows; an expression may also give a list of `{to, variables}`. */
export function contactsOfRows(context: IExecuteFunctions, itemIndex: number): Contact[] {
  const value = context.getNodeParameter('contacts', itemIndex, {}) as unknown;
  const outer = (value ?? {}) as IDataObject;
  const rows = (Array.isArray(value) ? value : (outer.contact ?? [])) as IDataObject[];
  return rows.map((row) => ({ to: textOf(row.to).trim(), ...readVariables(row.variables), itemIndex }));
}

/** `{variable: [{name, value}]}` as the form gives it, or a plain object as an expression may give it. */
export function readVariables(value: unknown): { variables?: Record<string, string> } {
  const outer = (value ?? {}) as IDataObject;
  const rows = Array.isArray(outer.variable)
    ? (outer.variable as IDataObject[]).map((row): [string, unknown] => [textOf(row.name).trim(), row.value])
    : Object.entries(outer);
  const named = rows.filter(([name]) => name !== '').map(([name, each]) => [name, textOf(each)] as const);
  return named.length > 0 ? { variables: Object.fromEntries(named) } : {};
}
