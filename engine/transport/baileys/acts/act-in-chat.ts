import type { ActTarget, ChatAct } from '../../chat-acts';
import { linkDown } from '../../transport';
import { forgetUpload } from '../content/kept-upload';
import type { Connection } from '../link/connection';
import type { Recipients } from '../sending/recipients';
import { acknowledged } from '../sending/acknowledged';
import type { Timing } from '../timing';
import type { WireTools } from '../tools';
import { actMessage } from './act-message';

interface ActDependencies {
  recipients: Recipients;
  wireTools(connection: Connection): WireTools;
  timing: Pick<Timing, 'actMs'>;
  /** Epoch milliseconds. */
  now(): number;
}

/** Does something to a message of a chat. Resolves when the server has accepted it. */
export async function actInChat(
  target: ActTarget,
  act: ChatAct,
  wireId: string,
  connection: Connection,
  { recipients, wireTools, timing, now }: ActDependencies,
): Promise<void> {
  const jid = await recipients.ready(target.chatId, connection);
  const tools = wireTools(connection);
  const { message, edit } = await actMessage(target, act, jid, now(), tools);
  await connection.device.writes.ready();
  if (!connection.isUp) throw linkDown();
  const additionalAttributes: Record<string, string> = edit ? { edit } : {};
  try {
    await acknowledged(connection, wireId, timing.actMs, () =>
      connection.socket.relayMessage(jid, message, { messageId: wireId, additionalAttributes }),
    );
    if (act.kind === 'revoke') await forgetUpload(tools.memory, target.wireId);
  } finally {
    connection.acks.forget(wireId);
  }
}
