import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';
import { readAnswersFrom } from '../../../nodes/Blueticks/actions/message/answers-from';
import { isFromAllowed } from '../../../nodes/Blueticks/waiting/find-answers';
import type { Wait } from '../../../nodes/Blueticks/waiting/wait';

it.each([
  ['nobody in particular', {}, []],
  ['an empty list', { answersFrom: [] }, []],
  [
    'phone numbers',
    { answersFrom: ['+1 (415) 555-9876', ' 77123@lid '] },
    ['+1 (415) 555-9876', '77123@lid'],
  ],
  ['lines', { answersFrom: '+14155551234\n+14155559876' }, ['+14155551234', '+14155559876']],
])('reads %s', (_, options, expected) => expect(readAnswersFrom(options)).toEqual(expected));

it.each([
  ['an expression that returns nothing', { answersFrom: ['+14155551234', ''] }, 'entry 2 is empty'],
  ['a list that is one', { answersFrom: undefined }, 'entry 1 is empty'],
  ['a name', { answersFrom: ['Tom'] }, 'entry 1 is "Tom", which is not a phone number'],
])('refuses %s, with which everybody could answer', (_, options, message) =>
  expect(() => readAnswersFrom(options as IDataObject)).toThrow(message),
);

it('takes nothing from a writer whose number is unknown, whatever the list has', async () => {
  const event = { id: 'evt_1', type: 'poll.voted', created_at: '', data: { from: null, person_id: null } };
  // It cannot ask an engine who Tom is.
  const context = {} as IWebhookFunctions;
  expect(await isFromAllowed(context, { answersFrom: ['Tom'] } as unknown as Wait, event)).toBe(false);
});
