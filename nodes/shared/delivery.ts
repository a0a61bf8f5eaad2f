import type { IDataObject } from 'n8n-workflow';

/** What the engine posts to a webhook. */
export interface EngineEvent {
  id: string;
  type: string;
  created_at: string;
  data: IDataObject;
}

/** Reads a delivery's body; nothing when it is no event. */
export function parseEvent(rawBody: Buffer): EngineEvent | undefined {
  try {
    const event = JSON.parse(rawBody.toString('utf8')) as Partial<EngineEvent>;
    return event.id && event.type && event.data ? (event as EngineEvent) : undefined;
  } catch {
    return undefined;
  }
}

/** An event as an item, flat: its data with its own id, type and time beside. */
export function flatten({ id, type, created_at, data }: EngineEvent): IDataObject {
  return { ...data, event: type, event_id: id, event_created_at: created_at };
}
