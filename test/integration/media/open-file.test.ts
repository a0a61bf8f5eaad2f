import { buffer } from 'node:stream/consumers';
import { createOpenFile } from '../../../engine/media/open-file';
import { closedPort, selfSigned, startHttp, startHttps } from '../network/local-servers';

describe('openFile', () => {
  it('returns status, length and body over TLS, and closes the connection with the body', async () => {
    const tls = selfSigned('IP:127.0.0.1');
    let closed = (): void => undefined;
    const ended = new Promise<void>((resolve) => (closed = resolve));
    const server = await startHttps(tls, (request, response) => {
      request.socket.on('close', closed);
      response.writeHead(200, { 'content-length': 5 }).end('hello');
    });
    const openFile = createOpenFile({ allowPrivate: true, ca: tls.cert });
    const { status, length, body } = await openFile(`https://127.0.0.1:${server.port}/v/1`);
    expect({ status, length }).toEqual({ status: 200, length: 5 });
    expect(await buffer(body)).toEqual(Buffer.from('hello'));
    await ended;
    await server.close();
  });

  it('does not follow redirects', async () => {
    const server = await startHttp((_request, response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    );
    const { status, body } = await createOpenFile({ allowPrivate: true })(`http://127.0.0.1:${server.port}/`);
    expect(status).toBe(302);
    body.on('error', () => undefined).destroy();
    await server.close();
  });

  it('refuses private addresses, given directly or by name, and fails if nobody listens', async () => {
    const server = await startHttp((_request, response) => response.end('secret'));
    const lookup = async () => [{ address: '127.0.0.1', family: 4 }];
    const openFile = createOpenFile({ allowPrivate: false, lookup });
    await expect(openFile(`http://127.0.0.1:${server.port}/`)).rejects.toThrow();
    await expect(openFile('https://127.0.0.1/')).rejects.toThrow('address');
    await expect(openFile('https://mmg.whatsapp.test/')).rejects.toThrow('not allowed');
    expect(server.sockets).toHaveLength(0);
    await server.close();
    const nobody = `http://127.0.0.1:${await closedPort()}/`;
    await expect(createOpenFile({ allowPrivate: true })(nobody)).rejects.toThrow();
  });
});
