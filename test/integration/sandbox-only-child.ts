import { startEngine } from '../support/engine/start-engine';
import { until } from '../support/engine/until';

/** Sends one message in the sandbox, then tells its parent which files this process has loaded. */
async function main(): Promise<void> {
  const engine = await startEngine();
  const { body } = await engine.call('POST', '/v1/messages', {
    type: 'text',
    to: '+15005550001',
    text: 'Hello',
  });
  const status = async (): Promise<string> =>
    (await engine.call('GET', `/v1/messages/${body.id}`)).body.status;
  await until('the message is read', async () => (await status()) === 'read');
  process.send!(Object.keys(require.cache));
  await engine.close();
  process.disconnect();
}

void main();
