import type { AudienceRow } from '../store/tables/audiences';
import type { ContactRow } from '../store/tables/contacts';

/** An audience as the API shows it. */
export function presentAudience(row: AudienceRow) {
  return {
    id: row.id,
    name: row.name,
    contact_count: row.contact_count,
    created_at: row.created_at.toISOString(),
  };
}

export function presentContact(row: ContactRow) {
  return {
    id: row.id,
    to: row.recipient,
    variables: row.variables,
    added_at: row.added_at.toISOString(),
  };
}
