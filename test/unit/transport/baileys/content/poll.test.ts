import { buildWireMessage } from '../../../../../engine/transport/baileys/content/build-wire-message';
import type { Content } from '../../../../../engine/transport/transport';
import { madeTools, outgoing, WIRE_ID, type MadeTools } from './made-tools';

describe('a poll message', () => {
  let tools: MadeTools;
  beforeEach(async () => void (tools = await madeTools()));
  const poll = (allowMultiple: boolean): Content => ({
    ...{ type: 'poll', question: 'Which?', options: ['A', 'B'] },
    allowMultiple,
  });

  it('allows one choice', async () => {
    const { message, additionalNodes } = await buildWireMessage(outgoing({ content: poll(false) }), tools);
    expect(message.pollCreationMessageV3).toMatchObject({
      name: 'Which?',
      options: [{ optionName: 'A' }, { optionName: 'B' }],
      selectableOptionsCount: 1,
    });
    expect(Buffer.from(message.messageContextInfo!.messageSecret!)).toEqual(tools.memory.secretFor(WIRE_ID));
    expect(additionalNodes).toEqual([{ tag: 'meta', attrs: { polltype: 'creation' } }]);
  });

  it('allows several choices', async () => {
    const { message } = await buildWireMessage(outgoing({ content: poll(true) }), tools);
    expect(message.pollCreationMessage).toMatchObject({ selectableOptionsCount: 0 });
    expect(message.pollCreationMessageV3).toBeFalsy();
  });

  it('is refused for a channel with a final error', async () => {
    const chatId = '120363000000000009@newsletter';
    await expect(buildWireMessage(outgoing({ chatId, content: poll(true) }), tools)).rejects.toMatchObject({
      name: 'TransportError',
      reason: 'poll_not_possible_in_channel',
      mayPass: false,
    });
  });
});
