import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Agent } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { loadBaileys, type BinaryNode } from './baileys';
import { Control } from './control';
import { Linking } from './linking/linking';
import { MediaHost } from './media/media-host';
import { Contact } from './people/contact';
import type { Addressing } from './people/person';
import { Phone } from './people/phone';
import { silenceLibsignal } from '../../engine/transport/baileys/silence';
import { Channel } from './server/channel';
import type { Companion } from './server/companion';
import { Directory, type NewPerson } from './server/directory';
import { Faults } from './server/faults';
import { receiveLink } from './server/gateway';
import type { Group } from './server/group';
import { PostOffice } from './server/post-office';
import type { World } from './server/world';
import { Link } from './transport/link';
import { makeServerCertificate } from './transport/server-certificate';
import { WebSocketEnd } from './transport/websocket';

export interface NewGroup {
  readonly subject: string;
  /** The first one created it. */
  readonly members: readonly Contact[];
  /** How its members are addressed. Default: LID. */
  readonly by?: Addressing;
}

/** A simulated WhatsApp server on `127.0.0.1`, which real Baileys sockets connect to. */
export class WhatsApp {
  /** Everything that went wrong or that the simulator could not answer. Must be empty at the end of a test. */
  readonly complaints: string[] = [];
  /** Called with every stanza of a linked device, before the server handles it. */
  onStanza: (stanza: BinaryNode, from: Companion) => void = () => undefined;
  readonly directory = new Directory();
  /** The HTTP status with which something on the way refuses new connections; null: nothing does. */
  refusesUpgradesWith: number | null = null;
  /** The addresses that connected, to this server and to the media host. */
  readonly peers = new Set<string>();
  /** Planned faults for all accounts. */
  readonly faults = new Faults(() => this.directory.links());
  private readonly phones: Phone[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly world: World;

  private constructor(
    private readonly server: Server,
    readonly media: MediaHost,
  ) {
    this.world = {
      certificate: makeServerCertificate(),
      directory: this.directory,
      faults: this.faults,
      linking: new Linking(),
      media,
      post: new PostOffice(this.directory),
      watch: (stanza, from) => this.onStanza(stanza, from),
      complain: (what) => void this.complaints.push(what),
    };
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      this.peers.add(socket.remoteAddress ?? '');
      socket.on('close', () => this.sockets.delete(socket));
    });
    media.onPeer = (address) => this.peers.add(address);
    const control = new Control(this);
    server.on('request', (request, response) => void control.serve(request, response));
    server.on('upgrade', (request, socket: Socket) => {
      if (this.refusesUpgradesWith !== null)
        return void socket.end(`HTTP/1.1 ${this.refusesUpgradesWith} No\r\nContent-Length: 0\r\n\r\n`);
      receiveLink(new Link(WebSocketEnd.accept(request, socket), this.world.certificate), this.world);
    });
  }

  static async start(port = 0): Promise<WhatsApp> {
    await loadBaileys();
    silenceLibsignal();
    const server = createServer();
    const whatsapp = new WhatsApp(server, await MediaHost.open());
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return whatsapp;
  }

  /** For Baileys' `waWebSocketUrl`. */
  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/ws/chat`;
  }

  /** For Baileys' `fetchAgent`, so that it trusts the media host. */
  get mediaAgent(): Agent {
    return this.media.agent();
  }

  /** How many connections are open, linked or not. */
  get connections(): number {
    return this.sockets.size;
  }

  /** An account whose phone can link devices. */
  phone(number: string, more?: NewPerson): Phone {
    const phone: Phone = new Phone(this.directory.add(number, more), this.world, () => phone);
    this.phones.push(phone);
    return phone;
  }

  /** A person to write to, who can write back. @param number null: the account is known by its LID alone */
  contact(number: string | null, more?: NewPerson): Contact {
    return new Contact(this.directory.add(number, more), this.world, () => this.onlyPhone());
  }

  group({ subject, members, by = 'lid' }: NewGroup): Group {
    return this.directory.addGroup(
      subject,
      members.map(({ person }) => person),
      by,
    );
  }

  channel(name: string): Channel {
    const channel = new Channel(this.directory.nextChatId('newsletter'), name);
    this.directory.channels.set(channel.jid, channel);
    return channel;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await Promise.all([once(this.server, 'close'), this.media.close()]);
  }

  private onlyPhone(): Phone {
    const [phone, another] = this.phones;
    if (!phone || another) throw new Error('Say which phone to write to (`to`). There is not exactly one.');
    return phone;
  }
}

/** Starts a simulator on a free port, or on the given one. */
export const startWhatsApp = (port?: number): Promise<WhatsApp> => WhatsApp.start(port);
