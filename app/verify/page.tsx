import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import { KeyValues } from '@/components/page'
import { limitTries } from '@/lib/consents/rate'
import { spacedCode, verifyReceipt, type Verified } from '@/lib/consents/receipt'
import { shownStatus } from '@/lib/consents/types'
import { exact } from '@/lib/format/format'
import { defineSearch, text, type SearchParams } from '@/lib/url/search'
import { attempt } from '../(admin)/audit/attempt'
import { PublicFrame } from '../c/frame'
import { inAnyDatabase, origin } from '../c/guest'
import { NotNow } from '../c/not-now'
import { withdrawHere } from './actions'

const search = defineSearch('/verify', { code: text })

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('receipt'))('verify.title') }
}

/** Anybody checks a receipt by its code; the answer names no person. */
export default async function VerifyPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const t = await getTranslations('receipt')
  const { code } = search.parse(await searchParams)
  const { value: found, error } = await attempt(async () => {
    limitTries('verify', (await origin()).ip, 60)
    return code.trim() ? inAnyDatabase((tx) => verifyReceipt(tx, code.slice(0, 60))) : null
  })
  return (
    <PublicFrame title={t('verify.title')} lead={t('verify.lead')}>
      <form method="get" action="/verify" className="mb-6 flex flex-wrap items-end gap-2">
        <label className="block w-full max-w-[20rem]">
          <span className="mb-1 block font-medium">{t('verify.code')}</span>
          <input
            name="code"
            defaultValue={code}
            maxLength={60}
            autoComplete="off"
            spellCheck={false}
            className="border-edge bg-panel rounded-control block min-h-9 w-full border px-2.5 py-1 font-mono"
          />
        </label>
        <button
          type="submit"
          className="border-accent bg-accent text-paper rounded-control min-h-9 border px-3 py-1 font-medium hover:brightness-110"
        >
          {t('verify.submit')}
        </button>
      </form>
      {error && <NotNow error={error} />}
      {code.trim() && !found && !error && (
        <p role="status" className="border-warn bg-warn-bg rounded-card border px-4 py-3">
          <span aria-hidden="true">✕ </span>
          {t('verify.unknown')}
        </p>
      )}
      {found && <Proof proof={found.value} />}
      {found?.value.status === 'granted' && <TakeBack code={found.value.code} />}
    </PublicFrame>
  )
}

/** As easy as it was to consent (LGPD art. 8 §5). */
async function TakeBack({ code }: { code: string }) {
  const t = await getTranslations('receipt')
  const l = await getTranslations('link')
  return (
    <details className="border-line rounded-card bg-panel mt-4 border px-4 py-3">
      <summary className="link">{t('verify.takeBack')}</summary>
      <p className="text-muted mt-3">{t('verify.takeBackHint')}</p>
      <ActionForm
        action={withdrawHere}
        submit={t('verify.withdraw')}
        working={l('working')}
        danger
        values={{ code }}
        className="mt-3"
      >
        <Field name="birth" kind="date" label={l('birth')} autoComplete="off" />
      </ActionForm>
    </details>
  )
}

async function Proof({ proof }: { proof: Verified }) {
  const t = await getTranslations('receipt')
  const locale = await getLocale()
  const at = (instant: string) => exact(new Date(instant), locale, proof.timeZone)
  const hash = (value: string) => <code className="text-meta [overflow-wrap:anywhere]">{value}</code>
  return (
    <section role="status" className="border-line rounded-card bg-panel border px-4 py-4 text-body">
      <p className={`mb-3 font-medium ${proof.intact ? 'text-ok' : 'text-bad'}`}>
        <span aria-hidden="true">{proof.intact ? '✓ ' : '✕ '}</span>
        {proof.intact ? t('verify.intact') : t('verify.broken')}
      </p>
      <KeyValues
        items={[
          [t('verify.code'), spacedCode(proof.code)],
          [t('controller'), proof.clinic],
          [t('purpose'), proof.purpose],
          [t('verify.then'), t(`statuses.${shownStatus(proof.status, proof.reason)}`)],
          proof.decidedAt !== null && [t('decided'), at(proof.decidedAt)],
          [t('verify.issued'), at(proof.issuedAt)],
          [
            t('term'),
            <a key="term" className="link" href={new URL(proof.notice).pathname}>
              {t('verify.version', { version: proof.termVersion })}
            </a>,
          ],
          [t('termHash'), hash(proof.termSha256)],
          proof.evidenceSha256 !== null && [t('evidenceHash'), hash(proof.evidenceSha256)],
          [t('receiptHash'), hash(proof.sha256)],
        ]}
      />
      <p className="text-muted text-meta mt-3">{t('verify.note')}</p>
    </section>
  )
}
