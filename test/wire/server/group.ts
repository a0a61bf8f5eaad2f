import { randomBytes } from 'node:crypto';
import type { Addressing, Person, Timer } from '../people/person';

export const newInviteCode = (): string => randomBytes(12).toString('base64url');

/** Somebody who has asked to join. */
export interface Asking {
  readonly person: Person;
  readonly method: 'invite_link';
  readonly at: number;
}

/** A group: its members, and how they are addressed. */
export class Group {
  /** Epoch seconds. */
  createdAt = Math.floor(Date.now() / 1000);
  timer: Timer | undefined;
  description: { readonly id: string; readonly text: string } | undefined;
  /** Only admins may write. */
  announce = false;
  /** Only admins may change what the group is like. */
  locked = false;
  /** Admins approve who joins. */
  approval = false;
  inviteCode = newInviteCode();
  picture: Uint8Array | undefined;
  readonly admins = new Set<Person>();
  readonly asking: Asking[] = [];
  readonly creator: Person | undefined;

  constructor(
    readonly jid: string,
    public subject: string,
    readonly members: Person[],
    readonly addressing: Addressing,
  ) {
    this.creator = members[0];
    if (this.creator) this.admins.add(this.creator);
  }
}
