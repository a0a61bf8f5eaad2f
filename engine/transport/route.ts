import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { ProxyFaultWord } from '../domain/proxy-fault';
import type { MediaSource, OpenFile } from './media-source';
import type { PreviewSource } from './preview-source';

/** How a number reaches WhatsApp and web pages: all of it directly, or all of it through its proxy. */
export interface Route {
  /** For the WebSocket. Absent: direct. */
  socketAgent?: HttpAgent | HttpsAgent;
  /** For uploads. Absent: direct. */
  uploadAgent?: HttpsAgent;
  /** For what Baileys downloads with `fetch`: an undici dispatcher. Absent: direct. */
  dispatcher?: unknown;
  /** Fetches files from WhatsApp's hosts. */
  openFile: OpenFile;
  /** The files of received messages. */
  files: MediaSource;
  /** For link previews. */
  previews: PreviewSource;
  /**
   * Whether WhatsApp's server can be reached, within some seconds. Absent: direct.
   * @returns null if it can, else what is wrong with the proxy
   */
  test?(): Promise<ProxyFaultWord | null>;
}

/** @param proxy its URL, with user and password; null: direct */
export type RouteOf = (proxy: string | null) => Route;

/** What a transport does with the proxy of its number. Absent in the sandbox, which connects to nothing. */
export interface ProxyUse {
  /**
   * From now on everything goes through this proxy, or with null directly. A link that is up, or is being made, is made
   * anew at once.
   */
  useProxy?(proxy: string | null): Promise<void>;
  /** @see Route.test. Null too if there is no proxy. */
  testProxy?(): Promise<ProxyFaultWord | null>;
}
