import type { Route } from 'next'
import Link from 'next/link'
import { getTranslations } from 'next-intl/server'
import { Button } from '@/components/button'
import type { Principal } from '@/lib/db/scope'
import { attempt } from '../audit/attempt'
import { readPatients } from './read'
import { Unread } from '../requests/frame'

/** Looks a patient of the reader's clinics up; each found one leads to `hrefOf(id)`. */
export async function FindPatient({
  principal,
  q,
  path,
  hrefOf,
  keep = {},
  step,
}: {
  principal: Principal
  q: string
  path: string
  hrefOf: (patient: string) => string
  /** What the address holds besides the search. */
  keep?: Readonly<Record<string, string>>
  /** The heading, where it is not the first step of recording a consent. */
  step?: string
}) {
  const t = await getTranslations('consents.form')
  const { value, error } = await attempt(() => readPatients(principal, q))
  return (
    <section className="max-w-[80ch]">
      <h2 className="mb-2 font-semibold">{step ?? `1. ${t('stepPatient')}`}</h2>
      <form method="get" action={path} role="search" className="flex flex-wrap items-end gap-2">
        {Object.entries(keep)
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
        <label className="block">
          <span className="mb-1 block font-medium">{t('findPatient')}</span>
          <input
            type="search"
            name="q"
            defaultValue={q}
            maxLength={200}
            data-shortcut="search"
            className="border-edge bg-panel rounded-control min-h-8 w-72 max-w-full border px-2.5"
          />
        </label>
        <Button type="submit">{t('find')}</Button>
      </form>
      <p className="text-muted text-meta mt-1">{t('patientHint')}</p>
      {error && (
        <div className="mt-4">
          <Unread error={error} />
        </div>
      )}
      {value && q.trim().length > 1 && value.length === 0 && (
        <p role="status" className="mt-4">
          {t('noPatient', { q })}
        </p>
      )}
      {value && value.length > 0 && (
        <ul className="border-line rounded-card bg-panel mt-4 border">
          {value.map((patient) => (
            <li key={patient.id} className="border-line border-b last:border-b-0">
              <Link
                href={hrefOf(patient.id) as Route}
                prefetch={false}
                className="hover:bg-sunken flex min-h-10 flex-wrap items-center justify-between gap-x-4 px-4 py-1.5"
              >
                <span>
                  <code>{patient.recordNumber}</code> <span className="ml-2 font-medium">{patient.name}</span>
                </span>
                <span className="text-muted text-meta">{patient.clinicName}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
