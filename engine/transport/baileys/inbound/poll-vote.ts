import type { Baileys, WireMessage } from '../baileys';
import { accountJid } from '../jids';
import type { InboundTools } from '../tools';

type Update = NonNullable<WireMessage['pollUpdateMessage']>;

/**
 * Decrypts a vote in one of our polls.
 * @param voterJids all jids of the voter: the vote is encrypted with one of them and one of ours
 * @returns the chosen options, empty if the vote was withdrawn; null if the poll is not ours or the vote is unreadable
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
        const jids = { pollCreatorJid: accountJid(pollCreatorJid), pollMsgId, pollEncKey, voterJid };
        const { selectedOptions } = baileys.decryptPollVote(vote, jids);
        return namesOf(selectedOptions ?? [], poll.options, baileys);
      } catch {
        // Encrypted with a different pair of jids.
      }
    }
  }
  return null;
}

/** A vote holds the hashes of the chosen options. */
function namesOf(hashes: readonly Uint8Array[], options: readonly string[], { sha256 }: Baileys): string[] {
  const chosen = new Set(hashes.map((hash) => Buffer.from(hash).toString('hex')));
  return options.filter((option) => chosen.has(sha256(Buffer.from(option)).toString('hex')));
}
