import { getTranslations } from 'next-intl/server'
import { ActionForm } from '@/components/action-form'
import { DataTable, type Column } from '@/components/data-table'
import { Time } from '@/components/time'
import { listSittings, type SittingRow } from '@/lib/consents/sittings'
import { readRecords, type Principal } from '@/lib/db/scope'
import { attempt } from '../../audit/attempt'
import { Unread } from '../../requests/frame'
import { revokeLink } from '../actions'

/** The newest links and what became of them; an open one can be closed. */
export async function Sittings({ principal }: { principal: Principal }) {
  const t = await getTranslations('consents.ask')
  const s = await getTranslations('shell.form')
  const { value, error } = await attempt(() => readRecords(principal, listSittings))
  if (error) return <Unread error={error} />
  if (value.length === 0) return <p className="text-muted">{t('noSittings')}</p>
  const columns: readonly Column<SittingRow>[] = [
    {
      id: 'patient',
      head: t('patient'),
      cell: (row) => <code>{row.recordNumber ?? row.patientId.slice(0, 8)}</code>,
    },
    { id: 'where', head: t('where'), cell: (row) => t(`devices.${row.device}`) },
    { id: 'state', head: t('state'), cell: (row) => t(`states.${row.state}`) },
    { id: 'made', head: t('made'), cell: (row) => <Time at={row.createdAt} /> },
    {
      id: 'revoke',
      head: t('until'),
      cell: (row) => (
        <span className="flex flex-wrap items-center gap-3">
          <Time at={row.expiresAt} />
          {(row.state === 'open' || row.state === 'begun') && (
            <ActionForm
              action={revokeLink}
              submit={t('revoke')}
              working={s('working')}
              quiet
              inline
              values={{ clinic: row.clinicId, id: row.id }}
            />
          )}
        </span>
      ),
    },
  ]
  return <DataTable caption={t('sittingsCaption')} columns={columns} rows={value} rowKey={(row) => row.id} />
}
