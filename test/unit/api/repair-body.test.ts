import fc from 'fast-check';
import type { z } from 'zod';
import { repairBody } from '../../../engine/api/repair-body';
import { CreateAudienceSchema } from '../../../engine/audiences/audience-schema';
import { CreateCampaignSchema } from '../../../engine/campaigns/campaign-schema';
import { BatchSchema, CreateMessageSchema, EditMessageSchema } from '../../../engine/messages/message-schema';
import { CreateSequenceSchema } from '../../../engine/sequences/sequence-schema';
import { EditSessionSchema } from '../../../engine/sessions/session-schema';
import { CreateWebhookSchema } from '../../../engine/webhooks/webhook-schema';

const issuesOf = (schema: z.ZodType, body: unknown) =>
  schema.safeParse(body, { reportInput: true }).error?.issues ?? [];
const repair = (schema: z.ZodType, body: unknown) => repairBody(schema, body, issuesOf(schema, body));

it('leaves out what may be absent and puts something of the right type elsewhere', () => {
  const repaired = repair(CreateMessageSchema, {
    ...{ type: 'text', to: 'Ada', text: '', foo: 1, reference: 5 },
    mentions: { ids: ['a', 5] },
  });
  expect(repaired).toEqual({
    value: {
      ...{ type: 'text', to: 'Ada', text: 'x', mentions: { ids: ['a', 'x'] } },
      ...{ link_preview: true, cancel_on_reply: false, priority: 'normal' },
      ...{ only_while_bot: false, cancel_on_takeover: false },
    },
    paths: ['text', 'mentions.ids.1', 'reference', 'foo'],
    later: [],
  });
});

it('reads the rest as it would be read, where nothing else is wrong', () => {
  const send_window = { start: '09:00 ', end: '20:00', timezone: 'Europe/Rome ' };
  expect(
    repair(CreateMessageSchema, { type: 'text', to: 'Ada', text: '', send_window })?.value,
  ).toMatchObject({
    ...{ text: 'x', priority: 'normal' },
    send_window: { start: '09:00', end: '20:00', timezone: 'Europe/Rome' },
  });
});

it('guesses a missing type by the fields that are there', () => {
  expect(repair(CreateMessageSchema, { to: 'Ada', poll: { question: '', options: [] } })).toMatchObject({
    value: { type: 'poll', to: 'Ada', poll: { question: 'x', options: ['x', 'x'] } },
    later: [{ path: ['poll', 'question'] }, { path: ['poll', 'options'] }],
  });
});

it('keeps the places of what is in a list', () => {
  const messages = [5, { type: 'text', to: 'a', text: 'b' }, { type: 'text' }];
  expect(repair(BatchSchema, { messages })?.value).toMatchObject({
    messages: [{ type: 'text' }, { to: 'a' }, { type: 'text', to: 'x', text: 'x' }],
  });
});

it('gives up on what is not an object', () => {
  for (const body of [5, 'x', null, []]) expect(repair(CreateMessageSchema, body)).toBeNull();
});

const SCHEMAS: Record<string, z.ZodType> = {
  ...{ CreateMessageSchema, BatchSchema, EditMessageSchema, CreateAudienceSchema, CreateCampaignSchema },
  ...{ CreateSequenceSchema, CreateWebhookSchema, EditSessionSchema },
};
const NAMES = [
  ...['type', 'to', 'text', 'media', 'poll', 'messages', 'contacts', 'variables', 'steps', 'name', 'url'],
  ...[
    'events',
    'send_window',
    'mentions',
    'pacing',
    'filter',
    'link_preview',
    'ids',
    'options',
    'quiet_hours',
  ],
];

it.each(Object.keys(SCHEMAS))(
  'makes of any JSON object what %s finds no fault with, but for rules over several fields',
  (name) => {
    const schema = SCHEMAS[name]!;
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>(null, 5, -1, '', 'x', true, 'text', 'media', 'poll', 'x'.repeat(5000)),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 5, noNullPrototype: true }),
      ),
    }));
    const body = fc.dictionary(fc.constantFrom(...NAMES), value, { noNullPrototype: true });
    fc.assert(
      fc.property(body, (given) => {
        const repaired = repair(schema, given);
        expect(repaired).not.toBeNull();
        expect(issuesOf(schema, repaired!.value).filter(({ code }) => code !== 'custom')).toEqual([]);
      }),
    );
  },
);
