import type { IExecuteFunctions } from 'n8n-workflow';
import { chosenPath, resourceLocator } from '../resource-locator';

const locator = {
  displayName: 'Campaign',
  name: 'campaignId',
  noun: 'campaign',
  prefix: 'cmp_',
  search: 'searchCampaigns',
  description: 'The campaign to work on. "Create" gives its ID in its output.',
};

/** The campaign that an operation works on. */
export const campaignIdField = resourceLocator(locator);

/** The path of the chosen campaign. @throws Error when none is chosen */
export function campaignPath(context: IExecuteFunctions, itemIndex: number): string {
  return chosenPath(context, itemIndex, locator, '/v1/campaigns');
}
