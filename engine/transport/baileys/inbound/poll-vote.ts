import { accountJid } from '../jids';
import type { WireMessage } from '../wire-types';
import type { InboundTools } from './inbound-tools';

type Update = NonNullable<WireMessage['pollUpdateMessage']>;

/**
 * Opens a vote in one of our polls.
 * @param voterJids every name of the voter: the vote is sealed with one of them, and with one of ours
 * @returns the names of the options chosen, none when the vote was taken back; null when the poll is not ours or the
 * vote cannot be opened
 */
export async function chosenOptions(
  { pollCreationMessageKey, vote }: Update,
  voterJids: readonly string[],
  { baileys, memory, me }: InboundTools,
): Promise<string[] | null> {
  const pollMsgId = pollCreationMessageKey?.id;
  if (!pollMsgId || !vote?.encPayload || !vote.encIv) return null;
  const poll = (await memory.outgoing(pollMsgId))?.content;
  if (poll?.type !== 'poll') return null;
  const pollEncKey = memory.secretFor(pollMsgId);
  for (const pollCreatorJid of me.lid ? [me.lid, me.jid] : [me.jid]) {
    for (const voterJid of voterJids) {
      try {
        const names = { pollCreatorJid: accountJid(pollCreatorJid), pollMsgId, pollEncKey, voterJid };
        const { selectedOptions } = baileys.decryptPollVote(vote, names);
        return namesOf(selectedOptions ?? [], poll.options, baileys);
      } catch {
        // Sealed with other names of the two.
      }
    }
  }
  return null;
}

/** A vote holds the hashes of the names, not the names. */
function namesOf(
  hashes: readonly Uint8Array[],
  options: readonly string[],
  { sha256 }: InboundTools['baileys'],
): string[] {
  const chosen = new Set(hashes.map((hash) => Buffer.from(hash).toString('hex')));
  return options.filter((option) => chosen.has(sha256(Buffer.from(option)).toString('hex')));
}
