import { getLocale, getTranslations } from 'next-intl/server'
import { ActionForm } from '@/components/action-form'
import { Section } from '@/components/page'
import type { PurposeRow, TermVersion } from '@/lib/consents/terms'
import type { Principal } from '@/lib/db/scope'
import { day } from '@/lib/format/format'
import { moveTerm } from './actions'

/** Draft → reviewed by the officer → published → retired: what each version is, and the step that is next. */
export async function Versions({
  principal,
  purpose,
  versions,
  writes,
}: {
  principal: Principal
  purpose: PurposeRow
  versions: readonly TermVersion[]
  writes: boolean
}) {
  const t = await getTranslations('purposes')
  const s = await getTranslations('shell.form')
  const locale = await getLocale()
  const officer = principal.role === 'compliance_officer'
  const stateOf = (term: TermVersion) =>
    term.retiredAt
      ? t('states.retired', { date: day(term.retiredAt, locale, 'UTC') })
      : term.publishedAt
        ? t('states.published', { date: day(term.publishedAt, locale, 'UTC') })
        : term.reviewedBy
          ? t('states.reviewed')
          : t('states.draft')
  const next = (term: TermVersion): 'review' | 'publish' | 'retire' | null =>
    term.retiredAt
      ? null
      : term.publishedAt
        ? 'retire'
        : !officer
          ? null
          : term.reviewedBy
            ? 'publish'
            : 'review'
  return (
    <Section title={t('versions')}>
      {versions.length === 0 && <p className="text-muted">{t('noVersions')}</p>}
      <ul className="border-line rounded-card bg-panel border">
        {versions.map((term) => {
          const step = next(term)
          return (
            <li key={term.id} className="border-line border-b px-4 py-3 last:border-b-0">
              <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
                <p>
                  <span className="font-medium">v{term.version}</span> {term.title}{' '}
                  <span className="text-muted">· {stateOf(term)}</span>
                  {term.material && <span className="text-warn text-meta ml-2">{t('material')}</span>}
                </p>
                {writes && step && (
                  <ActionForm
                    action={moveTerm}
                    submit={t(`steps.${step}`)}
                    working={s('working')}
                    quiet={step === 'retire'}
                    inline
                    values={{ clinic: purpose.clinicId, purpose: purpose.id, term: term.id, step }}
                  />
                )}
              </div>
              {term.change && <p className="text-muted text-meta">{term.change}</p>}
              <details className="mt-1">
                <summary className="link text-meta">{t('preview')}</summary>
                <article
                  lang="pt-BR"
                  className="text-lead bg-paper border-line rounded-card mt-2 max-w-[24rem] border p-4"
                >
                  <h3 className="font-semibold">{term.title}</h3>
                  <p className="mt-2 whitespace-pre-line">{term.body}</p>
                  <h4 className="mt-3 font-semibold">{t('summary')}</h4>
                  <p className="whitespace-pre-line">{term.summary}</p>
                  <h4 className="mt-3 font-semibold">{t('refusal')}</h4>
                  <p className="whitespace-pre-line">{term.refusal}</p>
                </article>
                <p className="text-muted text-meta mt-1">
                  SHA-256 <code className="[overflow-wrap:anywhere]">{term.sha256}</code>
                </p>
              </details>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
