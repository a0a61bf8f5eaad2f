import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { makePrivateCa } from './private-ca';

/** Stores encrypted media: accepts uploads and serves them again, over HTTPS with a private CA. */
export class MediaHost {
  /** `media_conn` gives it to clients, and uploads must send it. */
  readonly password = randomBytes(16).toString('base64url');
  private readonly files = new Map<string, Buffer>();
  /** Files that this host no longer has, but phones do. */
  private readonly expired = new Map<string, Buffer>();
  private refusals: number[] = [];
  /** Of the files of channels, by their handles. */
  readonly handles = new Map<string, string>();
  private nextFile = 1;
  /** Called with the address of everybody who connects. */
  onPeer: (address: string) => void = () => undefined;

  private constructor(
    private readonly server: Server,
    /** The CA's certificate, PEM. */
    readonly ca: string,
  ) {
    server.on('connection', ({ remoteAddress }: Socket) => this.onPeer(remoteAddress ?? ''));
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void this.serve(request, response);
    });
  }

  static async open(): Promise<MediaHost> {
    const { key, certificate } = makePrivateCa();
    const server = createServer({ key, cert: certificate });
    const host = new MediaHost(server, certificate);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return host;
  }

  /** `host:port`, as clients get it. */
  get hostname(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** An agent that trusts this host, for Baileys' `fetchAgent`. */
  agent(): Agent {
    return new Agent({ ca: this.ca });
  }

  /** The next uploads or downloads fail with this HTTP status. */
  refuseNext(status: number, times = 1): void {
    this.refusals.push(...Array.from({ length: times }, () => status));
  }

  put(bytes: Buffer): { url: string; directPath: string } {
    const directPath = `/v/t62.7118-24/${this.nextFile++}.enc`;
    this.files.set(directPath, bytes);
    return { url: `https://${this.hostname}${directPath}`, directPath };
  }

  /** Deletes all files, as WhatsApp does after some weeks. Phones keep them. */
  expire(): void {
    for (const [path, bytes] of this.files) this.expired.set(path, bytes);
    this.files.clear();
  }

  /** Uploads a phone's file again. @returns its new path; undefined if the phone does not have it */
  upload(directPath: string): string | undefined {
    const bytes = this.files.get(directPath) ?? this.expired.get(directPath);
    return bytes && this.put(bytes).directPath;
  }

  /** Deletes what phones keep, too. */
  forget(): void {
    this.files.clear();
    this.expired.clear();
  }

  /** A file by its path. Throws if there is none. */
  get(directPath: string): Buffer {
    const file = this.files.get(directPath.split('?')[0] ?? '');
    if (!file) throw new Error('No such media.');
    return file;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'https://localhost');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const refusal = this.refusals.shift();
    if (refusal !== undefined) return void response.writeHead(refusal).end();
    if (request.method !== 'POST') {
      const file = this.files.get(url.pathname);
      if (!file) return void response.writeHead(404).end();
      return void response.writeHead(200, { 'content-length': file.length }).end(file);
    }
    if (url.searchParams.get('auth') !== this.password) return void response.writeHead(401).end();
    const { url: address, directPath } = this.put(Buffer.concat(chunks));
    response.writeHead(200, { 'content-type': 'application/json' });
    // Files of channels are not encrypted, and posts name them by a handle.
    const isOfChannel = url.pathname.startsWith('/newsletter/');
    if (isOfChannel) this.handles.set(directPath, directPath);
    response.end(
      JSON.stringify({
        url: address,
        direct_path: directPath,
        ...(isOfChannel ? { handle: directPath } : {}),
      }),
    );
  }
}
