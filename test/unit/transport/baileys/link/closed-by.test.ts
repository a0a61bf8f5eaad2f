import { ProxyFault } from '../../../../../engine/domain/proxy-fault';
import { closedBy } from '../../../../../engine/transport/baileys/link/closed-by';
import { afterClose } from '../../../../../engine/transport/baileys/link/reconnect-policy';

/** As Baileys wraps the error of a WebSocket. */
const boom = (statusCode: number, data?: unknown) => ({ output: { statusCode }, data });

describe('what closed a connection', () => {
  it.each([
    [1006, 1006],
    [boom(515), 515],
    [boom(401, { tag: 'stream:error' }), 401],
    [undefined, 408],
  ])('is the code of %p', (error, code) => {
    expect(closedBy(error)).toEqual({ code });
  });

  it.each([401, 403, 406, 402, 440])(
    'is not a logout or a block when a server on the way answers HTTP %i',
    (status) => {
      const why = closedBy(boom(status, new Error(`Unexpected server response: ${status}`)));
      const next = afterClose(why, 0);
      expect(next).toMatchObject({ again: 'later', state: 'disconnected' });
      expect(next.reason).toContain(`HTTP ${status}`);
    },
  );

  it('is the fault of a proxy, which is tried again', () => {
    const next = afterClose(closedBy(boom(500, new ProxyFault('wrong_password'))), 3);
    expect(next).toMatchObject({ again: 'later', state: 'disconnected' });
    expect(next.reason).toMatch(
      /^The proxy does not accept the user and the password.*tries again by itself\.$/,
    );
  });
});
