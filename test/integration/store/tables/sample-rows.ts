import type { Database } from '../../../../engine/store/sql/database';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a row of any table
export type Row = any;

/** A value that is not the column's default; the second one differs from the first. */
function sample(name: string, type: string, nth: 0 | 1): unknown {
  switch (type) {
    case 'text':
      return name === 'mode' ? 'live' : `${name} ${nth}`;
    case 'boolean':
      return nth === 0;
    case 'smallint':
    case 'integer':
    case 'real':
      return 7 + nth;
    case 'jsonb':
      return { [name]: `${nth}` };
    case 'ARRAY':
      return [`${name} ${nth}`];
    case 'bytea':
      return Buffer.from([nth, 255]);
    case 'timestamp with time zone':
      return new Date(Date.UTC(2026, 1 + nth, 3));
    default:
      throw new Error(`No sample value for a column of type ${type}. Add one.`);
  }
}

/** Rows of any table, with a value in every column. */
export class SampleRows {
  /** @param values by table and column: values that are not free, one or `[of the first row, of the second]` */
  constructor(
    private readonly database: Database,
    private readonly values: Record<string, Record<string, unknown> | undefined>,
  ) {}

  private async columnsOf(table: string): Promise<{ name: string; type: string; isKey: boolean }[]> {
    return this.database.query(
      `SELECT c.column_name AS name, c.data_type AS type, k.column_name IS NOT NULL AS "isKey"
       FROM information_schema.columns c LEFT JOIN information_schema.key_column_usage k
         ON k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.column_name = c.column_name
         AND k.constraint_name = c.table_name || '_pkey'
       WHERE c.table_schema = 'blueticks' AND c.table_name = $1`,
      [table],
    );
  }

  /** A row with a value for every column; a saved one has the key of the inserted one and otherwise other values. */
  async sampleRow(table: string, nth: 0 | 1): Promise<Row> {
    const values = this.values[table] ?? {};
    const row: Row = {};
    for (const { name, type, isKey } of await this.columnsOf(table)) {
      const value = values[name];
      if (value === undefined) row[name] = sample(name, type, isKey ? 0 : nth);
      else row[name] = Array.isArray(value) ? value[nth] : value;
    }
    return row;
  }

  /** SQL that finds the sample row, inserted or saved. */
  async byKey(table: string): Promise<{ where: string; params: unknown[] }> {
    const values = this.values[table] ?? {};
    const keys = (await this.columnsOf(table)).filter(({ isKey }) => isKey);
    const where = keys.map(({ name }, index) => `${name} = $${index + 1}`).join(' AND ');
    return { where, params: keys.map(({ name, type }) => values[name] ?? sample(name, type, 0)) };
  }

  async storedRow(table: string): Promise<Row> {
    const { where, params } = await this.byKey(table);
    const [row] = await this.database.query(`SELECT * FROM ${table} WHERE ${where}`, params);
    return row;
  }

  async insertWithoutEngine(table: string, row: Row): Promise<void> {
    const names = Object.keys(row);
    const types = new Map((await this.columnsOf(table)).map(({ name, type }) => [name, type]));
    await this.database.query(
      `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
      names.map((name) => (types.get(name) === 'jsonb' ? JSON.stringify(row[name]) : row[name])),
    );
  }
}
