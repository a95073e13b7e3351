import Link from 'next/link'
import type { Route } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import { Section } from '@/components/page'
import { say } from '@/lib/i18n/locale'
import type { RequestDetail } from '@/lib/requests/queries'
import { letterFor } from '@/lib/requests/templates'
import { answeredWithData, closings, refusalReasons, type Closing } from '@/lib/requests/types'
import { Choice, Radios } from '../consents/fields'
import { SentFile } from '../consents/sent-file'
import { answerRequest } from './actions'

/** The answer: the letter from a template, the reason where the answer is no, and the data where it is yes. */
export async function AnswerStep({ request, template }: { request: RequestDetail; template: Closing }) {
  const t = await getTranslations('requests')
  const d = await getTranslations('requests.detail')
  const s = await getTranslations('shell.form')
  const f = await getTranslations('consents.form')
  const locale = (await getLocale()) === 'en' ? 'en' : 'pt-BR'
  const withData = answeredWithData.includes(request.type)
  return (
    <Section title={d('answerTitle')} card>
      {withData && (
        <p className="text-muted mb-3">
          {d('answerHint')}{' '}
          {request.identity === 'verified' && (
            <a className="link" href={`/export/requests/${request.id}`} download>
              {d('preview')}
            </a>
          )}
        </p>
      )}
      <p className="text-meta mb-3 flex flex-wrap gap-x-3 gap-y-1">
        <span className="text-muted">{d('template')}:</span>
        {closings.map((each) => (
          <Link
            key={each}
            href={`/requests/${request.id}?template=${each}` as Route}
            prefetch={false}
            scroll={false}
            aria-current={each === template ? 'true' : undefined}
            className={each === template ? 'font-medium' : 'link'}
          >
            {d(`closings.${each}`)}
          </Link>
        ))}
      </p>
      <ActionForm
        key={template}
        action={answerRequest}
        submit={d('close')}
        working={s('working')}
        quiet={request.identity !== 'verified'}
        values={{ id: request.id }}
        className="space-y-4"
      >
        <Radios
          name="outcome"
          label={d('outcome')}
          options={closings.map((value) => ({ value, label: d(`closings.${value}`) }))}
        />
        <Choice
          name="reason"
          label={d('reason')}
          pick={t('form.pick')}
          options={refusalReasons.map(({ code, article, words }) => ({
            value: code,
            label: `${article}: ${say(words, locale)}`,
          }))}
        />
        {withData && request.patientId && (
          <SentFile
            name="copyFile"
            patient={request.patientId}
            words={{
              file: d('copy'),
              sending: f('sending'),
              kept: d('copyKept'),
              failed: f('sendFailed'),
              large: f('large'),
            }}
          />
        )}
        <Field
          name="letter"
          kind="textarea"
          label={d('letter')}
          rows={9}
          maxLength={8000}
          defaultValue={letterFor(request, template, locale)}
        />
      </ActionForm>
    </Section>
  )
}
