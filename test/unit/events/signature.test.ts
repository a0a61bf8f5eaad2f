import { createHmac } from 'node:crypto';
import { signatureHeaders } from '../../../engine/events/signature';

const input = {
  secret: 'whsec_0123456789abcdef',
  body: '{"id":"evt_1","type":"message.sent","data":{"text":"caffè ✓"}}',
  webhookId: 'wh_01J0',
  timestampSeconds: 1782892800,
};

describe('signatureHeaders', () => {
  it('gives exactly the four headers of the contract, with known values', () => {
    expect(signatureHeaders(input)).toEqual({
      'X-Blueticks-Signature': 'sha256=f84bde1976c165fed4d66cf40d8070126234aa7add3e143ec0f1f5c0b29aa66d',
      'Blueticks-Webhook-Id': 'wh_01J0',
      'Blueticks-Webhook-Timestamp': '1782892800',
      'Blueticks-Webhook-Signature': 'v1=4f638b2b3eada98356e5501f115f6b4623d36facbd768dc7f8471910aca4de4f',
    });
  });

  it('is verified by a receiver that has only the raw bytes and the secret', () => {
    const headers = signatureHeaders(input);
    const raw = Buffer.from(input.body, 'utf8');
    const stamped = Buffer.concat([Buffer.from(`${headers['Blueticks-Webhook-Timestamp']}.`), raw]);
    const hmac = (bytes: Buffer) => createHmac('sha256', input.secret).update(bytes).digest('hex');
    expect(headers['X-Blueticks-Signature']).toBe(`sha256=${hmac(raw)}`);
    expect(headers['Blueticks-Webhook-Signature']).toBe(`v1=${hmac(stamped)}`);
  });

  it('signs whole seconds, the same that the timestamp header shows', () => {
    const headers = signatureHeaders({ ...input, timestampSeconds: 1782892800.987 });
    expect(headers).toEqual(signatureHeaders(input));
  });

  it('changes the replay signature with the timestamp and leaves the plain one', () => {
    const later = signatureHeaders({ ...input, timestampSeconds: 1782892801 });
    expect(later['Blueticks-Webhook-Signature']).not.toBe(
      signatureHeaders(input)['Blueticks-Webhook-Signature'],
    );
    expect(later['X-Blueticks-Signature']).toBe(signatureHeaders(input)['X-Blueticks-Signature']);
  });
});
