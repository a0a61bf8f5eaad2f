import { program } from '../../../engine/cli/program';
import { ScriptedWhatsApp } from '../../support/engine/scripted-whatsapp';

/** What the phone does, as the parent says. */
export type PhoneOrder =
  { do: 'change code' } | { do: 'scan'; phone: string; pushName: string } | { do: 'give up' };

/** The command line with a scripted WhatsApp for the engines that it starts. */
const whatsapp = new ScriptedWhatsApp();

process.on('message', (order: PhoneOrder) => {
  const link = whatsapp.latest();
  if (order.do === 'change code') link.showNextCode();
  if (order.do === 'scan') link.scan(order.phone, order.pushName);
  if (order.do === 'give up') link.giveUp('Nobody scanned the code.');
});
process.channel?.unref();

// A WhatsApp that is reached over its wire is reached by the real transport.
const argv = process.argv.slice(2);
const parts = argv.includes('--wa-socket-url') ? {} : { liveTransport: whatsapp.factory };
void program(argv, parts).then((code) => process.exit(code));
