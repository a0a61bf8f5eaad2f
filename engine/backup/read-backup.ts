import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DamagedBackup, parseHeader, type BackupEnd, type Header, type TableEnd } from './backup-format';
import { TableSum } from './checksum';
import type { Line } from './table-rows';
import type { Table } from './tables';

/** What a backup holds, in the order of the file. */
export interface BackupReader {
  onHeader(header: Header): Promise<void> | void;
  onRows(table: Table, lines: Line[]): Promise<void> | void;
}

const LINE_END = 10;

/**
 * Reads a backup from its first byte to its last, and checks it on the way: every count, every table's checksum, and that
 * of the whole.
 * @throws DamagedBackup, which says where; the errors of `parseHeader`; the system's error if it cannot be read
 */
export async function readBackup(file: string, reader: BackupReader): Promise<Header> {
  const check = new BackupCheck(file);
  const bytes = pipeline(createReadStream(file), createGunzip(), () => undefined);
  try {
    for await (const lines of linesOf(bytes as AsyncIterable<Buffer>, check)) {
      for (const { header, rows } of check.read(lines)) {
        if (header) await reader.onHeader(header);
        if (rows) await reader.onRows(rows.table, rows.lines);
      }
    }
  } catch (error) {
    if (isCompressionFault(error)) throw check.cutShort();
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error;
    throw new Error(`${file} cannot be read (${code}). Check the path.`);
  }
  return check.end();
}

/** The complete lines of each chunk. */
async function* linesOf(chunks: AsyncIterable<Buffer>, check: BackupCheck): AsyncGenerator<Buffer[]> {
  let parts: Buffer[] = [];
  for await (const chunk of chunks) {
    const lines: Buffer[] = [];
    let from = 0;
    for (let to = chunk.indexOf(LINE_END); to >= 0; to = chunk.indexOf(LINE_END, from)) {
      lines.push(
        parts.length > 0 ? Buffer.concat([...parts, chunk.subarray(from, to)]) : chunk.subarray(from, to),
      );
      parts = [];
      from = to + 1;
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
    if (lines.length > 0) yield lines;
  }
  if (parts.length > 0) throw check.cutShort();
}

/** What zlib says of bytes that are not what it wrote, or end too early. */
function isCompressionFault(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return code.startsWith('Z_');
}

interface Part {
  header?: Header;
  rows?: { table: Table; lines: Line[] };
}

/** Follows the lines of a backup and compares them with what its own ends say. */
class BackupCheck {
  private header: Header | undefined;
  private nth = 0;
  private sum = new TableSum();
  private rows = 0;
  private ended = false;
  private readonly hash = createHash('sha256');

  constructor(private readonly file: string) {}

  /** @returns what the lines hold, rows of one table together */
  read(lines: Buffer[]): Part[] {
    const parts: Part[] = [];
    let rows: Line[] = [];
    const endRows = (): void => {
      if (rows.length > 0) parts.push({ rows: { table: this.table!, lines: rows } });
      rows = [];
    };
    for (const bytes of lines) {
      const line = bytes.toString('utf8');
      if (this.ended) throw this.damaged('there is more after its end');
      if (!this.header) {
        this.header = parseHeader(this.file, line);
        parts.push({ header: this.header });
      } else if (line.startsWith('[')) {
        if (!this.table) throw this.damaged('it has rows of no table');
        this.sum.add(line);
        this.rows += 1;
        rows.push(line);
      } else {
        endRows();
        this.readEnd(line);
      }
      this.hash.update(bytes).update('\n');
    }
    endRows();
    return parts;
  }

  private get table(): Header['tables'][number] | undefined {
    return this.header?.tables[this.nth];
  }

  private readEnd(line: string): void {
    let end: Partial<TableEnd & BackupEnd> = {};
    try {
      end = JSON.parse(line) as typeof end;
    } catch {
      // Neither end: told below.
    }
    if (end.end_of_backup && !this.table) {
      const same = end.rows === this.rows && end.sha256 === this.hash.copy().digest('hex');
      if (!same) throw this.damaged('its checksum differs from its contents');
      this.ended = true;
      return;
    }
    const { table } = this;
    if (!table || end.end_of !== table.name) throw this.damaged(`${this.where()} has a line that is not one`);
    const { rows, checksum } = this.sum.sum;
    if (rows !== end.rows || rows !== table.rows) {
      throw this.damaged(`the table ${table.name} has ${rows} rows, not ${table.rows}`);
    }
    if (checksum !== end.checksum) {
      throw this.damaged(`the checksum of the table ${table.name} differs from its rows`);
    }
    this.nth += 1;
    this.sum = new TableSum();
  }

  /** @throws DamagedBackup if the file ended too early */
  end(): Header {
    if (!this.ended) throw this.cutShort();
    return this.header!;
  }

  cutShort(): DamagedBackup | Error {
    if (!this.header)
      return new Error(`${this.file} is not a backup. Use a file that "blueticks-engine backup" made.`);
    return this.damaged(`it cannot be read beyond ${this.where()}`);
  }

  private where(): string {
    return this.table ? `row ${this.sum.sum.rows} of the table ${this.table.name}` : 'its last table';
  }

  private damaged(fault: string): DamagedBackup {
    return new DamagedBackup(this.file, fault);
  }
}
