import { SenderKeyHolders } from '../../../../../engine/transport/baileys/keys/sender-key-holders';

const GROUP = '120363000000000001@g.us';
const all = { '1@lid': true, '1:2@lid': true, '2@lid': true, '14155551234:3@s.whatsapp.net': true };

describe('who has our sender key', () => {
  let holders: SenderKeyHolders;
  beforeEach(() => {
    holders = new SenderKeyHolders();
    holders.set(GROUP, { ...all });
  });

  it('is a copy, which only counts once it is written back', () => {
    holders.get(GROUP)!['3@lid'] = true;
    expect(holders.get(GROUP)).toEqual(all);
    holders.set(GROUP, null);
    expect(holders.get(GROUP)).toBeNull();
  });

  it('is no device of a user who lost it', () => {
    holders.forget(new Set(['1', '14155551234']));
    expect(holders.get(GROUP)).toEqual({ '2@lid': true });
  });

  it('is not one who lost it while a message was under way', () => {
    const read = holders.get(GROUP)!;
    holders.forget(new Set(['1']));
    holders.set(GROUP, { ...read, '4@lid': true });
    expect(Object.keys(holders.get(GROUP)!)).toEqual(['2@lid', '14155551234:3@s.whatsapp.net', '4@lid']);
  });

  it('is one who lost it before, and got it again', () => {
    holders.forget(new Set(['1']));
    holders.set(GROUP, { ...holders.get(GROUP)!, '1@lid': true });
    expect(holders.get(GROUP)).toHaveProperty('1@lid');
  });
});
