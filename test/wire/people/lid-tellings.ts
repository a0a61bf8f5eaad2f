import { randomUUID } from 'node:crypto';
import { baileys, type Message } from '../baileys';
import type { World } from '../server/world';
import { node } from '../transport/nodes';
import { AppState, COLLECTION } from './app-state';
import { historyMessage } from './older-chats';
import type { Person } from './person';
import type { PhoneDevice } from './phone-device';

/** How a linked device is told which LID a number has, apart from the answers to its queries and people's messages. */
export type LidTelling = 'history' | 'migration' | 'sync action' | 'notification';

/** Tells the linked devices of one account about the names of others. */
export class LidTellings {
  private readonly appState = new AppState();

  constructor(
    private readonly owner: Person,
    private readonly device: PhoneDevice,
    private readonly world: World,
  ) {
    owner.patchesAfter = (version) => this.appState.after(version);
  }

  async tell(person: Person, how: LidTelling): Promise<void> {
    if (how === 'history')
      return this.sendToOwn(
        historyMessage(this.world, {
          phoneNumberToLidMappings: [{ lidJid: person.jid('lid'), pnJid: person.jid('number') }],
        }),
      );
    if (how === 'migration') return this.sendToOwn(migration(person));
    if (how === 'sync action') return this.syncAction(person);
    const data = {
      xwa2_notify_linked_profiles: { jid: person.jid('lid'), added_profiles: [person.jid('number')] },
    };
    const attributes = { op_name: 'NotificationLinkedProfilesUpdates' };
    const update = node('update', attributes, Buffer.from(JSON.stringify({ data })));
    this.world.post.notify(this.owner, 'mex', [update]);
  }

  private async syncAction(person: Person): Promise<void> {
    await this.sendToOwn(this.appState.keyShare());
    const action = { pnForLidChatAction: { pnJid: person.jid('number') } };
    await this.appState.add(['pnForLidChat', person.jid('lid')], action);
    this.world.post.notify(this.owner, 'server_sync', [node('collection', { name: COLLECTION })]);
  }

  private async sendToOwn(message: Message): Promise<void> {
    for (const device of this.owner.devices.values()) {
      if (device.id > 0) await this.device.sendToOwn(device, randomUUID().toUpperCase(), message);
    }
  }
}

function migration({ digits, lid }: Person): Message {
  const { LIDMigrationMappingSyncPayload, Message } = baileys().proto;
  const payload = { pnToLidMappings: [{ pn: Number(digits), assignedLid: Number(lid) }] };
  return {
    protocolMessage: {
      type: Message.ProtocolMessage.Type.LID_MIGRATION_MAPPING_SYNC,
      lidMigrationMappingSyncMessage: {
        encodedMappingPayload: LIDMigrationMappingSyncPayload.encode(payload).finish(),
      },
    },
  };
}
