import fc from 'fast-check';
import type { Baileys, WireMessage } from '../../../../../engine/transport/baileys/baileys';
import { lifeOf, toldTimer } from '../../../../../engine/transport/baileys/chats/told-timer';
import { loadBaileys } from '../../../../wire/baileys';

const SENT = 1_700_000_000;
const DAY = 86_400;

describe('what a message says about its chat’s timer', () => {
  let baileys: Baileys;
  beforeAll(async () => void (baileys = await loadBaileys()));
  const told = (message: WireMessage) => toldTimer(message, SENT * 1000 + 400, baileys);
  const setting = (
    more: object,
    type: 'EPHEMERAL_SETTING' | 'EPHEMERAL_SYNC_RESPONSE' | 'REVOKE',
  ): WireMessage => ({
    protocolMessage: { type: baileys.proto.Message.ProtocolMessage.Type[type], ...more },
  });

  it('is what a change of it says', () => {
    const change = { ephemeralExpiration: DAY, ephemeralSettingTimestamp: SENT - 5 };
    for (const type of ['EPHEMERAL_SETTING', 'EPHEMERAL_SYNC_RESPONSE'] as const)
      expect(told(setting(change, type))).toEqual({ seconds: DAY, setAt: SENT - 5 });
    expect(told(setting({}, 'EPHEMERAL_SETTING'))).toEqual({ seconds: 0, setAt: SENT });
    expect(told(setting(change, 'REVOKE'))).toBeNull();
  });

  it('is what any message carries, however it is wrapped, on numbers of either kind', () => {
    const contextInfo = baileys.proto.ContextInfo.fromObject({
      expiration: DAY,
      ephemeralSettingTimestamp: SENT - 5,
    });
    for (const message of [
      { extendedTextMessage: { text: 'hi', contextInfo } },
      { ephemeralMessage: { message: { imageMessage: { contextInfo } } } },
      { deviceSentMessage: { message: { pollCreationMessageV3: { contextInfo } } } },
    ])
      expect(told(message)).toEqual({ seconds: DAY, setAt: SENT - 5 });
  });

  it('is how long that message stays in the chat', () => {
    const carrying = (expiration: number): WireMessage => ({
      ephemeralMessage: { message: { extendedTextMessage: { text: 'hi', contextInfo: { expiration } } } },
    });
    expect(lifeOf(carrying(DAY))).toEqual({ disappearsInS: DAY });
    for (const message of [carrying(0), carrying(-1), carrying(400 * DAY), { conversation: 'hi' }, {}])
      expect(lifeOf(message)).toEqual({});
  });

  it('is nothing without a timer, unless it was turned off', () => {
    expect(told({ conversation: 'hi' })).toBeNull();
    expect(told({ extendedTextMessage: { text: 'hi', contextInfo: { stanzaId: 'A' } } })).toBeNull();
    const contextInfo = { expiration: 0, ephemeralSettingTimestamp: SENT - 5 };
    expect(told({ extendedTextMessage: { contextInfo } })).toEqual({ seconds: 0, setAt: SENT - 5 });
  });

  it('is never set after it was sent, and never longer than a year', () => {
    const whole = fc.oneof(fc.integer(), fc.double(), fc.constant(null), fc.maxSafeInteger(), fc.string());
    fc.assert(
      fc.property(whole, whole, (expiration, setAt) => {
        const contextInfo = { expiration, ephemeralSettingTimestamp: setAt } as object;
        const timer = told({ extendedTextMessage: { text: 'x', contextInfo } });
        expect(timer?.setAt ?? 0).toBeLessThanOrEqual(SENT);
        expect(timer?.seconds ?? 0).toBeLessThanOrEqual(366 * DAY);
        expect([timer?.seconds ?? 0, timer?.setAt ?? 0].every((number) => number >= 0)).toBe(true);
      }),
    );
  });
});
