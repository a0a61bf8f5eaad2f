import { sentenceOf } from '../../../engine/errors';
import type { Answer } from './start-engine';

/** One row of a table of bad input: what is sent, and where and in which words the answer finds fault with it. */
export type BadInput = readonly [body: unknown, path: string, code: string, says: string | RegExp];

/** Checks that an answer is a whole error of the contract whose first detail is this one. */
export function expectFault(answer: Answer, path: string, code: string, says: string | RegExp): void {
  const { error } = answer.body;
  expect({ status: answer.status, code: error?.code }).toEqual({ status: 400, code: 'invalid_request' });
  expectEnvelope(answer);
  const [first] = error.details;
  expect(first).toEqual({
    path,
    code,
    message: typeof says === 'string' ? says : expect.stringMatching(says),
  });
  const others = error.details.length - 1;
  const more = others > 0 ? ` (${others} more in details.)` : '';
  expect(error.message).toBe(`${sentenceOf(first)}${more}`);
}

/** Checks what every error has in common: the envelope, the request's id, and nothing of the engine's insides. */
export function expectEnvelope({ status, body, headers }: Answer): void {
  expect(status).toBeGreaterThanOrEqual(400);
  expect(Object.keys(body)).toEqual(['error']);
  const { code, message, request_id: requestId, details } = body.error;
  expect(code).toMatch(/^[a-z_]+$/);
  expect(requestId).toMatch(/^req_[0-9A-Z]{26}$/);
  expect(headers.get('x-request-id')).toBe(requestId);
  for (const text of [message, ...(details ?? []).map((detail: { message: string }) => detail.message)]) {
    expect(text).toMatch(/\S/);
    expect(text).not.toMatch(/undefined|\[object|node_modules|\.[jt]s:\d|\n\s+at |regex|pattern|zod/i);
  }
}

/** A name for a row of a table: the body, cut short. */
export function inShort(body: unknown): string {
  const text = JSON.stringify(body) ?? 'nothing';
  return text.length > 70 ? `${text.slice(0, 60)}… (${text.length})` : text;
}
