import { SignalSessions } from '../../../../../engine/transport/baileys/keys/signal-sessions';
import type { KeyStore } from '../../../../../engine/transport/baileys/keys/key-store';
import { loadBaileys, type Baileys } from '../../../../wire/baileys';

const OUR = { pn: '14155550100:7@s.whatsapp.net', lid: '100:7@lid' };
const ADA = { pn: '14155551234@s.whatsapp.net', lid: '200@lid' };

describe('what WhatsApp says about LIDs and numbers', () => {
  let baileys: Baileys;
  beforeAll(async () => void (baileys = await loadBaileys()));

  function sessions(me: { id: string; lid?: string } = { id: OUR.pn, lid: OUR.lid }) {
    const stored: Record<string, unknown> = {};
    const keys = {
      get: async (type: string, ids: string[]) =>
        Object.fromEntries(ids.map((id) => [id, stored[`${type}/${id}`]])),
      set: async (data: Record<string, Record<string, unknown>>) => {
        for (const [type, values] of Object.entries(data))
          for (const [id, value] of Object.entries(values)) stored[`${type}/${id}`] = value;
      },
    } as unknown as KeyStore;
    const told: { lid: string; pn: string }[] = [];
    const creds = { ...baileys.initAuthCreds(), me } as never;
    const decrypt = (_sealed: Uint8Array, opened: () => Promise<Uint8Array>) => opened();
    const { repository } = new SignalSessions(
      baileys,
      creds,
      keys,
      decrypt,
      (pairs) => void told.push(...pairs),
    );
    return {
      told,
      stored,
      tell: (...pairs: { lid: string; pn: string }[]) => repository.lidMapping.storeLIDPNMappings(pairs),
    };
  }

  it('is passed on and remembered', async () => {
    const { told, stored, tell } = sessions();
    await tell(ADA, OUR);
    expect(told).toEqual([ADA, OUR]);
    expect(stored).toMatchObject({
      'lid-mapping/14155551234': '200',
      'lid-mapping/200_reverse': '14155551234',
    });
  });

  it.each([
    ['our number', { lid: ADA.lid, pn: OUR.pn }],
    ['our LID', { lid: OUR.lid, pn: ADA.pn }],
    ['our number, the wrong way round', { lid: OUR.pn, pn: ADA.lid }],
  ])('is not believed of somebody else who is said to have %s', async (_, pair) => {
    const { told, stored, tell } = sessions();
    await tell(pair, ADA);
    expect(told).toEqual([ADA]);
    expect(stored['lid-mapping/14155551234']).toBe('200');
  });

  it('is believed of ourselves before we know our LID', async () => {
    const { told, tell } = sessions({ id: OUR.pn });
    await tell(OUR);
    expect(told).toEqual([OUR]);
  });
});
