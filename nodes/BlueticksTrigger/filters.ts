import type { IDataObject } from 'n8n-workflow';

/** Events that carry words which a person wrote to the linked number. */
const WRITTEN_BY_PEOPLE = [
  'message.received',
  'message.edited',
  'new_message_received_webhook',
  'message_edited_webhook',
];

/** The two filters that the engine does not have; the others it applies before it delivers. */
export function passesFilters(
  { type, data }: { type: string; data: IDataObject },
  { keyword, ignoreGroups }: IDataObject,
): boolean {
  if (ignoreGroups && isGroup(data)) return false;
  const word = String(keyword ?? '')
    .trim()
    .toLowerCase();
  if (!word || !WRITTEN_BY_PEOPLE.includes(type)) return true;
  return String(data.text ?? '')
    .toLowerCase()
    .includes(word);
}

function isGroup(data: IDataObject): boolean {
  return (
    data.is_group === true || [data.chat_id, data.to].some((chat) => String(chat ?? '').endsWith('@g.us'))
  );
}
