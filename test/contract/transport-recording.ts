import type { GroupChange } from '../../engine/transport/group-acts';
import type { OwnRead } from '../../engine/transport/own-reads';
import type {
  Inbound,
  IncomingCall,
  LearnedNames,
  LinkState,
  Receipt,
  TransportHandlers,
} from '../../engine/transport/transport';

/** Handlers that record what a transport reports, in order, as an engine with a store would. */
export interface Recording {
  handlers: TransportHandlers;
  receipts: Receipt[];
  /** Inbound messages that were stored. */
  inbounds: Inbound[];
  calls: IncomingCall[];
  names: LearnedNames[];
  groupChanges: GroupChange[];
  ownReads: OwnRead[];
  /** Inbound messages that were reported but not stored. */
  refused: Inbound[];
  states: { state: LinkState; reason: string | null }[];
  receiptsOf(wireId: string): Receipt[];
  /** How many of the next inbound messages cannot be stored. */
  refuseNext(times: number): void;
  /** Total number of reports. */
  count(): number;
}

export function recordingHandlers(): Recording {
  let toRefuse = 0;
  const recording: Recording = {
    receipts: [],
    inbounds: [],
    calls: [],
    names: [],
    groupChanges: [],
    ownReads: [],
    refused: [],
    states: [],
    handlers: {
      onReceipt: (receipt) => void recording.receipts.push(receipt),
      onCall: async (call) => void recording.calls.push(call),
      onGroupChange: async (change) => void recording.groupChanges.push(change),
      onOwnRead: async (read) => void recording.ownReads.push(read),
      onNames: async (learned) => void recording.names.push(learned),
      onState: (state, reason) => void recording.states.push({ state, reason }),
      onInbound: (inbound) => {
        if (toRefuse === 0) {
          recording.inbounds.push(inbound);
          return Promise.resolve();
        }
        toRefuse -= 1;
        recording.refused.push(inbound);
        const error = new Error('the store is unreachable');
        if (toRefuse % 2) throw error;
        return Promise.reject(error);
      },
    },
    receiptsOf: (wireId) => recording.receipts.filter((receipt) => receipt.wireId === wireId),
    refuseNext: (times) => (toRefuse = times),
    count: () =>
      recording.receipts.length +
      recording.inbounds.length +
      recording.refused.length +
      recording.states.length,
  };
  return recording;
}
