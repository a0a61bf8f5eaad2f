import {
  checkNumbers,
  type NumberSource,
  type SeenNumber,
} from '../../../../../engine/cli/commands/doctor/check-numbers';
import { cloudOf } from '../../../../../engine/cli/commands/doctor/cloud';
import { earlyLogout } from '../../../../../engine/domain/early-logout';
import { PROXY_FAULTS } from '../../../../../engine/domain/proxy-fault';

const number = (fields: Partial<SeenNumber>): SeenNumber => ({
  ...{ id: 'ses_1', name: null, phone: '+14155551234', state: 'connected', reason: null, proxy: null },
  ...fields,
});
const sourceOf = (numbers: SeenNumber[], fault: keyof typeof PROXY_FAULTS | null = null): NumberSource => ({
  list: async () => numbers,
  testProxy: async () => ({ works: fault === null, message: fault === null ? '' : PROXY_FAULTS[fault] }),
});

describe('what doctor says of linked numbers', () => {
  it('is one line when nothing is wrong', async () => {
    const numbers = [number({}), number({ id: 'ses_2', proxy: 'http://h:1' })];
    expect(await checkNumbers(sourceOf(numbers))).toEqual([
      { name: 'Linked numbers', status: 'ok', detail: '2 without a problem; 1 proxy works', fix: null },
    ]);
  });

  it('names a proxy that does not work, why, and what to do', async () => {
    const [finding] = await checkNumbers(sourceOf([number({ proxy: 'socks5://h:1' })], 'wrong_password'));
    expect(finding).toEqual({
      name: 'Number +1415…34',
      status: 'failed',
      detail: 'its proxy socks5://h:1: The proxy does not accept the user and the password',
      fix: 'Check both.',
    });
  });

  it('names a logout right after linking for what it probably is', async () => {
    const reason = earlyLogout(40_000, false);
    const [finding] = await checkNumbers(sourceOf([number({ state: 'logged_out', reason })]));
    expect(finding).toMatchObject({
      status: 'failed',
      detail: 'WhatsApp logged the number out 40 s after it was linked',
      fix: expect.stringMatching(/does not trust the address .* data centers\. .*proxy/),
    });
  });

  it('repeats the reason of a number that is not connected', async () => {
    const reason = 'Another program took over this link. Reconnect to take it back.';
    const [finding] = await checkNumbers(
      sourceOf([number({ state: 'disconnected', reason, name: 'Desk', phone: null })]),
    );
    expect(finding).toMatchObject({
      name: 'Number Desk',
      status: 'advice',
      fix: expect.stringContaining(reason),
    });
  });

  it('is nothing without a number, or without a way to know', async () => {
    for (const source of [sourceOf([]), null])
      expect(await checkNumbers(source)).toMatchObject([{ status: 'skipped' }]);
  });
});

it.each([
  ['Amazon EC2 t3.small Amazon EC2 Amazon EC2 ', 'Amazon'],
  ['Hetzner vServer  Hetzner ', 'Hetzner'],
  ['Microsoft Corporation Virtual Machine Microsoft Corporation', 'Microsoft Azure'],
  ['LENOVO 20XW Lenovo', null],
  ['', null],
])('knows the cloud of a machine by its firmware: %s', (machine, cloud) => {
  expect(cloudOf(machine)).toBe(cloud);
});
