/** Answers as a list, or as text with one on each line: an AI agent and an expression may give either. */
export function readList(value: unknown): string[] {
  const rows = Array.isArray(value) ? value.map(String) : String(value ?? '').split('\n');
  return rows.map((row) => row.trim()).filter(Boolean);
}
