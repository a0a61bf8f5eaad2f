import { DateTime } from 'luxon';
import type { ILoadOptionsFunctions, INodePropertyOptions } from 'n8n-workflow';
import { callEngine } from '../../shared/call-engine';
import { readSchedule } from '../actions/recurrence/read-schedule';
import { RECURRENCES } from '../actions/recurrence/resource';

/** The next moments of the form, to be looked at: what the engine makes of its fields, or what is wrong with them. */
export async function getNextMoments(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  const fields = this.getCurrentNodeParameters() ?? {};
  const hasExpression = Object.values(fields).some(
    (value) => typeof value === 'string' && value.startsWith('='),
  );
  if (hasExpression) return [only('Known when the workflow runs, because a field has an expression')];
  try {
    const body = readSchedule((name) => fields[name], this.getTimezone());
    const { next } = await callEngine(this, { method: 'POST', path: `${RECURRENCES}/preview`, body });
    return (next as string[]).map((moment, index) => ({
      name: DateTime.fromISO(moment, { zone: String(body.timezone) }).toFormat(
        "cccc, LLLL d, yyyy, 'at' HH:mm",
      ),
      // What is chosen from the start, so that the field shows the next one before it is opened.
      value: index === 0 ? '' : moment,
    }));
  } catch (error) {
    return [only((error as Error).message)];
  }
}

const only = (text: string): INodePropertyOptions => ({ name: text, value: '' });
