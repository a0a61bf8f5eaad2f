import { systemClock } from '../../engine/async/clock';
import { createSandboxFactory } from '../../engine/transport/sandbox/sandbox-transport';
import { FakeClock } from '../support/clock/fake-clock';
import type { Behaviour } from './transport-tools';
import { describeTransportContract } from './transport.contract';

const recipients: Record<Behaviour, string> = {
  reads: '+15005550001',
  not_on_whatsapp: '+15005550002',
  silent: '+15005550003',
  replies: '+15005550004',
  rejects: '+15005550006',
  drops: '+15005550007',
  votes: '+15005550008',
  reacts: '+15005550009',
  replies_and_edits: '+15005550010',
  is_written_to: '+15005550011',
  calls: '+15005550013',
  changes_their_mind: '+15005550016',
  delivers: '+14155551234',
};
const renamed = { chatId: '551185550004@c.us', alsoNamed: '5511985550004@c.us' };
const ownPhone = '+15005550100';
const session = { id: 'ses_01', phone: ownPhone };

describeTransportContract('sandbox', () => {
  const clock = new FakeClock();
  const factory = createSandboxFactory({ speed: 1 });
  return {
    ...{ recipients, renamed, ownPhone },
    create: () => factory(session, clock),
    now: () => clock.now(),
    pass: (ms) => clock.advanceAsync(ms),
    patience: { limitMs: 60_000, quietMs: 60_000, stepMs: 50 },
    dispose: async () => {},
  };
});

describeTransportContract('sandbox on the real clock, sped up', () => {
  const factory = createSandboxFactory({ speed: 100 });
  return {
    ...{ recipients, renamed, ownPhone },
    create: () => factory(session, systemClock),
    now: () => Date.now(),
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    // Retries are not sped up: two failures take three seconds.
    patience: { limitMs: 10_000, quietMs: 300, stepMs: 5 },
    dispose: async () => {},
  };
});
