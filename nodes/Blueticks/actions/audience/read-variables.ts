import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { textOf } from '../read-text';

const MOST = 32;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,31}$/;

/** `{variable: [{name, value}]}` of the form as the engine's body field; left out where there is none. */
export function readVariables(value: unknown): { variables?: Record<string, string> } {
  const rows = ((value as IDataObject | undefined)?.variable ?? []) as IDataObject[];
  const named = rows.map((row) => [textOf(row.name).trim(), textOf(row.value)] as const);
  const variables = Object.fromEntries(named.filter(([name]) => name !== ''));
  return Object.keys(variables).length > 0 ? { variables } : {};
}

/**
 * The variables of the contact that is made from an item, as the engine's body field: its columns, or what is mapped
 * to each variable. The rows that are typed in elsewhere are taken as well.
 * @throws Error when the item has more columns than a contact can have variables
 */
export function variablesOfItem(
  context: IExecuteFunctions,
  itemIndex: number,
): { variables?: Record<string, string> } {
  const given = context.getNodeParameter('variables', itemIndex, {}) as IDataObject;
  if (!('mappingMode' in given)) return readVariables(given);
  const variables =
    given.mappingMode === 'autoMapInputData'
      ? ofColumns(context.getInputData()[itemIndex]?.json ?? {}, itemIndex)
      : ofMapped((given.value ?? {}) as IDataObject);
  return Object.keys(variables).length > 0 ? { variables } : {};
}

function ofMapped(value: IDataObject): Record<string, string> {
  const filled = Object.entries(value).filter(
    ([, each]) => each !== null && each !== undefined && each !== '',
  );
  return Object.fromEntries(filled.map(([name, each]) => [name, textOf(each)]));
}

/** "First Name" becomes `First_Name`. What is no single value, or can have no such name, is left out. */
function ofColumns(json: IDataObject, itemIndex: number): Record<string, string> {
  const variables: Record<string, string> = {};
  const seen = new Set<string>();
  for (const [column, value] of Object.entries(json)) {
    const name = nameOf(column);
    if (value === null || value === undefined || typeof value === 'object' || !name) continue;
    if (seen.has(name.toLowerCase())) continue;
    seen.add(name.toLowerCase());
    variables[name] = textOf(value);
  }
  const count = Object.keys(variables).length;
  if (count <= MOST) return variables;
  throw new Error(
    `Variables: item ${itemIndex} has ${count} columns, and a contact can have ${MOST} variables. Choose "Map Each Column Manually" and map those that your campaigns use.`,
  );
}

function nameOf(column: string): string | undefined {
  const name = column
    .trim()
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .slice(0, 32);
  return NAME.test(name) && /[A-Za-z0-9]/.test(name) ? name : undefined;
}
