import type { Baileys } from '../baileys';

/** How keys and credentials are put into bytes. Buffers survive it, which plain JSON does not promise. */
export interface KeyCodec {
  encode(value: unknown): Uint8Array;
  decode(type: string, bytes: Uint8Array): unknown;
}

export function keyCodec({ BufferJSON, proto }: Pick<Baileys, 'BufferJSON' | 'proto'>): KeyCodec {
  return {
    encode: (value) => Buffer.from(JSON.stringify(value, BufferJSON.replacer)),
    decode(type, bytes) {
      const value: unknown = JSON.parse(Buffer.from(bytes).toString(), BufferJSON.reviver);
      // The one kind that Baileys wants back as what it gave: a protobuf object with methods.
      return type === 'app-state-sync-key'
        ? proto.Message.AppStateSyncKeyData.fromObject(value as Record<string, unknown>)
        : value;
    },
  };
}
