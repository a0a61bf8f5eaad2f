import { program } from '../../../engine/cli/program';
import { ScriptedWhatsApp } from '../../support/engine/scripted-whatsapp';

/** What the parent tells the phone to do. */
export type PhoneOrder =
  { do: 'change code' } | { do: 'scan'; phone: string; pushName: string } | { do: 'give up' };

/** Runs the command line with a scripted WhatsApp for the engines that it starts. */
const whatsapp = new ScriptedWhatsApp();

process.on('message', (order: PhoneOrder) => {
  const link = whatsapp.latest();
  if (order.do === 'change code') link.showNextCode();
  if (order.do === 'scan') link.scan(order.phone, order.pushName);
  if (order.do === 'give up') link.giveUp('Nobody scanned the code.');
});
process.channel?.unref();

// With a simulated WhatsApp server, the real transport is used.
const argv = process.argv.slice(2);
const parts = argv.includes('--wa-socket-url') ? {} : { liveTransport: whatsapp.factory };
void program(argv, parts).then((code) => process.exit(code));
