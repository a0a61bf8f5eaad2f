import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { readText, textOf } from '../read-text';
import { readVariables, variablesOfItem } from './read-variables';

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
    return { to, ...variablesOfItem(context, itemIndex), itemIndex };
  });
}

/** The contacts of the rows. */
export function contactsOfRows(context: IExecuteFunctions, itemIndex: number): Contact[] {
  const { contact = [] } = context.getNodeParameter('contacts', itemIndex, {}) as IDataObject;
  return (contact as IDataObject[]).map((row) => ({
    to: textOf(row.to).trim(),
    ...readVariables(row.variables),
    itemIndex,
  }));
}
