import { getLocale, getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import { LinkButton } from '@/components/button'
import type { Choice as Purpose, Patient, Representative, Term } from '@/lib/consents/choices'
import { ageOn, deskMethods, readings, signerFor, signerKinds } from '@/lib/consents/types'
import { day } from '@/lib/format/format'
import { recordConsent } from '../actions'
import { Choice, Evidence, LocalTime, Radios, Tick } from '../fields'

/** The term, what it means, what happens without it; only then the decision, of which nothing is filled in. */
export async function DecisionForm({
  patient,
  choice,
  term,
  representatives,
  capture,
}: {
  patient: Patient
  choice: Purpose
  term: Term
  representatives: readonly Representative[]
  capture: string
}) {
  const c = await getTranslations('consents')
  const t = await getTranslations('consents.form')
  const d = await getTranslations('consents.detail')
  const f = await getTranslations('shell.form')
  const locale = await getLocale()
  const needed = signerFor(ageOn(patient.birthDate, patient.today), patient.capacity)
  return (
    <>
      <section>
        <h2 className="mb-2 font-semibold">3. {t('stepTerm')}</h2>
        <article className="border-line rounded-card bg-panel border px-5 py-4" lang="pt-BR">
          <h3 className="text-lead">{term.title}</h3>
          <p className="text-muted text-meta mt-0.5" lang={locale}>
            {d('termVersion', {
              version: term.version,
              date: day(term.publishedAt, locale, patient.timeZone),
            })}
          </p>
          <div className="mt-3 max-w-[68ch] leading-6 whitespace-pre-line">{term.body}</div>
          <h4 className="mt-4 font-semibold" lang={locale}>
            {d('summary')}
          </h4>
          <p className="max-w-[68ch] whitespace-pre-line">{term.summary}</p>
          <h4 className="mt-4 font-semibold" lang={locale}>
            {d('ifRefused')}
          </h4>
          <p className="max-w-[68ch] whitespace-pre-line">{term.refusal}</p>
        </article>
      </section>
      <section>
        <h2 className="mb-2 font-semibold">4. {t('stepDecision')}</h2>
        <ActionForm
          action={recordConsent}
          submit={t('submit')}
          working={f('working')}
          values={{
            patient: patient.id,
            activity: choice.activityId,
            term: term.id,
            pending: choice.pendingId ?? '',
            capture,
          }}
          aside={<LinkButton href="/consents">{t('cancel')}</LinkButton>}
          className="group/decision space-y-5"
        >
          <Tick name="shown" label={t('shown')} />
          {choice.refusedUntil && !choice.pendingId && (
            <div className="border-warn bg-warn-bg rounded-card space-y-2 border px-4 py-3">
              <p>{t('refusedUntil', { date: day(choice.refusedUntil, locale, 'UTC') })}</p>
              <Tick name="ownWish" label={t('ownWish')} />
            </div>
          )}
          <Choice
            name="reading"
            label={t('reading')}
            pick={t('readings.self')}
            hint={t('readingHint')}
            options={readings.map((how) => ({ value: how, label: t(`readings.${how}`) }))}
          />
          <div className="group-has-[[name=reading]_[value='']:checked]/decision:hidden">
            <Field name="witnesses" kind="number" label={t('witnesses')} maxLength={1} autoComplete="off" />
          </div>
          <Radios
            name="decision"
            label={t('decision')}
            hint={t('refuseHint')}
            options={[
              { value: 'grant', label: t('grant') },
              { value: 'refuse', label: t('refuse') },
            ]}
          />
          <Choice
            name="method"
            label={t('method')}
            pick={t('pick')}
            options={deskMethods.map((method) => ({ value: method, label: c(`methods.${method}`) }))}
          />
          <LocalTime
            name="decidedAt"
            label={t('decidedAt')}
            hint={t('decidedHint', { zone: patient.timeZone })}
          />
          <div className="space-y-5 group-has-[[value=refuse]:checked]/decision:hidden">
            <Radios
              name="signer"
              label={t('signer')}
              options={signerKinds.map((signer) => ({ value: signer, label: c(`signers.${signer}`) }))}
            />
            {(needed !== 'patient' || representatives.length > 0) && (
              <Choice
                name="representative"
                label={t('representative')}
                pick={t('pick')}
                hint={representatives.length === 0 ? t('noRepresentative') : undefined}
                options={representatives.map(({ id, name, relation }) => ({
                  value: id,
                  label: `${name} (${c(`relations.${relation}` as 'relations.mother')})`,
                }))}
              />
            )}
            <Evidence
              name="evidenceSha256"
              patient={patient.id}
              words={{
                label: t('hash'),
                hint: t('hashHint'),
                file: t('file'),
                sending: t('sending'),
                kept: t('kept'),
                failed: t('sendFailed'),
                large: t('large'),
              }}
            />
            <Field
              name="evidenceKey"
              label={t('evidence')}
              hint={t('evidenceHint')}
              maxLength={200}
              autoComplete="off"
            />
          </div>
        </ActionForm>
      </section>
    </>
  )
}
