import { gramsOf } from './search-grams';

/** How many messages a block has, and how many blocks a segment. */
export const BLOCK_MESSAGES = 64;
export const SEGMENT_BLOCKS = 256;

/** Bits of blocks, of which none is set. */
export const noBlocks = (): Uint8Array => new Uint8Array(SEGMENT_BLOCKS / 8);

export function setBlock(blocks: Uint8Array, block: number): Uint8Array {
  blocks[block >> 3]! |= 1 << (block & 7);
  return blocks;
}

/** The blocks that all of these have, the last one first. */
export function blocksOfAll(each: readonly Uint8Array[]): number[] {
  const found: number[] = [];
  for (let block = SEGMENT_BLOCKS - 1; block >= 0; block -= 1)
    if (each.every((blocks) => (blocks[block >> 3]! & (1 << (block & 7))) !== 0)) found.push(block);
  return found;
}

/** Collects what the texts of a segment contain. */
export class SegmentGrams {
  readonly grams = new Map<number, Uint8Array>();
  /** The last message of each block. */
  readonly blockIds: string[] = [];

  /** Adds the next block. */
  add(texts: readonly { id: string; text: string | null }[]): void {
    const block = this.blockIds.push(texts.at(-1)!.id) - 1;
    const grams = new Set<number>();
    for (const { text } of texts) if (text !== null) gramsOf(text, grams);
    for (const gram of grams) {
      let blocks = this.grams.get(gram);
      if (!blocks) this.grams.set(gram, (blocks = noBlocks()));
      setBlock(blocks, block);
    }
  }
}
