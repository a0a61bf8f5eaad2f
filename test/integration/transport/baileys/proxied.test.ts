import { PROXY_ADDRESS } from '../../../support/proxy/proxy-settings';
import { ProxyProcess } from '../../../support/proxy/proxy-process';
import { linkPhone, whenConnected } from '../../../support/engine/link-phone';
import { startEngine, type Call, type TestEngine } from '../../../support/engine/start-engine';
import { until } from '../../../support/engine/until';
import { Receiver } from '../../events/receiver';
import type { Contact } from '../../../wire/people/contact';
import { unrefLongTimers } from '../../../wire/unref-long-timers';
import { startWhatsApp, type WhatsApp } from '../../../wire/whatsapp';

const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/**
 * Real proxies between the engine and the simulator. The engine knows WhatsApp's server by a name that only the proxies
 * know, and every connection that arrives there must come from their address.
 */
describe('a number behind a proxy', () => {
  let whatsapp: WhatsApp;
  let http: ProxyProcess;
  let socks: ProxyProcess;
  let engine: TestEngine;
  let receiver: Receiver;
  let live: Call;
  let ada: Contact;
  let id: string;

  beforeAll(async () => {
    unrefLongTimers();
    whatsapp = await startWhatsApp();
    ada = whatsapp.contact('+14155551234', { name: 'Ada' });
    [http, socks] = [await ProxyProcess.start('http'), await ProxyProcess.start('socks5')];
    receiver = await new Receiver().start();
    engine = await startEngine({
      flags: { BLUETICKS_WA_SOCKET_URL: whatsapp.url.replace('127.0.0.1', 'whatsapp.test') },
      parts: { mediaAgent: whatsapp.mediaAgent },
    });
    live = engine.callAs(await engine.engine.localKey('live'));
    await live('POST', '/v1/webhooks', { url: receiver.url(), events: ['message.received'] });
    id = await linkPhone(live, whatsapp.phone('+14155550100'), { proxy: http.url() });
  }, 90_000);
  afterEach(() => {
    expect([...whatsapp.peers]).toEqual([PROXY_ADDRESS]);
    expect(whatsapp.complaints).toEqual([]);
  });
  afterAll(async () => {
    await engine.close();
    await receiver.stop();
    for (const proxy of [http, socks]) await proxy.kill();
    await whatsapp.close();
  });

  const session = async () => (await live('GET', `/v1/sessions/${id}`)).body;
  const setProxy = (proxy: string) => live('PATCH', `/v1/sessions/${id}`, { proxy });
  const test = async () => (await live('POST', `/v1/sessions/${id}/proxy/test`)).body;
  const send = async (fields: object): Promise<void> => {
    const { status, body } = await live('POST', '/v1/messages', { to: ada.number, ...fields });
    expect({ status, error: body.error }).toEqual({ status: 201 });
  };
  const works = async (text: string): Promise<void> => {
    await send({ type: 'text', text });
    await ada.hears(text, 30_000);
  };
  const sendsPicture = async (caption: string): Promise<void> => {
    await send({ type: 'media', media: { data_base64: png.toString('base64'), caption } });
    expect(ada.opens(await ada.hears(caption))).toEqual(png);
  };
  const receivesPicture = async (caption: string): Promise<void> => {
    const { id: wireId } = await ada.sends({
      media: { kind: 'image', bytes: png, mimetype: 'image/png', caption },
    });
    const { event } = await until('the webhook gets it', () =>
      receiver.received.find(({ event: { data } }) => String(data.key).includes(wireId)),
    );
    const response = await fetch((event.data.media as { url: string }).url);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(png);
  };

  it('is linked, sends, and carries files both ways through an HTTP proxy', async () => {
    await works('through the first proxy');
    await sendsPicture('out through HTTP');
    await receivesPicture('in through HTTP');
    expect(http.targets).toContainEqual({ host: 'whatsapp.test', port: expect.any(Number) });
    expect(await test()).toMatchObject({ works: true, fault: null });
  });

  it('moves to a SOCKS5 proxy while it is connected', async () => {
    const before = http.targets.length;
    const { body } = await setProxy(socks.url());
    expect(body.proxy).toMatch(/^socks5:\/\/re\*\*\*:\*\*\*@127\.0\.0\.1:/);
    await until('it connects through the other', () =>
      socks.targets.some(({ host }) => host === 'whatsapp.test'),
    );
    await whenConnected(live, id);
    await works('through the second proxy');
    await sendsPicture('out through SOCKS');
    await receivesPicture('in through SOCKS');
    expect(http.targets).toHaveLength(before);
  });

  it('waits for a proxy that is down, says so, and never goes around it', async () => {
    await socks.kill();
    const down = await until('the session says so', async () => {
      const { state, reason } = await session();
      return state !== 'connected' && /proxy/.test(reason ?? '') && reason;
    });
    expect(down).toMatch(/^The proxy refuses connections\. .* tries again by itself\.$/);
    expect(await test()).toMatchObject({ works: false, fault: 'refused' });
    await send({ type: 'text', text: 'when it is back' });
    await socks.run();
    expect(ada.received.map(({ text }) => text)).not.toContain('when it is back');
    await ada.hears('when it is back', 30_000);
    expect((await session()).reason).toBeNull();
  });

  it('says that the password is wrong, and keeps the number linked', async () => {
    await setProxy(socks.url('wrong'));
    await until('the session says so', async () =>
      /user and the password/.test((await session()).reason ?? ''),
    );
    expect(await test()).toMatchObject({ works: false, fault: 'wrong_password' });
    await setProxy(http.url());
    await whenConnected(live, id);
    await works('with the right password');
  });

  it('shows in no answer and no event what is secret', async () => {
    const told = JSON.stringify([await session(), receiver.received]);
    for (const secret of [http.password, encodeURIComponent(http.password)])
      expect(told).not.toContain(secret);
  });

  it('stays linked when a server on the way refuses the connection with 403', async () => {
    whatsapp.refusesUpgradesWith = 403;
    await live('POST', `/v1/sessions/${id}/reconnect`);
    await until('it says so', async () => /HTTP 403/.test((await session()).reason ?? ''));
    whatsapp.refusesUpgradesWith = null;
    await live('POST', `/v1/sessions/${id}/reconnect`);
    await whenConnected(live, id);
    await works('still linked');
  });
});
