import Link from 'next/link'
import type { Route } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Status } from '@/components/status'
import { count } from '@/lib/format/format'
import { say } from '@/lib/i18n/locale'
import type { Proof } from '@/lib/proof/prove-fix'
import { findingPath } from '@/lib/url/paths'

/** What a proof showed: what goes, what would come, which locks were held for how long, and what it does not show. */
export function ProofResult({ proof }: { proof: Proof }) {
  const t = useTranslations('findings.proof')
  const locale = useLocale()
  const ran = proof.fixMs !== null
  return (
    <div className="border-line rounded-card bg-panel space-y-3 border px-4 py-3">
      {proof.disappeared.length > 0 && (
        <Block title={t('disappears')}>
          <ul className="leading-6">
            {proof.disappeared.map((key) => (
              <li key={key}>
                <span aria-hidden="true" className="text-ok">
                  −{' '}
                </span>
                <FindingLink of={key} />
              </li>
            ))}
          </ul>
        </Block>
      )}
      {proof.appeared.length > 0 ? (
        <Block title={t('appears')}>
          <ul className="space-y-1">
            {proof.appeared.map((finding) => (
              <li key={finding.key}>
                <span aria-hidden="true" className="text-bad">
                  +{' '}
                </span>
                <Status of="severity" value={finding.severity} />{' '}
                <code className="[overflow-wrap:anywhere]">{finding.key}</code>
                <span className="text-muted block pl-4">{say(finding.message, locale)}</span>
              </li>
            ))}
          </ul>
        </Block>
      ) : (
        proof.disappeared.length > 0 && <p className="text-muted">{t('nothingElse')}</p>
      )}
      {ran && (
        <Block title={t('locks')}>
          {proof.locks.length === 0 ? (
            <p className="text-muted">{t('noLocks')}</p>
          ) : (
            <Locks locks={proof.locks} />
          )}
        </Block>
      )}
      {proof.left.length > 0 && (
        <Block title={t('left')}>
          <ul className="space-y-1">
            {proof.left.map(({ object, why }) => (
              <li key={object}>
                <code className="[overflow-wrap:anywhere]">{object}</code>: {say(why, locale)}
              </li>
            ))}
          </ul>
        </Block>
      )}
      {proof.notes.length > 0 && (
        <Block title={t('notes')}>
          <ul className="list-disc space-y-1 pl-5">
            {proof.notes.map((note) => (
              <li key={note.en} className="max-w-[72ch]">
                {say(note, locale)}
              </li>
            ))}
          </ul>
        </Block>
      )}
      {proof.version !== null && (
        <p className="text-muted text-meta">
          {t('took', {
            version: proof.version,
            fix: count(proof.fixMs ?? 0, locale),
            all: count(proof.tookMs, locale),
          })}
        </p>
      )}
    </div>
  )
}

function Locks({ locks }: { locks: Proof['locks'] }) {
  const t = useTranslations('findings.proof')
  const locale = useLocale()
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label={t('locks')}>
      <table className="table">
        <caption className="sr-only">{t('locks')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('relation')}</th>
            <th scope="col">{t('mode')}</th>
            <th scope="col" data-align="end">
              {t('held')}
            </th>
          </tr>
        </thead>
        <tbody>
          {locks.map((lock) => (
            <tr key={lock.relation}>
              <td>
                <code className="[overflow-wrap:anywhere]">{lock.relation}</code>
              </td>
              <td>{lock.mode}</td>
              <td data-align="end">{t('ms', { ms: count(lock.heldMs, locale) })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Block({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="text-muted text-meta mb-0.5 font-medium">{title}</h3>
      {children}
    </section>
  )
}

/** A finding by its key, leading to its page while it is there. */
function FindingLink({ of: key }: { of: string }) {
  return (
    <Link
      href={findingPath(key) as Route}
      prefetch={false}
      className="link font-mono [overflow-wrap:anywhere]"
    >
      {key}
    </Link>
  )
}
