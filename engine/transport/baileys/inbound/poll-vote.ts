import type { Baileys, WireMessage } from '../baileys';
import type { InboundTools } from '../tools';
import { openSealed, storedMessage } from './sealed-content';
import type { Sender } from './sender';

type Update = NonNullable<WireMessage['pollUpdateMessage']>;

/**
 * Decrypts a vote in one of our polls: of the engine, or made on the phone.
 * @returns the chosen options, empty if the vote was withdrawn; null if the poll is not ours or the vote is unreadable
 */
export async function chosenOptions(
  { pollCreationMessageKey, vote }: Update,
  sender: Sender,
  tools: InboundTools,
): Promise<string[] | null> {
  const id = pollCreationMessageKey?.id;
  const options = id ? await optionsOf(id, sender, tools) : null;
  if (!options) return null;
  const plain = await openSealed(
    { ...vote, targetMessageKey: pollCreationMessageKey },
    ['Poll Vote'],
    sender,
    tools,
  );
  const found = plain && decoded(plain, tools.baileys);
  return found && namesOf(found.selectedOptions ?? [], options, tools.baileys);
}

/** The options of our poll. */
async function optionsOf(id: string, sender: Sender, tools: InboundTools): Promise<string[] | null> {
  const ours = await tools.memory.outgoing(id);
  if (ours) return ours.content.type === 'poll' ? ours.content.options : null;
  const info = await storedMessage(id, sender, tools);
  if (!info?.key?.fromMe) return null;
  const { pollCreationMessage, pollCreationMessageV2, pollCreationMessageV3, pollCreationMessageV5 } =
    info.message ?? {};
  const poll = pollCreationMessage ?? pollCreationMessageV2 ?? pollCreationMessageV3 ?? pollCreationMessageV5;
  return poll?.options?.map(({ optionName }) => optionName ?? '') ?? null;
}

function decoded(plain: Uint8Array, { proto }: Baileys) {
  try {
    return proto.Message.PollVoteMessage.decode(plain);
  } catch {
    return null;
  }
}

/** A vote holds the hashes of the chosen options. */
function namesOf(hashes: readonly Uint8Array[], options: readonly string[], { sha256 }: Baileys): string[] {
  const chosen = new Set(hashes.map((hash) => Buffer.from(hash).toString('hex')));
  return options.filter((option) => chosen.has(sha256(Buffer.from(option)).toString('hex')));
}
