import { randomBytes } from 'node:crypto';
import { baileys, type Message } from '../baileys';

/** The collection that sync actions about chats are in. */
export const COLLECTION = 'regular';
const API_VERSION = 7;

type Action = Readonly<Record<string, unknown>>;

/** What an account's devices share by app state: a list of encrypted patches, each one action. */
export class AppState {
  private readonly keyId = randomBytes(6);
  private readonly keyData = { keyData: randomBytes(32), timestamp: Date.now() };
  private state = baileys().newLTHashState();
  private readonly patches: Uint8Array[] = [];

  /** With this, a linked device can decrypt the patches. */
  keyShare(): Message {
    return {
      protocolMessage: {
        type: baileys().proto.Message.ProtocolMessage.Type.APP_STATE_SYNC_KEY_SHARE,
        appStateSyncKeyShare: { keys: [{ keyId: { keyId: this.keyId }, keyData: this.keyData }] },
      },
    };
  }

  /** @param index what the action is about, such as `['pnForLidChat', '1@lid']` */
  async add(index: string[], syncAction: Action): Promise<void> {
    const { encodeSyncdPatch, proto } = baileys();
    const { SET } = proto.SyncdMutation.SyncdOperation;
    const action = { type: COLLECTION, index, syncAction, apiVersion: API_VERSION, operation: SET } as const;
    const key = proto.Message.AppStateSyncKeyData.fromObject(this.keyData);
    const id = this.keyId.toString('base64');
    const { patch, state } = await encodeSyncdPatch(action, id, this.state, () => Promise.resolve(key));
    this.state = state;
    this.patches.push(proto.SyncdPatch.encode(patch).finish());
  }

  /** @param version how many patches the device has already */
  after(version: number): Uint8Array[] {
    return this.patches.slice(version);
  }
}
