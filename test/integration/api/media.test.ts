import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Content } from '../../../engine/transport/transport';
import { RecordedTransport } from '../../support/engine/recorded-transport';
import { startEngine, type Answer, type TestEngine } from '../../support/engine/start-engine';
import { until } from '../../support/engine/until';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const PDF = Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n');

let engine: TestEngine;
let files: Server;
let base: string;
let failures = 0;
const recorded = new RecordedTransport();
beforeAll(async () => {
  files = createServer(({ url }, res) => {
    if (url === '/photo.png') res.writeHead(200, { 'content-type': 'image/png' }).end(PNG);
    else if (url === '/paper.pdf') res.writeHead(200, { 'content-type': 'application/pdf' }).end(PDF);
    else if (url === '/moved') res.writeHead(302, { location: '/photo.png' }).end();
    else if (url === '/soon' && (failures += 1) < 2) res.writeHead(503).end();
    else if (url === '/soon') res.writeHead(200, { 'content-type': 'image/png' }).end(PNG);
    else if (url === '/huge') res.writeHead(200).end(Buffer.alloc(16 * 1024 * 1024 + 1));
    else res.writeHead(404).end();
  });
  await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
  engine = await startEngine({
    parts: { wrapTransport: recorded.wrap },
    flags: { BLUETICKS_ALLOW_PRIVATE_MEDIA: 'true' },
  });
});
afterAll(async () => {
  await engine.close();
  files.closeAllConnections();
  await new Promise((resolve) => files.close(resolve));
});

async function send(media: object): Promise<Answer['body']> {
  const { status, body } = await engine.call('POST', '/v1/messages', {
    type: 'media',
    to: '+15005550077',
    media,
  });
  expect([status, body.error]).toEqual([201, undefined]);
  return body;
}
const outcome = (id: string): Promise<Answer['body']> =>
  until('it is delivered or has failed', async () => {
    const { body } = await engine.call('GET', `/v1/messages/${id}`);
    return ['delivered', 'failed'].includes(body.status) && body;
  });
const handedOver = (message: Answer['body']): Extract<Content, { type: 'media' }> => {
  const wireId = String(message.key).split('_').at(-1);
  return recorded.handedOver.find((one) => one.wireId === wireId)!.content as Extract<
    Content,
    { type: 'media' }
  >;
};

it('by base64: the very bytes arrive, their kind found out', async () => {
  const sent = await send({ data_base64: PNG.toString('base64'), caption: 'A photo', filename: 'photo.png' });
  expect(sent).toMatchObject({ media_url: null, media_kind: 'image', media_caption: 'A photo', text: null });
  const message = await outcome(sent.id);
  expect(message.status).toBe('delivered');
  expect(handedOver(message)).toEqual({
    type: 'media',
    kind: 'image',
    bytes: PNG,
    mime: 'image/png',
    filename: 'photo.png',
    caption: 'A photo',
  });
});

it('by base64 with a kind asked for', async () => {
  const sent = await send({ data_base64: PNG.toString('base64'), kind: 'document', filename: 'photo.png' });
  expect(sent.media_kind).toBe('document');
  expect(handedOver(await outcome(sent.id))).toMatchObject({ kind: 'document', mime: 'image/png' });
});

it.each(['/photo.png', '/moved'])('by URL: %s is fetched at the moment of sending', async (path) => {
  const sent = await send({ url: base + path, caption: 'B' });
  expect(sent).toMatchObject({ media_url: base + path, media_kind: null });
  const message = await outcome(sent.id);
  expect(message).toMatchObject({ status: 'delivered', media_kind: 'image', media_url: base + path });
  expect(handedOver(message)).toMatchObject({ kind: 'image', bytes: PNG, mime: 'image/png', caption: 'B' });
});

it('what a URL leads to is never sent as a kind that it is not', async () => {
  const message = await outcome((await send({ url: `${base}/paper.pdf`, kind: 'image' })).id);
  expect(message).toMatchObject({ status: 'delivered', media_kind: 'document' });
  expect(handedOver(message)).toMatchObject({ kind: 'document', bytes: PDF, mime: 'application/pdf' });
});

it('a server that is busy for a moment is asked again', async () => {
  const message = await outcome((await send({ url: `${base}/soon` })).id);
  expect(message).toMatchObject({ status: 'delivered', failure_reason: null, attempts: 2 });
});

it.each([
  ['/nothing', 'media_unreachable'],
  ['/huge', 'media_too_large'],
])('%s fails as %s, and nothing is handed over', async (path, reason) => {
  const before = recorded.handedOver.length;
  const message = await outcome((await send({ url: base + path })).id);
  expect(message).toMatchObject({ status: 'failed', failure_reason: reason, sent_at: null });
  expect(recorded.handedOver).toHaveLength(before);
});

it('a poll arrives as it was asked', async () => {
  const poll = { question: 'Lunch?', options: ['yes', 'no'], allow_multiple: true };
  const { body } = await engine.call('POST', '/v1/messages', { type: 'poll', to: '+15005550077', poll });
  const message = await outcome(body.id);
  expect(message).toMatchObject({ type: 'poll', poll_question: 'Lunch?', poll_options: ['yes', 'no'] });
  expect(handedOver(message)).toEqual({
    type: 'poll',
    question: 'Lunch?',
    options: ['yes', 'no'],
    allowMultiple: true,
  });
});

it('a text arrives with its quote, mentions and preview', async () => {
  const fields = {
    reply_to: 'false_15005550077@c.us_3EB0A1B2C3',
    mentions: { ids: ['+14155551234'], displays: ['Anna'] },
    link_preview: { title: 'T', description: 'D', canonical_url: 'https://example.com/' },
  };
  const { body } = await engine.call('POST', '/v1/messages', {
    type: 'text',
    to: '+15005550077',
    text: 'Hi @Anna',
    ...fields,
  });
  expect(body.link_preview).toEqual({ ...fields.link_preview, thumbnail: null });
  await outcome(body.id);
  expect(recorded.handedOver.at(-1)).toMatchObject({
    chatId: '15005550077@c.us',
    content: { type: 'text', text: 'Hi @Anna', linkPreview: fields.link_preview },
    replyTo: fields.reply_to,
    mentions: fields.mentions,
  });
});
