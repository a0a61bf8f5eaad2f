import type { INodeParameters, IRun } from 'n8n-workflow';
import type { Step } from './run-workflow';

/** A step of the node under test, named after its operation. */
export function step(
  resource: string,
  operation: string,
  parameters: INodeParameters = {},
  onError?: Step['onError'],
): Step {
  return {
    name: operation,
    type: 'blueticks',
    parameters: { resource, operation, ...parameters },
    onError,
  };
}

/** A resource locator by id, as in a workflow's JSON. */
export const byId = (value: string) => ({ __rl: true, mode: 'id', value });

/** What n8n shows on its error card. */
export interface ErrorCard {
  name: string;
  message: string;
  description?: string;
  httpCode?: string | null;
  context: { itemIndex?: number };
}

export function cardOf(run: IRun): ErrorCard {
  const { error } = run.data.resultData;
  if (!error) throw new Error('The workflow did not fail.');
  return error as unknown as ErrorCard;
}
