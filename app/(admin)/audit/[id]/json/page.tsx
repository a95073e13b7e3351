import { EntryPage } from '../../entry-page'

export default async function AuditEntry({ params }: { params: Promise<{ id: string }> }) {
  return <EntryPage id={(await params).id} tab="json" />
}
