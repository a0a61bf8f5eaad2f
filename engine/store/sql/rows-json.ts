/**
 * Rows as a parameter of `json_populate_recordset`, which reads a column that is not there as null. Leaving nulls out, and
 * json instead of jsonb, makes an insert of messages a fifth cheaper.
 */
export function rowsJson(rows: readonly object[]): string {
  return JSON.stringify(rows.map(withoutNulls));
}

/** Only at the top: a null inside a JSON column means something. A copy with undefined is quicker than a new object. */
function withoutNulls(row: object): object {
  const copy: Record<string, unknown> = { ...row };
  for (const column in copy) if (copy[column] === null) copy[column] = undefined;
  return copy;
}
