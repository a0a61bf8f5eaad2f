import { NodeApiError, type IDataObject, type IExecuteFunctions } from 'n8n-workflow';
import { callEngine, type EngineCall } from '../../../shared/call-engine';
import type { Contact } from './contacts-input';

/** The most contacts the engine accepts in one request. */
export const MOST_AT_ONCE = 1000;

/** Adds contacts to the audience at `path`, in as few requests as possible. Returns `added` and `contact_count`. */
export async function addInChunks(
  context: IExecuteFunctions,
  path: string,
  contacts: Contact[],
  itemIndex: number,
): Promise<IDataObject> {
  if (contacts.length === 0) throw new Error('Contacts is empty. Add at least one contact.');
  let added = 0;
  let answer: IDataObject = {};
  for (let at = 0; at < contacts.length; at += MOST_AT_ONCE) {
    const chunk = contacts.slice(at, at + MOST_AT_ONCE);
    answer = await postContacts(context, { method: 'POST', path: `${path}/contacts`, itemIndex }, chunk);
    added += Number(answer.added);
  }
  return { ...answer, added };
}

/** Sends one request with contacts in its body. An error about a contact names the input item it comes from. */
export async function postContacts(
  context: IExecuteFunctions,
  call: EngineCall,
  contacts: Contact[],
): Promise<IDataObject> {
  const rows = contacts.map(({ to, variables }) => ({ to, ...(variables ? { variables } : {}) }));
  const body = { ...call.body, contacts: rows };
  return await callEngine(context, { ...call, body }).catch((error: unknown) => {
    if (error instanceof NodeApiError) nameItems(error, contacts);
    throw error;
  });
}

/** `contacts.17.to: …` becomes "item 1017, to: …", and the error card links to that item. Typed rows keep their numbers. */
function nameItems(error: NodeApiError, contacts: Contact[]): void {
  const isFromItems = new Set(contacts.map(({ itemIndex }) => itemIndex)).size === contacts.length;
  if (!isFromItems) return;
  const first = /\bcontacts\.(\d+)/.exec(error.message)?.[1];
  if (first === undefined) return;
  const name = (_: string, index: string): string => `item ${contacts[Number(index)]?.itemIndex}, `;
  error.context.itemIndex = contacts[Number(first)]?.itemIndex;
  error.message = error.message.replace(/\bcontacts\.(\d+)\.?/g, name);
  error.description = error.description?.replace(/\bcontacts\.(\d+)\.?/g, name);
}
