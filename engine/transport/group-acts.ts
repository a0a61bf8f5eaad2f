/*
 * Groups in the port to WhatsApp: what a number can do in them, and what it is told of them. Everything here is plain
 * JSON, because requests to the owner of a session go through the database.
 */

/** Somebody in a group. */
export interface GroupPerson {
  /** Every chat id that they are known by (`…@c.us`, `…@lid`): one account, as WhatsApp says. Never empty. */
  names: string[];
  /** E.164; null if WhatsApp gave only a lid. */
  phone: string | null;
  /** The session's own number. */
  isMe: boolean;
}

export interface GroupMember extends GroupPerson {
  /** Null for members who are not admins. */
  admin: 'admin' | 'superadmin' | null;
}

/** A group that the session's number is in. */
export interface Group {
  /** `…@g.us` */
  id: string;
  name: string;
  participantCount: number;
  description?: string | null;
  /** Who created it. */
  owner?: GroupPerson | null;
  /** Epoch milliseconds. */
  createdAt?: number | null;
  /** Only admins can write. */
  announce?: boolean;
  /** Only admins can change the name, the description, the picture and the settings. */
  restrict?: boolean;
}

export interface GroupInfo extends Group {
  /** Admins approve who joins. */
  joinApproval: boolean;
  members: GroupMember[];
}

/** What WhatsApp answers about one person. */
export interface MemberOutcome {
  /** The chat id as it was asked for. */
  asked: string;
  /** WhatsApp's code: 200, or the reason of a refusal. */
  code: number;
}

/** Somebody who has asked to join. */
export interface JoinRequest {
  person: GroupPerson;
  /** Epoch milliseconds; null if unknown. */
  at: number | null;
  /** `invite_link`, `linked_group_join`, `non_admin_add`, as WhatsApp says it. */
  method: string | null;
}

export interface GroupSettings {
  announce?: boolean;
  restrict?: boolean;
  joinApproval?: boolean;
}

export type MemberChange = 'add' | 'remove' | 'promote' | 'demote';

/** How something that is created is told apart from what an earlier try at the same may have created. */
export interface CreatedOnce {
  /** A wire id; the same if it is tried again. */
  key: string;
  /** When it was first tried, in epoch milliseconds. */
  since: number;
  /** An earlier try may have created it, and its answer was lost. */
  mayExist: boolean;
}

/** What can be done in groups. People are chat ids of any form; `group` is `…@g.us`. */
export type GroupAct =
  | { do: 'get'; group: string }
  /** One that an earlier try created is the answer. */
  | ({ do: 'create'; name: string; people: string[] } & CreatedOnce)
  | { do: 'update'; group: string; name?: string; description?: string | null; settings?: GroupSettings }
  | { do: 'change_members'; group: string; people: string[]; change: MemberChange }
  | { do: 'leave'; group: string }
  /** `jpeg` is square, in base64. */
  | { do: 'set_picture'; group: string; jpeg: string }
  | { do: 'invite'; group: string }
  | { do: 'reset_invite'; group: string }
  | { do: 'join'; code: string }
  | { do: 'requests'; group: string }
  | { do: 'decide'; group: string; people: string[]; approve: boolean };

export interface GroupAnswers {
  get: GroupInfo;
  create: { group: GroupInfo; outcomes: MemberOutcome[] };
  update: null;
  change_members: MemberOutcome[];
  leave: null;
  set_picture: null;
  invite: { code: string };
  reset_invite: { code: string };
  /** `isMember` is false while an admin has yet to approve. The id is null if WhatsApp did not say it. */
  join: { groupId: string | null; isMember: boolean };
  requests: JoinRequest[];
  decide: MemberOutcome[];
}

/** WhatsApp's refusals, as every transport words them. */
export const GROUP_REFUSALS = {
  not_allowed:
    'WhatsApp refused: only an admin of the group may do this, and the number must be in the group. Make it an admin on a phone, then try again.',
  not_found: 'WhatsApp knows no such group.',
  not_acceptable: 'WhatsApp did not accept this. Check the values, or the invite code.',
  conflict: 'The number is in this group already.',
  gone: 'This invite is no longer valid. Ask an admin of the group for a new one.',
  full: 'The group is full.',
  nobody_on_whatsapp:
    'None of these people is on WhatsApp, so there is nobody to create a group with. Check the numbers.',
} as const;

export type GroupRefusal = keyof typeof GROUP_REFUSALS;

/** What a transport with groups can do. */
export interface GroupActs {
  /**
   * Does it on WhatsApp. Rejects with `TransportError`: reason `not_found` if there is no such group for this number,
   * `not_allowed` if the number is not an admin or not in the group.
   */
  actOnGroup?<Act extends GroupAct>(act: Act): Promise<GroupAnswers[Act['do']]>;
}

/** How people came into a group, as far as WhatsApp says. */
export type AddedHow = 'added' | 'invite_link' | 'approved' | 'group_created' | 'community';

/** What has changed in a group. */
export type WhatChanged =
  | { kind: 'added'; people: GroupPerson[]; how: AddedHow }
  | { kind: 'removed'; people: GroupPerson[]; how: 'left' | 'removed' }
  | { kind: 'promoted' | 'demoted'; people: GroupPerson[] }
  | { kind: 'name'; name: string }
  /** Null: the group has none any more. */
  | { kind: 'description'; description: string | null }
  /** What has changed: see `GroupSettings`; `disappearsInS` is 0 when messages stay. */
  | {
      kind: 'settings';
      settings: GroupSettings & { membersCanAdd?: boolean; disappearsInS?: number; picture?: boolean };
    };

/** A change in a group, by anybody. */
export interface GroupChange {
  /** The same if it is reported again. */
  id: string;
  groupId: string;
  /** Null if unknown. */
  groupName: string | null;
  /** Who did it; null if WhatsApp did not say. */
  by: GroupPerson | null;
  what: WhatChanged;
  /** Epoch milliseconds. */
  at: number;
}

/** What a transport tells of groups. */
export interface GroupHandlers {
  /** Resolves when the engine has stored it. Until then the transport may report it again. */
  onGroupChange?(change: GroupChange): Promise<void>;
  /** The subject of a group was learned on the way. */
  onGroupName?(groupId: string, name: string): void;
}
