import type { BinaryNode } from '../baileys';
import type { Faults } from '../server/faults';
import type { Sent } from './sent';

/** WhatsApp addresses people by phone number, or by a LID that hides it. */
export type Addressing = 'number' | 'lid';

/** A device that the server delivers to: an account's phone, or a linked companion. */
export interface Device {
  readonly person: Person;
  /** 0 is the phone itself. */
  readonly id: number;
  /** What another device needs to open a session with this one; undefined if it never uploaded any. */
  keyBundle(): Promise<BinaryNode[]> | BinaryNode[] | undefined;
  deliver(stanza: BinaryNode): void;
  /** The phone: uploads the file of a message again, for a linked device that could not get it. */
  uploadAgain?(receipt: BinaryNode): void;
}

/** Why and until when an account may not write to people who never wrote to it. */
export interface Restriction {
  readonly until: Date;
  readonly type: string;
}

/** How many chats an account may start in a cycle with people who never wrote to it. */
export class NewChatQuota {
  used = 0;
  /** Messages refused because of it. */
  refused = 0;

  constructor(
    public limit: number,
    public starts: Date,
    public ends: Date,
  ) {}

  /** A new cycle begins when the last one is over. */
  renewed(): this {
    const length = this.ends.getTime() - this.starts.getTime();
    while (this.ends <= new Date()) {
      this.starts = this.ends;
      this.ends = new Date(this.ends.getTime() + length);
      this.used = 0;
    }
    return this;
  }
}

/** A disappearing timer: how long messages stay, and when that was set, in epoch seconds. 0 seconds: they stay. */
export interface Timer {
  readonly seconds: number;
  readonly setAt: number;
}

/** Digits of a number written in any of the usual ways. */
export const digitsOf = (number: string): string => number.replace(/\D/g, '');

/**
 * An account, as the server knows it: its names, its devices and its restriction. `Contact` and `Phone` are what tests
 * act with.
 */
export class Person {
  readonly devices = new Map<number, Device>();
  /** People who have written to this account. It may reply to them even when it is restricted. */
  readonly heardFrom = new Set<Person>();
  /** What people wrote to this account, by wire id: its phone has all of it. */
  readonly sentTo = new Map<string, Sent>();
  restriction: Restriction | undefined;
  quota: NewChatQuota | undefined;
  /** People whom this account has written to. */
  readonly wroteTo = new Set<Person>();
  /** Ids of this person's calls that a device of the other side rejected. */
  readonly rejectedCalls: string[] = [];
  /** What it writes comes with the certificate of a business. */
  isBusiness = false;
  /** The code that an admin who adds it to a group gets. */
  refusesGroups: number | undefined;
  /** Whether its messages have its other name too: the number beside the LID, or the LID beside the number. */
  tellsBothNames = true;
  /** The account's app state: encrypted patches after a version. */
  patchesAfter: (version: number) => readonly Uint8Array[] = () => [];
  /** The timer that this account's new chats start with. */
  defaultTimer: Timer = { seconds: 0, setAt: 0 };

  constructor(
    /** Empty if WhatsApp tells nobody the number: the account is then known by its LID alone. */
    readonly digits: string,
    readonly lid: string,
    readonly name: string,
    /** Other forms of the same number, as in Brazil and Mexico. */
    readonly aliases: readonly string[],
    readonly faults: Faults,
    /** Its messages tell it, if it has one. */
    public username: string | undefined,
  ) {}

  get number(): string {
    return `+${this.digits}`;
  }

  /** By number only if there is one. */
  jid(by: Addressing, device = 0): string {
    const [user, server] =
      by === 'lid' || this.digits === '' ? [this.lid, 'lid'] : [this.digits, 's.whatsapp.net'];
    return `${user}${device > 0 ? `:${device}` : ''}@${server}`;
  }

  othersThan(device: Device): Device[] {
    return [...this.devices.values()].filter((other) => other !== device);
  }
}
