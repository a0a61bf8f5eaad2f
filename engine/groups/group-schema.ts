import { z } from 'zod';
import { chars, notEmpty, nullableTime, token } from '../request-fields';
import { PersonInGroupSchema } from './people-in-group';

/** Groups in requests and responses. What the published API has, and fields of ours. */

const MOST_PEOPLE = 256;
const LONGEST_DESCRIPTION = 2048;
const LONGEST_DATA_URL = 20_971_520;

const name = chars(100);
const people = z.array(token(128)).min(1).max(MOST_PEOPLE).describe('phone numbers or chat ids');

export const CreateGroupSchema = z.strictObject({ name, participants: people });
export type CreateGroup = z.output<typeof CreateGroupSchema>;

export const EditGroupSchema = notEmpty(
  z.strictObject({
    name: name.optional(),
    description: chars(LONGEST_DESCRIPTION).nullable().optional().describe('null removes it'),
    settings: notEmpty(
      z.strictObject({
        announce: z.boolean().optional().describe('only admins can write'),
        restrict: z.boolean().optional().describe('only admins can change name, description and picture'),
        edit_info_admins_only: z.boolean().optional().describe('the same as restrict'),
        join_approval: z.boolean().optional().describe('admins approve who joins'),
      }),
      'setting',
    ).optional(),
  }),
);
export type EditGroup = z.output<typeof EditGroupSchema>;

export const AddMembersSchema = z
  .strictObject({ chat_id: token(128).optional(), participants: people.optional() })
  .refine(({ chat_id: one, participants }) => (one === undefined) !== (participants === undefined), {
    error: 'needs either chat_id or participants, not both.',
    path: [],
  });
export type AddMembers = z.output<typeof AddMembersSchema>;

export const SetPictureSchema = z
  .strictObject({
    file_data_url: chars(LONGEST_DATA_URL)
      .optional()
      .describe('the picture as data:image/jpeg;base64,… or in base64 alone'),
    url: token(2048).optional().describe('https URL of the picture'),
    file_name: z.string().max(255).optional().describe('accepted, without effect'),
    file_mime_type: z.string().max(127).optional().describe('accepted, without effect'),
  })
  .refine(({ file_data_url: data, url }) => (data === undefined) !== (url === undefined), {
    error: 'needs either url or file_data_url, not both.',
    path: [],
  });
export type SetPicture = z.output<typeof SetPictureSchema>;

export const JoinGroupSchema = z
  .strictObject({
    code: token(64).optional(),
    url: token(256).optional().describe('https://chat.whatsapp.com/…'),
  })
  .refine(({ code, url }) => (code === undefined) !== (url === undefined), {
    error: 'needs either code or url, not both.',
    path: [],
  });
export type JoinGroup = z.output<typeof JoinGroupSchema>;

export const DecideSchema = z.strictObject({ action: z.enum(['approve', 'reject']) });

const MemberSchema = PersonInGroupSchema.extend({ is_admin: z.boolean(), is_super_admin: z.boolean() });

export const GroupSchema = z.object({
  id: z.string().describe('…@g.us, the chat id to send to'),
  name: z.string().nullable(),
  description: z.string().nullable(),
  owner: z.string().nullable().describe('the chat id of who created it'),
  created_at: nullableTime,
  last_message_at: nullableTime.describe('of the history that the engine keeps'),
  participant_count: z.int().nullable(),
  announce: z.boolean().nullable().describe('only admins can write'),
  restrict: z.boolean().nullable().describe('only admins can change name, description and picture'),
  join_approval: z.boolean().nullable().describe('admins approve who joins'),
  participants: z.array(MemberSchema).nullable().describe('null in lists'),
});
export type ShownGroup = z.output<typeof GroupSchema>;

export const MemberResultSchema = z.object({
  chat_id: z.string(),
  status: z
    .enum([
      ...(['ok', 'already_member', 'not_a_member', 'not_on_whatsapp', 'invite_needed'] as const),
      ...(['left_recently', 'group_full', 'blocked', 'refused'] as const),
    ])
    .describe('what happened'),
  message: z.string().nullable().describe('what to do about it; null if all is well'),
});
export type MemberResult = z.output<typeof MemberResultSchema>;

export const ChangedGroupSchema = GroupSchema.extend({
  results: z.array(MemberResultSchema).describe('one for each person in the request'),
});

export const InviteSchema = z.object({ code: z.string(), url: z.string() });

export const JoinedSchema = z.object({
  status: z.enum(['joined', 'waiting_for_approval']),
  id: z.string().nullable().describe('the chat id of the group, if WhatsApp says it'),
});

export const JoinRequestSchema = PersonInGroupSchema.extend({
  requested_at: nullableTime,
  method: z.string().nullable().describe('invite_link, linked_group_join or non_admin_add'),
});

export const ParticipantSchema = z.object({
  chat_id: z.string(),
  is_admin: z.boolean(),
  is_super_admin: z.boolean(),
});
