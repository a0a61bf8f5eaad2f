import type { IExecuteFunctions } from 'n8n-workflow';
import { chosenPath, resourceLocator } from '../resource-locator';

const locator = {
  displayName: 'Sequence',
  name: 'sequenceId',
  noun: 'sequence',
  prefix: 'seq_',
  search: 'searchSequences',
  description: 'The sequence to work on. "Start" gives its ID in its output.',
};

/** The sequence that an operation works on. */
export const sequenceIdField = resourceLocator(locator);

/** The path of the chosen sequence. @throws Error when none is chosen */
export function sequencePath(context: IExecuteFunctions, itemIndex: number): string {
  return chosenPath(context, itemIndex, locator, '/v1/sequences');
}
