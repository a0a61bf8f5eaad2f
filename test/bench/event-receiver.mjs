// A receiver of signed events on this machine, for benchmarks.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * Registers a webhook for `events`, and checks the signature of each one that comes.
 * @param onEvent called with each event and the time it came (epoch ms)
 */
export async function receiveEvents(engine, events, onEvent) {
  let secret = '';
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const at = Date.now();
    const body = Buffer.concat(chunks);
    const hmac = createHmac('sha256', secret).update(body).digest('hex');
    if (request.headers['x-blueticks-signature'] !== `sha256=${hmac}`) throw new Error('badly signed');
    response.end();
    onEvent(JSON.parse(body), at);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ secret } = await engine.call('POST', '/v1/webhooks', {
    url: `http://127.0.0.1:${server.address().port}/`,
    events,
  }));
  return {
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
