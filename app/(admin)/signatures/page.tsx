import { useLocale, useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import { Meter } from '@/components/charts'
import { DataTable } from '@/components/data-table'
import { PageHeader, Section } from '@/components/page'
import { CannotLook, Empty } from '@/components/states'
import { Status } from '@/components/status'
import { Time } from '@/components/time'
import { readRecords, type Principal } from '@/lib/db/scope'
import { count, nothing, percent } from '@/lib/format/format'
import { may } from '@/lib/session/permissions'
import { requirePrincipal } from '@/lib/session/principal'
import { listCoverage, listSignatures, type Coverage, type SignatureRow } from '@/lib/signatures/records'
import { attempt } from '../audit/attempt'
import { whatIsMissing } from '../audit/missing'
import { VerifyButton } from './verify-button'
import { Unread } from '../requests/frame'

const needs = {
  relations: ['public.digital_signatures'],
  routines: ['app.signature_coverage', 'app.document_digest', 'app.record_verification'],
}

export async function generateMetadata() {
  return { title: (await getTranslations('signatures'))('title') }
}

export default async function SignaturesPage() {
  const principal = await requirePrincipal('audit:read')
  const t = await getTranslations('signatures')
  return (
    <>
      <PageHeader
        title={t('title')}
        facts={t('intro')}
        actions={may(principal, 'findings:write') && <VerifyButton label={t('verify')} />}
      />
      <Section>
        <Content principal={principal} />
      </Section>
    </>
  )
}

async function Content({ principal }: { principal: Principal }) {
  const t = await getTranslations('signatures')
  const missing = await whatIsMissing(principal.database, needs)
  if (missing.what.length > 0) return <CannotLook title={t('missing')} cause={missing.what.join(', ')} />
  const { value, error } = await attempt(() =>
    readRecords(principal, async (tx) => ({
      coverage: await listCoverage(tx),
      // An administrator has no right to single signatures, only to how many hold.
      signatures: principal.role === 'compliance_officer' ? await listSignatures(tx) : null,
    })),
  )
  if (error) return <Unread error={error} />
  return (
    <>
      <h2 className="mb-2 font-semibold">{t('coverage')}</h2>
      {value.coverage.length === 0 ? (
        <Empty title={t('noDocuments')} />
      ) : (
        <CoverageTable rows={value.coverage} />
      )}
      {value.signatures && (
        <>
          <h2 className="mt-6 mb-2 font-semibold">{t('newest')}</h2>
          {value.signatures.length === 0 ? (
            <Empty title={t('noSignatures')} />
          ) : (
            <Signatures rows={value.signatures} />
          )}
        </>
      )}
    </>
  )
}

function CoverageTable({ rows }: { rows: readonly Coverage[] }) {
  const t = useTranslations('signatures')
  const locale = useLocale()
  const number = (value: number) => count(value, locale)
  return (
    <DataTable
      caption={t('coverage')}
      rows={rows}
      rowKey={(row) => `${row.clinicId} ${row.documentTable}`}
      columns={[
        {
          id: 'clinic',
          head: t('columns.clinic'),
          cell: (row) => row.clinicName ?? row.clinicId.slice(0, 8),
        },
        {
          id: 'document',
          head: t('columns.document'),
          cell: (row) => t(`documents.${kindOf(row.documentTable)}`),
        },
        { id: 'finished', head: t('columns.finished'), align: 'end', cell: (row) => number(row.finished) },
        { id: 'signed', head: t('columns.signed'), align: 'end', cell: (row) => number(row.signed) },
        {
          id: 'share',
          head: t('columns.share'),
          width: '10rem',
          cell: (row) => (
            <span className="flex items-center gap-2">
              <Meter
                label={t('columns.share')}
                whole={row.finished}
                text={percent(row.signed, row.finished, locale)}
                parts={[
                  { value: row.valid, tone: 'ok', label: t('columns.valid') },
                  { value: row.undetermined, tone: 'info', label: t('columns.undetermined') },
                  { value: row.invalid, tone: 'bad', label: t('columns.invalid') },
                ]}
              />
              <span className="text-meta w-10 text-end">{percent(row.signed, row.finished, locale)}</span>
            </span>
          ),
        },
        { id: 'valid', head: t('columns.valid'), align: 'end', cell: (row) => number(row.valid) },
        {
          id: 'undetermined',
          head: t('columns.undetermined'),
          align: 'end',
          cell: (row) => number(row.undetermined),
        },
        { id: 'invalid', head: t('columns.invalid'), align: 'end', cell: (row) => number(row.invalid) },
      ]}
    />
  )
}

function Signatures({ rows }: { rows: readonly SignatureRow[] }) {
  const t = useTranslations('signatures')
  return (
    <DataTable
      caption={t('newest')}
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
        { id: 'signer', head: t('columns.signer'), cell: (row) => row.signerName },
        {
          id: 'document',
          head: t('columns.document'),
          cell: (row) => t(`documents.${kindOf(row.documentTable)}`),
        },
        { id: 'signed', head: t('columns.signedAt'), cell: (row) => <Time at={row.signedAt} look="day" /> },
        { id: 'level', head: t('columns.level'), cell: (row) => t(`levels.${levelOf(row.level)}`) },
        { id: 'validation', head: t('columns.validation'), cell: (row) => <Validation row={row} /> },
        { id: 'checked', head: t('columns.checked'), cell: (row) => <Time at={row.validatedAt} /> },
        { id: 'clinic', head: t('columns.clinic'), cell: (row) => row.clinicName ?? nothing },
      ]}
    />
  )
}

function Validation({ row }: { row: SignatureRow }) {
  const t = useTranslations('signatures.reasons')
  const reason = row.reason ?? (row.isKept ? 'unchecked' : 'not-kept')
  const outcome = { valid: 'pass', invalid: 'fail', undetermined: 'unknown' } as const
  return (
    <Status of="outcome" value={outcome[row.validation]}>
      {t.has(reason) ? t(reason as 'valid') : reason}
    </Status>
  )
}

const kindOf = (table: string) =>
  table === 'public.prescriptions'
    ? 'prescription'
    : table === 'public.consent_records'
      ? 'consent'
      : 'record'
const levelOf = (level: string) => (level === 'qualified' || level === 'advanced' ? level : 'simple')
