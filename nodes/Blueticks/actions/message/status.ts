import type { IDataObject, IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { audiences } from '../audience/resource';
import { textOf } from '../read-field';

/** An option of a message to `status@broadcast`, which is the number's status. */
export const audienceOption: INodeProperties = {
  ...audiences.idFieldOf({
    description: 'Who sees your status. Only for one: a message To status@broadcast.',
    whenEmpty: 'Choose an audience…',
  }),
  displayName: 'Audience (for a Status)',
};

/** `audience_id`, if an audience is chosen in the options. Plain text works in place of the locator. */
export function readAudience(context: IExecuteFunctions, itemIndex: number): IDataObject {
  const { audienceId: given } = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
  const value = given && typeof given === 'object' && 'value' in given ? given.value : given;
  const id = textOf(value, 'Audience').trim();
  return id ? { audience_id: id } : {};
}
