import { createHash } from 'node:crypto';

/** One of several texts of a campaign. */
export interface Variant {
  name: string;
  /** A template: the text, or the caption of the campaign's media. */
  text: string;
  /** Percent of the contacts, about; those of all variants make 100. */
  share: number;
}

const PERCENT = 100;

/**
 * Which variant a contact of a campaign gets: its index. It is drawn by campaign and contact, so it is the same whenever
 * it is asked, and the same contact may get another variant of another campaign.
 */
export function drawVariant(campaignId: string, contactId: string, variants: readonly Variant[]): number {
  const hash = createHash('sha256').update(`${campaignId}/${contactId}`).digest();
  const place = (hash.readUIntBE(0, 6) / 2 ** 48) * PERCENT;
  let end = 0;
  const found = variants.findIndex(({ share }) => place < (end += share));
  return found === -1 ? variants.length - 1 : found;
}

/** What is wrong with variants beyond the schema of each; null if nothing is. */
export function variantsFault(variants: readonly Variant[]): string | null {
  const sum = variants.reduce((all, { share }) => all + share, 0);
  if (sum !== PERCENT) return `have shares of ${sum} in all. Make them ${PERCENT}.`;
  const names = variants.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? null : `have the name "${twice}" twice. Give each another name.`;
}
