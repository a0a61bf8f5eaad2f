import {
  ACTIVE_STATUSES,
  CAMPAIGN_STATUSES,
  isPossible,
  statusReached,
  statusWhenActive,
} from '../../../../engine/domain/campaigns/campaign-status';

it.each([
  ['pause', ['pending', 'running']],
  ['resume', ['paused']],
  ['cancel', ['pending', 'running', 'paused']],
] as const)('%s is possible in %j only', (action, statuses) => {
  expect(CAMPAIGN_STATUSES.filter((status) => isPossible(action, status))).toEqual(statuses);
});

it('a campaign needs its audience as long as it can be canceled', () => {
  expect(ACTIVE_STATUSES).toEqual(['pending', 'running', 'paused']);
});

it.each([
  ['has started, whatever its time', 5, 100, 'running'],
  ['has no time', null, null, 'running'],
  ['its time has come', null, 10, 'running'],
  ['its time is ahead', null, 11, 'pending'],
])('statusWhenActive of a campaign that %s', (_name, startedAt, sendAt, status) => {
  expect(statusWhenActive(startedAt, sendAt, 10)).toBe(status);
});

it.each([
  ['not all made', 'running', false, 0, 0, 'running'],
  ['one waits', 'running', true, 1, 5, 'running'],
  ['all accepted', 'running', true, 0, 1, 'complete_sent'],
  ['all delivered', 'running', true, 0, 0, 'complete_delivered'],
  ['all sent before, one not delivered', 'complete_sent', true, 0, 1, 'complete_sent'],
  ['all sent before, now delivered', 'complete_sent', true, 0, 0, 'complete_delivered'],
  ['all sent before, one is being sent again', 'complete_sent', true, 1, 0, 'complete_sent'],
] as const)('%s: from %s', (_name, status, expandedAll, waiting, underway, reached) => {
  expect(statusReached({ expandedAll, waiting, underway }, status)).toBe(reached);
});
