import { newWireId } from '../../engine/domain/ids';
import type { ChatAct } from '../../engine/transport/chat-acts';
import { transportTools, type TransportUnderTest } from './transport-tools';

/** What every transport must be able to do to messages of a chat. */
export function describeActsContract(current: () => TransportUnderTest): void {
  const { chatOf, messageTo, until, answerOf, errorOf, open, everything } = transportTools(current);

  it('reacts to a sent message, edits it, pins it and takes it back, also if asked twice', async () => {
    await open();
    const { transport, seen } = current();
    const message = messageTo('delivers');
    await answerOf(transport.send(message));
    const target = { chatId: message.chatId, wireId: message.wireId, fromMe: true, author: null };
    const acts: ChatAct[] = [
      { kind: 'react', emoji: '👍' },
      { kind: 'react', emoji: '' },
      { kind: 'edit', text: 'Your appointment is tomorrow at 10.' },
      { kind: 'pin', seconds: 86_400 },
      { kind: 'pin', seconds: 0 },
      { kind: 'revoke' },
    ];
    for (const act of acts.flatMap((one) => [one, one]))
      await answerOf(transport.act(target, act, newWireId()));
    await everything();
    expect(seen.inbounds).toEqual([]);
  });

  it('reacts to a received message and pins it', async () => {
    await open();
    const { transport, seen } = current();
    await answerOf(transport.send(messageTo('replies')));
    await until(() => seen.inbounds.length > 0, 'the reply');
    const { chatId, id: wireId } = seen.inbounds[0]!;
    const target = { chatId, wireId, fromMe: false, author: null };
    await answerOf(transport.act(target, { kind: 'react', emoji: '❤️' }, newWireId()));
    await answerOf(transport.act(target, { kind: 'pin', seconds: 86_400 }, newWireId()));
  });

  it('reports a pin, and that a reply was edited and taken back', async () => {
    await open();
    const { transport, seen } = current();
    const message = messageTo('changes_their_mind');
    await answerOf(transport.send(message));
    await until(() => seen.inbounds.length > 3, 'all of it');
    const reply = seen.inbounds.find(({ kind }) => kind === 'message')!;
    expect(seen.inbounds).toMatchObject([
      { kind: 'pinned', targetWireId: message.wireId, pinnedForS: 604_800, chatId: message.chatId },
      { kind: 'message', text: 'at nine' },
      { kind: 'edited', text: 'at ten', targetWireId: reply.id },
      { kind: 'revoked', text: null, targetWireId: reply.id },
    ]);
  });

  it('does nothing to a message before open, with a temporary error', async () => {
    const target = { chatId: chatOf('delivers'), wireId: newWireId(), fromMe: true, author: null };
    const error = await errorOf(current().transport.act(target, { kind: 'revoke' }, newWireId()));
    expect([error.reason, error.mayPass]).toEqual(['link_down', true]);
  });
}
