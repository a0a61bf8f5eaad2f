import type { Addressing, Person } from '../people/person';

/** A group: who is in it, and by which of their names they are known there. */
export class Group {
  readonly createdAt = Math.floor(Date.now() / 1000);

  constructor(
    readonly jid: string,
    readonly subject: string,
    readonly members: Person[],
    readonly addressing: Addressing,
  ) {}
}
