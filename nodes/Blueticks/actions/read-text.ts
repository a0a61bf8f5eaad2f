import type { IExecuteFunctions } from 'n8n-workflow';

/** A field as text: numbers and the like from an expression are text here, and what is not there is empty. */
export function readText(context: IExecuteFunctions, name: string, itemIndex: number): string {
  return textOf(context.getNodeParameter(name, itemIndex, '') as unknown);
}

export function textOf(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}

/**
 * A filter of something that is done to all that match. An expression that yields nothing would silently widen it:
 * from "this appointment of Anna" to "everything of Anna". So a field that was filled in and comes out empty is an
 * error.
 */
export function readFilter(context: IExecuteFunctions, name: string, itemIndex: number): string {
  const text = readText(context, name, itemIndex).trim();
  if (!text && context.getNode().parameters[name]) {
    throw new Error(
      `${name}: the expression gave nothing, so more would be canceled than was meant. Nothing was canceled. Check the expression, or empty the field.`,
    );
  }
  return text;
}
