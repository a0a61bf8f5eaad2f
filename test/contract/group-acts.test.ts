import { createSandboxFactory } from '../../engine/transport/sandbox/sandbox-transport';
import { FakeClock } from '../support/clock/fake-clock';
import { describeGroupContract } from './group-acts.contract';
import type { TransportHarness } from './transport-tools';

describeGroupContract('sandbox', () => {
  const clock = new FakeClock();
  const factory = createSandboxFactory({ speed: 1 });
  const ownPhone = '+15005550100';
  const recipients = {
    ...{ reads: '+15005550001', not_on_whatsapp: '+15005550002', delivers: '+14155551234' },
  } as TransportHarness['recipients'];
  return {
    ...{ recipients, ownPhone, renamed: { chatId: '', alsoNamed: '' } },
    create: () => factory({ id: 'ses_01', phone: ownPhone }, clock),
    now: () => clock.now(),
    pass: (ms) => clock.advanceAsync(ms),
    patience: { limitMs: 60_000, quietMs: 60_000, stepMs: 50 },
    dispose: async () => {},
  };
});
