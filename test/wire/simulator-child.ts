import { writeFileSync } from 'node:fs';
import { startWhatsApp } from './whatsapp';

/** The simulator as its own process. Arguments: `[port] [file for the media host's CA]`. */
async function main([port = '0', caFile]: string[]): Promise<void> {
  const whatsapp = await startWhatsApp(Number(port));
  const control = whatsapp.url.replace(/^ws(.*)\/ws\/chat$/, 'http$1');
  if (caFile) writeFileSync(caFile, whatsapp.media.ca);
  if (process.send) process.send({ url: whatsapp.url, control, mediaCa: whatsapp.media.ca });
  else process.stdout.write(`WhatsApp at ${whatsapp.url}, control at ${control}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void whatsapp.close().then(() => process.exit(0)));
  }
  process.once('disconnect', () => process.exit(0));
}

void main(process.argv.slice(2));
