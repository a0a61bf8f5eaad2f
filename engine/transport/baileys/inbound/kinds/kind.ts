import type { WireMessage } from '../../baileys';

/** The file of a message. */
export interface MessageFile {
  /** WhatsApp's own kind, which the encryption keys are derived for. */
  sealedAs: 'image' | 'video' | 'audio' | 'document' | 'sticker';
  part: FilePart;
}

/** The fields that all kinds of files have. */
export interface FilePart {
  url?: string | null;
  directPath?: string | null;
  mediaKey?: Uint8Array | null;
  mimetype?: string | null;
  fileName?: string | null;
  /** A number, or a Long of protobufjs. */
  fileLength?: unknown;
}

/** What a person's message says. */
export interface Content {
  /** Overrides the kind's own type: a video may be a GIF. */
  type?: string;
  text?: string | null;
  file?: MessageFile | null;
  /** The fields of an answered form. */
  form?: Record<string, unknown>;
  /** The wire id of the message that it is about, where that is not in the `contextInfo` that most kinds have. */
  about?: string | null;
}

/** Somebody wrote it: `message.received` says it. */
export interface Told<Part> {
  is: 'told';
  type: string;
  /** For the documentation: what WhatsApp sends, and what `text` then holds. */
  what: string;
  text: string;
  read(part: Part): Content;
}

/** Somebody did something to an earlier message. `read-inbound.ts` says it. */
export interface Act {
  is: 'act';
  /** For the documentation: the event, what WhatsApp sends, and what the event then holds. */
  event: string;
  what: string;
  text: string;
}

/** Another message is inside. */
export interface Wrapper {
  is: 'wrapper';
}

/** Nobody wrote it. */
export interface Silent {
  is: 'silent';
  /** For the documentation: what it is. */
  what: string;
}

export type Kind<Part> = Told<Part> | Act | Wrapper | Silent;

/** One kind for each field of WhatsApp's `Message`. */
export type Kinds = { [Name in keyof WireMessage]-?: Kind<NonNullable<WireMessage[Name]>> };

export function told<Part>(
  type: string,
  what: string,
  text: string,
  read: (part: Part) => Content = () => ({}),
): Told<Part> {
  return { is: 'told', type, what, text, read };
}

export const act = (event: string, what: string, text: string): Act => ({ is: 'act', event, what, text });
export const wrapper: Wrapper = { is: 'wrapper' };
export const silent = (what: string): Silent => ({ is: 'silent', what });

/** The parts that say something, a line each. */
export function lines(...parts: (string | null | undefined)[]): string {
  return parts
    .map((part) => part?.trim())
    .filter(Boolean)
    .join('\n');
}

/** Choices under a text, as people see them. */
export const choices = (names: (string | null | undefined)[]): string[] =>
  names.filter((name) => name?.trim()).map((name) => `- ${name!.trim()}`);
