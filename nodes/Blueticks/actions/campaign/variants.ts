import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { textOf } from '../read-field';

/** Several texts, each for a share of the contacts. */
export const variantsField: INodeProperties = {
  displayName: 'Variants',
  name: 'variants',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true },
  placeholder: 'Add Variant',
  default: {},
  description:
    'Two to five texts in place of one, to see which works better. Each contact gets one of them, drawn by chance.',
  options: [
    {
      displayName: 'Variant',
      name: 'variant',
      values: [
        {
          displayName: 'Name',
          name: 'name',
          type: 'string',
          default: '',
          placeholder: 'e.g. Short',
          description: 'A name for the report. Recipients do not see it.',
        },
        {
          displayName: 'Share',
          name: 'share',
          type: 'number',
          typeOptions: { minValue: 1, maxValue: 99 },
          default: 50,
          description: 'Percent of the contacts that get this text. All variants together make 100.',
        },
        {
          displayName: 'Text',
          name: 'text',
          type: 'string',
          typeOptions: { rows: 3 },
          default: '',
          description: 'The message, or with media its caption. Variables work as in Text.',
        },
      ],
    },
  ],
};

/** For the body of a request; null if there are none. */
export function readVariants(chosen: unknown): IDataObject[] | null {
  const { variant = [] } = (chosen ?? {}) as { variant?: IDataObject[] };
  if (variant.length === 0) return null;
  return variant.map(({ name, text, share }) => ({
    name: textOf(name, 'Name').trim(),
    text: textOf(text, 'Text'),
    share,
  }));
}
