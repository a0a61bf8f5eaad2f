import { TransportError } from '../../transport';

/** The error of anything that the link was needed for while it was not there. */
export function linkDown(): TransportError {
  return new TransportError('link_down', true, 'The link is down; try again when it is back.');
}

/** WhatsApp's server left a question without an answer, or with one that holds nothing. */
export function noAnswer(what: string): TransportError {
  return new TransportError('no_answer', true, `WhatsApp did not say ${what}.`);
}
