import type { Addressing, Person, Timer } from '../people/person';

/** A group: its members, and how they are addressed. */
export class Group {
  readonly createdAt = Math.floor(Date.now() / 1000);
  timer: Timer | undefined;

  constructor(
    readonly jid: string,
    readonly subject: string,
    readonly members: Person[],
    readonly addressing: Addressing,
  ) {}
}
