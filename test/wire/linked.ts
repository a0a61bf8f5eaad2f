import type { UserFacingSocketConfig } from './baileys';
import { BaileysClient } from './baileys-client';
import type { Phone } from './people/phone';
import type { WhatsApp } from './whatsapp';

/** A device that is linked by QR code and logged in. */
export async function linked(
  whatsapp: WhatsApp,
  phone: Phone,
  config: Partial<UserFacingSocketConfig> = {},
): Promise<BaileysClient> {
  const fresh = await BaileysClient.connect(whatsapp, undefined, config);
  await phone.link(await fresh.qr());
  await fresh.closed();
  return (await BaileysClient.connect(whatsapp, fresh.memory, config)).open();
}
