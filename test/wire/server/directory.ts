import { baileys } from '../baileys';
import { digitsOf, Person, type Addressing, type Device } from '../people/person';
import { Faults } from './faults';
import type { Channel } from './channel';
import { Group } from './group';
import { tellOfNewGroup } from './group-changes';
import type { PostOffice } from './post-office';
import type { Link } from '../transport/link';
import { Companion } from './companion';

export interface NewPerson {
  readonly lid?: string;
  readonly name?: string;
  readonly aliases?: readonly string[];
  readonly username?: string;
}

const STATUS = 'status@broadcast';
/** The first LID that is assigned. */
const FIRST_LID = 100_000_000_000_000;

/** All people, groups and channels of the simulator. */
export class Directory {
  readonly groups = new Map<string, Group>();
  readonly channels = new Map<string, Channel>();
  private readonly byDigits = new Map<string, Person>();
  private readonly byLid = new Map<string, Person>();
  private readonly statuses = new Group(STATUS, '', [], 'lid');
  private nextLid = FIRST_LID;
  /** Groups and channels share one numbering. */
  private nextChat = 120_363_000_000_000_000n;

  /** @param number null: nobody is told the number of this account */
  add(number: string | null, { lid, name, aliases = [], username }: NewPerson = {}): Person {
    const digits = digitsOf(number ?? '');
    if (this.byDigits.has(digits)) throw new Error(`+${digits} already has an account.`);
    const person: Person = new Person(
      digits,
      lid ? digitsOf(lid) : String(this.nextLid++),
      name ?? `Person ${digits.slice(-4)}`,
      aliases.map(digitsOf),
      new Faults(() => linksOf([person])),
      username,
    );
    if (digits !== '') for (const known of [digits, ...person.aliases]) this.byDigits.set(known, person);
    this.byLid.set(person.lid, person);
    return person;
  }

  /** @param members the first one created it. @param post tells the members of it; absent: it was there before. */
  addGroup(subject: string, members: Person[], by: Addressing, post?: PostOffice): Group {
    const group = new Group(this.nextChatId('g.us'), subject, members, by);
    this.groups.set(group.jid, group);
    const [creator] = members;
    if (post && creator) tellOfNewGroup(group, creator, post);
    return group;
  }

  nextChatId(server: 'g.us' | 'newsletter'): string {
    return `${this.nextChat++}@${server}`;
  }

  /** The group with this jid, or that of statuses, whose members are those who get one. */
  groupOf(jid: string): Group | undefined {
    return jid === STATUS ? this.statuses : this.groups.get(jid);
  }

  /** Deletes an account. */
  remove(person: Person): void {
    for (const known of [person.digits, ...person.aliases]) this.byDigits.delete(known);
    this.byLid.delete(person.lid);
  }

  everyone(): Person[] {
    return [...this.byLid.values()];
  }

  links(): Link[] {
    return linksOf(this.everyone());
  }

  byNumber(number: string): Person | undefined {
    return this.byDigits.get(digitsOf(number));
  }

  /** The person behind a jid: by number or LID, with or without a device. */
  byJid(jid: string): Person | undefined {
    const { user = '', server } = baileys().jidDecode(jid) ?? {};
    return server === 'lid' ? this.byLid.get(user) : this.byDigits.get(user);
  }

  deviceByJid(jid: string): Device | undefined {
    return this.byJid(jid)?.devices.get(baileys().jidDecode(jid)?.device ?? 0);
  }
}

/** Whether a jid is a number or a LID. */
export const addressingOf = (jid: string): Addressing => (jid.endsWith('@lid') ? 'lid' : 'number');

function linksOf(people: readonly Person[]): Link[] {
  return people
    .flatMap((person) => [...person.devices.values()])
    .flatMap((device) => (device instanceof Companion && device.link ? [device.link] : []));
}
