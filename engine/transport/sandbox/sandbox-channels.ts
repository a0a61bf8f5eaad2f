import { randomInt } from 'node:crypto';
import type { Channel, ChannelAct, ChannelAnswers } from '../channel-acts';
import { TransportError } from '../transport';

/** The channel that every sandbox has. */
const FIRST: Channel = {
  ...{ id: '120363000000000010@newsletter', name: 'Sandbox channel', description: null, isOwn: true },
  ...{ createdAt: 0, subscribers: 12, invite: '0029SandboxChannel', verification: 'UNVERIFIED' },
};

/** The channels of the simulated WhatsApp. They are kept in memory: after a restart, only the first one is there. */
export class SandboxChannels {
  private readonly channels = new Map<string, Channel>();
  /** Ids by the key that created them. */
  private readonly created = new Map<string, string>();

  constructor(private readonly now: () => number) {
    this.channels.set(FIRST.id, { ...FIRST, createdAt: now() });
  }

  act<Act extends ChannelAct>(act: Act): ChannelAnswers[Act['do']] {
    return this.answer(act) as ChannelAnswers[Act['do']];
  }

  private answer(act: ChannelAct): Channel | Channel[] {
    switch (act.do) {
      case 'list':
        return [...this.channels.values()];
      case 'create':
        return this.create(act);
      case 'get': {
        const channel = this.channels.get(act.channel);
        if (!channel) throw new TransportError('not_found', false, 'WhatsApp knows no such channel.');
        return channel;
      }
    }
  }

  private create({ name, description, key }: Extract<ChannelAct, { do: 'create' }>): Channel {
    const known = this.channels.get(this.created.get(key) ?? '');
    if (known) return known;
    const number = randomInt(1_000_000, 10_000_000);
    const id = `12036300000${number}@newsletter`;
    const channel = {
      ...FIRST,
      id,
      name,
      description,
      createdAt: this.now(),
      subscribers: 0,
      invite: `0029${number}`,
    };
    this.channels.set(id, channel);
    this.created.set(key, id);
    return channel;
  }
}
