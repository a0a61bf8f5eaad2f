/** What a recorded process says of its work, so that a test knows what must be there after a cut. */
export type Said =
  /** From here on it works: earlier cuts hit its first start. */
  | { about: 'started' }
  /** A request for messages with this reference; `kept` when it was acknowledged. */
  | { about: 'messages'; reference: string; count: number; kept: boolean }
  | { about: 'edit'; id: string; before: string; text: string; kept: boolean }
  | { about: 'key'; hash: string; kept: true }
  | { about: 'opt-out'; to: string; kept: true }
  /** Keys of a session that are written together, again and again; `round` counts. */
  | { about: 'session-keys'; name: string; round: number; kept: boolean }
  /** An event that its receiver has got. */
  | { about: 'event'; id: string; kept: true }
  /** What a reader was told of a message. */
  | { about: 'status'; id: string; status: string; kept: true };

/** What must be there at the moment of a cut, and what may be. */
export class Expected {
  /** By reference: how many messages, and whether they were acknowledged. */
  readonly messages = new Map<string, { count: number; kept: boolean }>();
  /** By id: the texts that the message may have. */
  readonly edits = new Map<string, string[]>();
  readonly keys: string[] = [];
  readonly optOuts: string[] = [];
  /** By name: the round that was acknowledged, and the one that was asked for. */
  readonly sessionKeys = new Map<string, { kept: number; asked: number }>();
  readonly events: string[] = [];
  /** By id: the last status that somebody saw. */
  readonly statuses = new Map<string, string>();

  note(said: Said): void {
    switch (said.about) {
      case 'started':
        return;
      case 'messages':
        return void this.messages.set(said.reference, said);
      case 'edit':
        return void this.edits.set(said.id, said.kept ? [said.text] : [said.before, said.text]);
      case 'key':
        return void this.keys.push(said.hash);
      case 'opt-out':
        return void this.optOuts.push(said.to);
      case 'session-keys': {
        const known = this.sessionKeys.get(said.name) ?? { kept: 0, asked: 0 };
        return void this.sessionKeys.set(said.name, { ...known, [said.kept ? 'kept' : 'asked']: said.round });
      }
      case 'event':
        return void this.events.push(said.id);
      case 'status':
        return void this.statuses.set(said.id, said.status);
    }
  }

  /** How many acknowledgments there are to check. */
  get size(): number {
    const kept = [...this.messages.values()].filter((messages) => messages.kept).length;
    const { keys, optOuts, sessionKeys, events, statuses } = this;
    return kept + keys.length + optOuts.length + sessionKeys.size + events.length + statuses.size;
  }
}
