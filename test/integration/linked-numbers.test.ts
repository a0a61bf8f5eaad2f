import { join } from 'node:path';
import { ended, forkTypeScript, nextMessage } from '../support/servers/typescript-child';

it('loads nothing of Baileys, libsignal or sharp without a linked number', async () => {
  const child = forkTypeScript(join(__dirname, 'sandbox-only-child.ts'));
  const loaded = await nextMessage<string[]>(child);
  await ended(child);
  expect(loaded.some((file) => file.includes('/engine/transport/sandbox/'))).toBe(true);
  const onlyLinkedNumbers =
    /\/engine\/transport\/baileys\/|\/media\/(link-preview|open-file|fetch-media)|node_modules\/(@whiskeysockets|libsignal|protobufjs|sharp|@img|opus-decoder|undici)\//;
  expect(loaded.filter((file) => onlyLinkedNumbers.test(file))).toEqual([]);
});
