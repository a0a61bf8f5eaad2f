import { join } from 'node:path';
import { documentOf, run, serve, SLOW_MS } from '../../support/engine/command-line';
import { callControl } from '../../support/engine/control-call';
import { freePort } from '../../support/servers/child-server';
import { tempFolder } from '../../support/servers/temp-folder';

jest.setTimeout(SLOW_MS);

const PASSWORD = 'hunter2';

it('tests the proxies of numbers, with and without a running engine', async () => {
  const folder = await tempFolder('doctor-proxy');
  const dataDir = join(folder.path, 'data');
  const doctor = async () => {
    const end = await run(['doctor', '--json', '--data-dir', dataDir, '--port', '0']);
    expect(end.stdout).not.toContain(PASSWORD);
    const { checks } = documentOf(end);
    return [end.code, checks.find(({ name }: { name: string }) => name === 'Number Front desk')];
  };
  // Nobody listens there, so nothing leaves this machine.
  const proxy = `socks5://reseller-42:${PASSWORD}@127.0.0.1:${await freePort()}`;
  const engine = await serve(dataDir);
  const answer = await callControl(dataDir, '/control/keys', { mode: 'live' });
  const { api_key: key } = (await answer.json()) as { api_key: string };
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const session = JSON.stringify({ name: 'Front desk', proxy });
  await fetch(`${engine.url}/v1/sessions`, { method: 'POST', headers, body: session });
  const found = [
    1,
    expect.objectContaining({
      status: 'failed',
      detail: expect.stringMatching(/^its proxy socks5:\/\/re\*\*\*:.*: The proxy refuses connections$/),
    }),
  ];
  expect(await doctor()).toEqual(found);
  await engine.stop();
  expect(await doctor()).toEqual(found);
  await folder.remove();
});
