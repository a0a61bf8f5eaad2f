import type { BinaryNode } from '../baileys';

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A stanza or a part of one. Undefined attributes are omitted. */
export function node(tag: string, attributes: Attributes = {}, content?: BinaryNode['content']): BinaryNode {
  const attrs: Record<string, string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) attrs[name] = String(value);
  }
  return content === undefined ? { tag, attrs } : { tag, attrs, content };
}

export function childrenOf(parent: BinaryNode | undefined, tag?: string): BinaryNode[] {
  if (!Array.isArray(parent?.content)) return [];
  return tag === undefined ? parent.content : parent.content.filter((child) => child.tag === tag);
}

export function childOf(parent: BinaryNode | undefined, tag: string): BinaryNode | undefined {
  return childrenOf(parent, tag)[0];
}

/** The bytes in a node; undefined if it contains nodes or is empty. */
export function bytesOf(leaf: BinaryNode | undefined): Buffer | undefined {
  if (leaf?.content instanceof Uint8Array) return Buffer.from(leaf.content);
  return typeof leaf?.content === 'string' ? Buffer.from(leaf.content) : undefined;
}

export function textOf(leaf: BinaryNode | undefined): string | undefined {
  return bytesOf(leaf)?.toString('utf8');
}

/** The bytes of a required part. Throws, naming the part, if they are missing. */
export function requiredBytes(parent: BinaryNode | undefined, tag: string): Buffer {
  const bytes = bytesOf(childOf(parent, tag));
  if (!bytes) throw new Error(`<${parent?.tag ?? '?'}> has no <${tag}> with bytes in it.`);
  return bytes;
}
