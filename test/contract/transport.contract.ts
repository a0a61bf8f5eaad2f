import {
  type Content,
  type HandedOver,
  type OutgoingMessage,
  type Transport,
} from '../../engine/transport/transport';
import { describeActsContract } from './chat-acts.contract';
import { recordingHandlers, type Recording } from './transport-recording';
import { transportTools, type TransportHarness } from './transport-tools';

/** What every transport must do. */
export function describeTransportContract(
  name: string,
  makeHarness: () => TransportHarness | Promise<TransportHarness>,
): void {
  describe(`transport contract: ${name}`, () => {
    let harness: TransportHarness;
    let transport: Transport;
    let seen: Recording;

    beforeEach(async () => {
      harness = await makeHarness();
      transport = harness.create();
      seen = recordingHandlers();
    });

    afterEach(async () => {
      await transport.close();
      await harness.dispose();
    });

    const { chatOf, messageTo, until, outcomeOf, answerOf, errorOf, open, everything, statuses } =
      transportTools(() => ({ harness, transport, seen }));

    it('is connected after open, and reports that last', async () => {
      expect(transport.state).not.toBe('connected');
      await open();
      expect(transport.state).toBe('connected');
      expect(seen.states.at(-1)?.state).toBe('connected');
    });

    it('rejects a send before open with a temporary error', async () => {
      const error = await errorOf(transport.send(messageTo('delivers')));
      expect(error.mayPass).toBe(true);
    });

    it('resolves a send with the time of acceptance, then reports receipts by wire id', async () => {
      await open();
      const before = harness.now();
      const first = messageTo('reads');
      const second = messageTo('delivers');
      const [{ at }] = await answerOf(Promise.all([transport.send(first), transport.send(second)]));
      expect(at).toBeGreaterThanOrEqual(before);
      expect(at).toBeLessThanOrEqual(harness.now());
      await until(() => statuses(first.wireId).includes('read'), 'the read receipt');
      await until(() => statuses(second.wireId).includes('delivered'), 'the delivery receipt');
      await everything();
      expect(statuses(first.wireId)).toContain('delivered');
      expect(statuses(second.wireId)).not.toContain('read');
      expect(seen.receipts.every((receipt) => [first.wireId, second.wireId].includes(receipt.wireId))).toBe(
        true,
      );
      expect(seen.receiptsOf(first.wireId).every((receipt) => receipt.at >= at)).toBe(true);
    });

    it('accepts a message to a silent recipient, and reports no receipts', async () => {
      await open();
      const message = messageTo('silent');
      await answerOf(transport.send(message));
      await everything();
      expect(statuses(message.wireId).filter((status) => status !== 'sent')).toEqual([]);
    });

    it('rejects a number without an account with a final error', async () => {
      await open();
      const message = messageTo('not_on_whatsapp');
      for (const attempt of [1, 2]) {
        const error = await errorOf(transport.send(message));
        expect({ attempt, reason: error.reason, mayPass: error.mayPass }).toEqual({
          attempt,
          reason: 'not_on_whatsapp',
          mayPass: false,
        });
      }
      await everything();
      expect(seen.receiptsOf(message.wireId)).toEqual([]);
    });

    it('rejects what the server refuses with a final error and a stable reason', async () => {
      await open();
      const error = await errorOf(transport.send(messageTo('rejects')));
      expect(error.reason).toMatch(/^rejected_by_whatsapp:\d+$/);
      expect(error.mayPass).toBe(false);
      expect(transport.state).toBe('connected');
    });

    it('reports that the link dropped and came back, and treats a resend as the same message', async () => {
      await open();
      const message = messageTo('drops');
      const error = await errorOf(transport.send(message));
      expect(error.mayPass).toBe(true);
      expect(transport.state).not.toBe('connected');
      const down = seen.states.find(({ state }) => state === 'disconnected');
      expect(down?.reason).toMatch(/\w+ \w+/);
      const meanwhile = await errorOf(transport.send(messageTo('delivers')));
      expect(meanwhile.mayPass).toBe(true);

      await until(() => transport.state === 'connected', 'the link coming back');
      expect(seen.states.at(-1)?.state).toBe('connected');
      await answerOf(transport.send(message));
      await until(() => statuses(message.wireId).includes('delivered'), 'the delivery receipt');
    });

    it('treats two sends with the same wire id as one message, concurrent or later', async () => {
      await open();
      const message = messageTo('replies');
      const [first, second] = await answerOf(Promise.all([transport.send(message), transport.send(message)]));
      await until(() => seen.inbounds.length > 0, 'the reply');
      const third = await answerOf(transport.send(message));
      await everything();
      expect([second.at, third.at]).toEqual([first.at, first.at]);
      expect(statuses(message.wireId).filter((status) => status === 'delivered')).toHaveLength(1);
      expect(new Set(seen.inbounds.map((inbound) => inbound.id)).size).toBe(1);
    });

    it('reports a reply with its sender in E.164 and the message it quotes', async () => {
      await open();
      const message = messageTo('replies');
      const { at } = await answerOf(transport.send(message));
      await until(() => seen.inbounds.length > 0, 'the reply');
      const [reply] = seen.inbounds;
      expect(reply).toMatchObject({
        kind: 'message',
        chatId: chatOf('replies'),
        from: harness.recipients.replies,
        isGroup: false,
        targetWireId: message.wireId,
        text: expect.stringMatching(/\S/),
      });
      expect(reply!.at).toBeGreaterThanOrEqual(at);
      expect(reply!.id).not.toBe(message.wireId);
    });

    it('reports a vote with the names of the options', async () => {
      await open();
      const options = ['Yes, I come', 'No'];
      const poll: Content = { type: 'poll', question: 'Are you coming?', options, allowMultiple: false };
      const message = messageTo('votes', poll);
      await answerOf(transport.send(message));
      await until(() => seen.inbounds.length > 0, 'the vote');
      expect(seen.inbounds[0]).toMatchObject({
        kind: 'poll_vote',
        from: harness.recipients.votes,
        targetWireId: message.wireId,
        options: ['Yes, I come'],
      });
    });

    it.each<Content>([
      { type: 'location', latitude: 41.9, longitude: 12.5, name: 'Office', address: null },
      { type: 'contact', name: 'Ada', phones: ['+14155551234'], organization: null },
    ])('sends a $type, which is delivered and can be answered', async (content) => {
      await open();
      const message = messageTo('replies', content);
      await answerOf(transport.send(message));
      await until(() => seen.inbounds.length > 0, 'the reply');
      expect(statuses(message.wireId)).toContain('delivered');
      expect(seen.inbounds[0]).toMatchObject({ kind: 'message', targetWireId: message.wireId });
    });

    it('reports a reaction with its emoji', async () => {
      await open();
      const message = messageTo('reacts');
      await answerOf(transport.send(message));
      await until(() => seen.inbounds.length > 0, 'the reaction');
      expect(seen.inbounds[0]).toMatchObject({
        kind: 'reaction',
        from: harness.recipients.reacts,
        targetWireId: message.wireId,
        text: '👍',
      });
    });

    describeActsContract(() => ({ harness, transport, seen }));

    it('reports a call, which can be rejected', async () => {
      await open();
      await answerOf(transport.send(messageTo('calls')));
      await until(() => seen.calls.length > 0, 'the call');
      const [call] = seen.calls;
      expect(call).toMatchObject({
        ...{ chatId: chatOf('calls'), from: harness.recipients.calls, isRinging: true },
        ...{ isVideo: false, isGroup: false },
      });
      expect(call!.names).toContain(chatOf('calls'));
      await answerOf(transport.rejectCall!(call!));
    });

    it('reports a reply, and then its edit', async () => {
      await open();
      await answerOf(transport.send(messageTo('replies_and_edits')));
      await until(() => seen.inbounds.length > 1, 'the edit');
      const [reply, edit] = seen.inbounds;
      const from = { chatId: chatOf('replies_and_edits'), from: harness.recipients.replies_and_edits };
      expect(reply).toMatchObject({ ...from, kind: 'message', text: 'at nine' });
      expect(edit).toMatchObject({ ...from, kind: 'edited', text: 'at ten', targetWireId: reply!.id });
    });

    it('reports what the owner of the number writes on the phone, as nobody’s answer', async () => {
      await open();
      await answerOf(transport.send(messageTo('is_written_to')));
      await until(() => seen.inbounds.length > 0, 'the message of the owner');
      expect(seen.inbounds[0]).toMatchObject({
        ...{ kind: 'message', sentFromPhone: true, chatId: chatOf('is_written_to'), isGroup: false },
        ...{ from: harness.ownPhone, fromName: null, text: 'I will call you' },
      });
    });

    it('reports the same inbound message again until it is stored', async () => {
      await open();
      seen.refuseNext(2);
      await answerOf(transport.send(messageTo('replies')));
      await until(() => seen.inbounds.length > 0, 'the reply being stored');
      await everything();
      expect(seen.refused).toEqual([seen.inbounds[0], seen.inbounds[0]]);
      expect(seen.inbounds).toHaveLength(1);
    });

    it('reports nothing and rejects sends after close', async () => {
      await open();
      const messages = [messageTo('reads'), messageTo('replies')];
      await answerOf(Promise.all(messages.map((message) => transport.send(message))));
      const underWay = outcomeOf(transport.send(messageTo('delivers')));
      await transport.close();
      const told = seen.count();
      expect((await errorOf(transport.send(messages[0]!))).mayPass).toBe(true);
      await everything();
      expect(seen.count()).toBe(told);
      expect(transport.state).not.toBe('connected');
      expect(await underWay).toMatchObject({ status: 'rejected', reason: { mayPass: true } });
    });

    it('resumes sent messages after a crash, and never reports a reply under another id', async () => {
      await open();
      const message = messageTo('replies');
      const { at } = await answerOf(transport.send(message));
      await until(() => seen.inbounds.length > 0, 'the reply');
      const [reply] = seen.inbounds;
      await transport.close();

      transport = harness.create();
      seen = recordingHandlers();
      const handedOver: HandedOver = { ...message, status: 'delivered', sentAt: at, poll: null };
      transport.resume([handedOver]);
      await open();
      await everything();
      expect(new Set([reply!.id, ...seen.inbounds.map((inbound) => inbound.id)]).size).toBe(1);
    });

    describe('a person with several names', () => {
      const allNames = (): string[] => [harness.renamed.chatId, harness.renamed.alsoNamed];
      const areTold = (): boolean =>
        seen.names.some((one) => 'same' in one && allNames().every((name) => one.same.includes(name)));
      const messageToRenamed = (mayGo: () => Promise<boolean>): OutgoingMessage => ({
        ...messageTo('delivers'),
        chatId: harness.renamed.chatId,
        mayGo,
      });

      it('has all of them stored before it is asked whether a message may go', async () => {
        const { onNames } = seen.handlers;
        let stored = 0;
        seen.handlers.onNames = async (learned) => {
          await Promise.resolve();
          await onNames(learned);
          stored += areTold() ? 1 : 0;
        };
        await open();
        const asked: number[] = [];
        const message = messageToRenamed(async () => asked.push(stored) > 0);
        await answerOf(transport.send(message));
        expect(asked.length).toBeGreaterThan(0);
        expect(Math.min(...asked)).toBeGreaterThan(0);
        await until(() => statuses(message.wireId).includes('delivered'), 'the delivery receipt');
      });

      it('gets nothing if the message may not go', async () => {
        await open();
        const message = messageToRenamed(() => Promise.resolve(false));
        const error = await errorOf(transport.send(message));
        expect([error.reason, error.mayPass]).toEqual(['not_wanted', false]);
        expect(areTold()).toBe(true);
        await everything();
        expect(seen.receiptsOf(message.wireId)).toEqual([]);
        expect(seen.inbounds).toEqual([]);
      });

      it('is known by all of them after a look-up, which sends nothing', async () => {
        await open();
        await answerOf(transport.lookUp(harness.renamed.chatId));
        expect(areTold()).toBe(true);
        await everything();
        expect([seen.receipts, seen.inbounds]).toEqual([[], []]);
      });
    });

    it('rejects a look-up of a number without an account with a final error, and before open with a temporary one', async () => {
      const early = await errorOf(transport.lookUp(chatOf('delivers')));
      expect(early.mayPass).toBe(true);
      await open();
      const error = await errorOf(transport.lookUp(chatOf('not_on_whatsapp')));
      expect([error.reason, error.mayPass]).toEqual(['not_on_whatsapp', false]);
    });

    it('checks whether a number has an account', async () => {
      await open();
      expect(await answerOf(transport.checkNumber(harness.recipients.delivers))).toEqual({
        exists: true,
        chatId: chatOf('delivers'),
      });
      expect(await answerOf(transport.checkNumber(harness.recipients.not_on_whatsapp))).toEqual({
        exists: false,
        chatId: null,
      });
    });
  });
}
