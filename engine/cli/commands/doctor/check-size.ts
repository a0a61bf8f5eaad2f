import type { EngineFile } from '../../../data-folder/engine-file';
import type { TableSize } from '../../../store/tables/table-sizes';
import { good, skipped, type Finding } from './finding';

const SHOWN = 5;
const METRIC = /^blueticks_table_bytes\{table="([^"]+)"\} (\S+)$/gm;

/** The sizes of the tables as a running engine tells them; null if it does not. */
export async function sizesOfEngine({ url }: EngineFile): Promise<TableSize[] | null> {
  const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) }).catch(() => null);
  if (!response?.ok) return null;
  const sizes = [...(await response.text()).matchAll(METRIC)].map(([, table, bytes]) => ({
    table: table!,
    bytes: Number(bytes),
  }));
  return sizes.sort((a, b) => b.bytes - a.bytes);
}

/** How large the database is, and which tables are the largest. */
export function checkSize(sizes: readonly TableSize[] | null): Finding {
  if (sizes === null || sizes.length === 0) return skipped('not known here');
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  const largest = sizes.slice(0, SHOWN).map(({ table, bytes }) => `${table} ${inUnits(bytes)}`);
  return good(`${inUnits(total)}: ${largest.join(', ')}${sizes.length > SHOWN ? ' …' : ''}`);
}

function inUnits(bytes: number): string {
  const kibibytes = bytes / 1024;
  if (kibibytes < 1024) return `${Math.ceil(kibibytes)} KiB`;
  const mebibytes = kibibytes / 1024;
  return mebibytes < 1024 ? `${mebibytes.toFixed(1)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}
