import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { answerIn, type Asked } from '../../../nodes/Blueticks/waiting/answers/read-answer';
import { timedOut } from '../../../nodes/Blueticks/waiting/timed-out';

const approval: Asked = { responseType: 'approval', labels: { approve: 'Yes', disapprove: 'No' } };
const poll: Asked = { responseType: 'poll', options: ['Monday', 'Tuesday'] };

let made = 0;
function event(type: string, data: IDataObject) {
  made += 1;
  return { id: `evt_${made}`, type, created_at: '', data: { person_id: 'per_1', ...data } };
}
const says = (text: string, who = 'per_1') =>
  event('message.received', { type: 'text', text, person_id: who });
const votes = (option: string | null, who = 'per_1') =>
  event('poll.voted', { type: 'poll_vote', text: option, options: option ? [option] : [], person_id: who });
const reacts = (emoji: string | null, who = 'per_1') =>
  event('message.reaction', { type: 'reaction', text: emoji, emoji, person_id: who });

const resultOf = (asked: Asked, ...events: ReturnType<typeof event>[]) => answerIn(asked, events)?.result;

it.each([
  ['a vote', [votes('Yes')], { approved: true }],
  ['a vote against it', [votes('No')], { approved: false }],
  [
    'a vote for both',
    [event('poll.voted', { type: 'poll_vote', options: ['Yes', 'No'] })],
    { approved: false, chatInput: 'Yes, No' },
  ],
  ['a word', [says('ok!')], { approved: true }],
  ['a no', [says('No.')], { approved: false }],
  ['a no with its reason', [says('no, too expensive')], { approved: false, chatInput: 'no, too expensive' }],
  ['a condition', [says('yes, but only half')], { approved: false, chatInput: 'yes, but only half' }],
  ['something else', [says(' ask Tom ')], { approved: false, chatInput: 'ask Tom' }],
  ['a reaction', [reacts('👍🏾')], { approved: true }],
  ['a reaction against it', [reacts('👎')], { approved: false }],
  ['another reaction', [reacts('😂')], { approved: false, chatInput: '😂' }],
  [
    'a voice message',
    [event('message.received', { type: 'audio', text: null })],
    { approved: false, chatInput: '[audio]' },
  ],
  ['a picture with a yes', [event('message.received', { type: 'image', text: 'yes' })], { approved: true }],
  [
    'a vote of the owner on the phone',
    [event('message.sent_from_phone', { type: 'poll_vote', options: ['Yes'] })],
    { approved: true },
  ],
  [
    'a reaction of the owner on the phone',
    [event('message.sent_from_phone', { type: 'reaction', text: '👎' })],
    { approved: false },
  ],
])('reads %s', (_, events, result) => expect(resultOf(approval, ...events)).toEqual(result));

it.each([
  ['the last vote', [votes('Yes'), votes('No')], { approved: false }],
  ['no vote that was taken back', [votes('Yes'), votes(null)], undefined],
  ['no reaction that was taken back', [reacts('👍'), reacts('')], undefined],
  ['a changed reaction', [reacts('👎'), reacts('👍')], { approved: true }],
  [
    'the last decision, however it is given',
    [votes('Yes'), says('no, wait')],
    { approved: false, chatInput: 'no, wait' },
  ],
  ['an earlier one, if the last was taken back', [says('yes'), votes('No'), votes(null)], { approved: true }],
  [
    'a decision, whatever is said after it',
    [votes('Yes'), says('thanks!'), reacts('❤️')],
    { approved: true },
  ],
  ['a decision, whatever is said before it', [says('which order?'), says('yes')], { approved: true }],
  [
    'the first of other things',
    [says('which order?'), says('hello?')],
    { approved: false, chatInput: 'which order?' },
  ],
  [
    'nothing that is edited or deleted on the phone',
    [event('message.sent_from_phone', { type: 'edited', text: 'yes' })],
    undefined,
  ],
])('counts %s', (_, events, result) => expect(resultOf(approval, ...events)).toEqual(result));

it('takes the first of several people who decide, by what they last said', () => {
  expect(resultOf(approval, says('hm', 'a'), votes('No', 'b'), votes('Yes', 'c'))).toEqual({
    approved: false,
  });
  expect(resultOf(approval, votes('No', 'b'), votes('Yes', 'c'), votes(null, 'b'))).toEqual({
    approved: true,
  });
  expect(resultOf(approval, says('hm', 'a'), says('why?', 'b'))).toEqual({
    approved: false,
    chatInput: 'hm',
  });
});

it('never approves if the last vote, reaction or word of the only person is a no', () => {
  const step = fc.constantFrom(
    () => votes('Yes'),
    () => votes('No'),
    () => votes(null),
    () => reacts('👍'),
    () => reacts(null),
    () => says('yes'),
    () => says('hm'),
  );
  const no = fc.constantFrom(
    () => votes('No'),
    () => reacts('👎'),
    () => says('no, stop it'),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), no, (before, last) => {
      const events = [...before, last].map((make) => make());
      expect(answerIn(approval, events)?.result).toMatchObject({ approved: false });
    }),
  );
});

it.each([
  ['a vote', [votes('Monday')], { options: ['Monday'] }],
  ['a changed vote', [votes('Monday'), votes('Tuesday')], { options: ['Tuesday'] }],
  ['a vote that was taken back', [votes('Monday'), votes(null)], undefined],
  ['an answer in words', [says('tuesday!')], { options: ['Tuesday'] }],
  ['something else', [says('neither')], { options: [] }],
  ['a vote after something else', [says('hm'), votes('Monday')], { options: ['Monday'] }],
])('reads %s of a poll', (_, events, result) => expect(resultOf(poll, ...events)).toEqual(result));

it('does not approve what nobody answered, and tells an agent not to ask again', () => {
  expect(timedOut(approval)).toEqual({ timed_out: true, approved: false });
  const chatInput = expect.stringMatching(/Nobody answered in time.*Do not ask again/) as string;
  expect(timedOut(approval, true)).toEqual({ timed_out: true, approved: false, chatInput });
  expect(timedOut(poll, true)).toEqual({ timed_out: true });
});

it('takes anything that is written or voted for the answer to a free text', () => {
  const asked: Asked = { responseType: 'freeText' };
  expect(resultOf(asked, says('anything'))).toEqual({});
  expect(resultOf(asked, votes('Yes'))).toEqual({});
  expect(resultOf(asked, votes(null))).toBeUndefined();
});

it('takes two ids of a person in a group for one, if they were joined', () => {
  const votesNow = [votes('Yes', 'per_1'), votes('No', 'per_2')];
  expect(answerIn(approval, votesNow)?.result).toEqual({ approved: true });
  expect(answerIn(approval, votesNow, () => 'per_2')?.result).toEqual({ approved: false });
});

it('takes everything in a chat of two as the words of one person, whose id may have changed', () => {
  const inChat = (vote: ReturnType<typeof votes>) => ({ ...vote, data: { ...vote.data, is_group: false } });
  const events = [inChat(votes('Yes', 'per_of_lid')), inChat(votes('No', 'per_1'))];
  expect(resultOf(approval, ...events)).toEqual({ approved: false });
});
