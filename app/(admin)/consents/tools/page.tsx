import { getTranslations } from 'next-intl/server'
import Link from 'next/link'
import { ActionForm, Field } from '@/components/action-form'
import { Section } from '@/components/page'
import { listRopa } from '@/lib/consents/terms'
import { asksConsent } from '@/lib/consents/types'
import { readRecords } from '@/lib/db/scope'
import { requirePrincipal } from '@/lib/session/principal'
import { defineSearch, text, type SearchParams } from '@/lib/url/search'
import { attempt } from '../../audit/attempt'
import { Unread } from '../../requests/frame'
import { Choice } from '../fields'
import { FindPatient } from '../find-patient'
import { WithWork } from '../with-work'
import { importLegacy, mayI } from './actions'
import { Restore } from './restore'

const search = defineSearch('/consents/tools', { q: text, patient: text })

export async function generateMetadata() {
  return { title: (await getTranslations('consents.tools'))('title') }
}

/** May I, now? And old yes-flags, which become questions. */
export default async function ToolsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const principal = await requirePrincipal('consents:read')
  const t = await getTranslations('consents.tools')
  const f = await getTranslations('consents.form')
  const s = await getTranslations('shell.form')
  const state = search.parse(await searchParams)
  return (
    <WithWork principal={principal} title={t('title')} lead={t('lead')}>
      {async () => {
        if (principal.role !== 'clinic_admin') return <Restore principal={principal} />
        const { value: all, error } = await attempt(() => readRecords(principal, listRopa))
        if (error) return <Unread error={error} />
        const asked = all.filter((each) => each.status === 'active' && asksConsent(each.basis, each.code))
        return (
          <>
            <Section title={t('check')} card>
              <p className="text-muted mb-3">{t('checkHint')}</p>
              {state.patient ? (
                <ActionForm
                  action={mayI}
                  submit={t('ask')}
                  working={s('working')}
                  values={{ patient: state.patient }}
                  className="space-y-4"
                >
                  <Choice
                    name="activity"
                    label={t('purpose')}
                    pick={f('pick')}
                    options={asked.map(({ id, title }) => ({ value: id, label: title }))}
                  />
                </ActionForm>
              ) : (
                <FindPatient
                  principal={principal}
                  q={state.q}
                  path={search.path}
                  hrefOf={(patient) => search.href(search.parse({}), { patient })}
                />
              )}
            </Section>
            <Section title={t('import')} card>
              <p className="text-muted mb-3">{t('importHint')}</p>
              <ActionForm
                action={importLegacy}
                submit={t('importSubmit')}
                working={s('working')}
                quiet
                className="space-y-4"
              >
                <Choice
                  name="purpose"
                  label={t('purpose')}
                  pick={f('pick')}
                  options={asked.map(({ id, clinicId, title }) => ({
                    value: `${clinicId}:${id}`,
                    label: title,
                  }))}
                />
                <Field name="numbers" kind="textarea" label={t('numbers')} rows={4} maxLength={20000} />
              </ActionForm>
            </Section>
            <p className="mb-6">
              <Link className="link" href="/consents/merge">
                {t('merge')}
              </Link>
            </p>
            <Restore principal={principal} />
          </>
        )
      }}
    </WithWork>
  )
}
