import { startWhatsApp } from '../../../wire/whatsapp';
import { eventually, linkedLink } from './link-world';

describe('two numbers in one engine', () => {
  it('are independent: each sends, receives, fails and logs out on its own', async () => {
    const whatsapp = await startWhatsApp();
    const [shop, clinic] = [whatsapp.phone('+14155550100'), whatsapp.phone('+14155550200')];
    const [ofShop, ofClinic] = await Promise.all([linkedLink(whatsapp, shop), linkedLink(whatsapp, clinic)]);
    const contact = whatsapp.contact('+14155551234');

    await Promise.all([ofShop.send(contact, 'from the shop'), ofClinic.send(contact, 'from the clinic')]);
    const from = [await contact.hears('from the shop'), await contact.hears('from the clinic')];
    expect(from.map((received) => received.from.number)).toEqual([shop.number, clinic.number]);

    await contact.sends({ text: 'hello clinic' }, { to: clinic });
    await eventually('the clinic received it', () => ofClinic.seen.inbounds[0]);
    expect(ofShop.seen.inbounds).toEqual([]);

    shop.faults.nextAck(479);
    const [refused, accepted] = await Promise.allSettled([
      ofShop.send(contact, 'refused'),
      ofClinic.send(contact, 'accepted'),
    ]);
    expect([refused.status, accepted.status]).toEqual(['rejected', 'fulfilled']);

    shop.unlink();
    await eventually('the shop was logged out', () => ofShop.transport.state === 'logged_out' || undefined);
    expect(ofClinic.transport.state).toBe('connected');
    await ofClinic.send(contact, 'still here');
    await contact.hears('still here');

    await Promise.all([ofShop.transport.close(), ofClinic.transport.close()]);
    expect(whatsapp.complaints).toEqual([]);
    await whatsapp.close();
  });

  it('can write to each other', async () => {
    const whatsapp = await startWhatsApp();
    const [shop, clinic] = [whatsapp.phone('+14155550100'), whatsapp.phone('+14155550200')];
    const [ofShop, ofClinic] = await Promise.all([linkedLink(whatsapp, shop), linkedLink(whatsapp, clinic)]);
    await ofShop.send(clinic, 'a referral');
    const told = await eventually('the message was reported', () => ofClinic.seen.inbounds[0]);
    expect(told).toMatchObject({ from: shop.number, text: 'a referral' });
    await Promise.all([ofShop.transport.close(), ofClinic.transport.close()]);
    expect(whatsapp.complaints).toEqual([]);
    await whatsapp.close();
  });
});
