import { getTranslations } from 'next-intl/server'
import { ActionForm, Field } from '@/components/action-form'
import type { PurposeRow, TermVersion } from '@/lib/consents/terms'
import { Section } from '@/components/page'
import { Tick } from '../consents/fields'
import { saveTerm } from './actions'

/** The draft, or a new one that begins with the text in use; a change after the review is to be reviewed again. */
export async function DraftForm({
  purpose,
  draft,
  latest,
}: {
  purpose: PurposeRow
  draft: TermVersion | null
  latest: TermVersion | null
}) {
  const t = await getTranslations('purposes')
  const s = await getTranslations('shell.form')
  const from = draft ?? latest
  return (
    <Section card>
      <details open={draft !== null}>
        <summary className="font-semibold">
          {draft ? t('editDraft', { version: draft.version }) : t('newDraft')}
        </summary>
        <ActionForm
          action={saveTerm}
          submit={t('save')}
          working={s('working')}
          quiet
          values={{ clinic: purpose.clinicId, purpose: purpose.id, term: draft?.id ?? '' }}
          className="mt-4 space-y-4"
        >
          <Field name="title" label={t('titleField')} defaultValue={from?.title ?? ''} maxLength={200} />
          <Field
            name="body"
            kind="textarea"
            label={t('body')}
            rows={10}
            defaultValue={from?.body ?? ''}
            maxLength={40000}
          />
          <Field
            name="summary"
            kind="textarea"
            label={t('summary')}
            defaultValue={from?.summary ?? ''}
            maxLength={4000}
          />
          <Field
            name="refusal"
            kind="textarea"
            label={t('refusal')}
            defaultValue={from?.refusal ?? ''}
            maxLength={4000}
          />
          <Tick name="material" label={t('isMaterial')} />
          <Field
            name="change"
            label={t('change')}
            hint={t('changeHint')}
            defaultValue={draft?.change ?? ''}
            maxLength={1000}
          />
          <Tick name="highlighted" label={t('isHighlighted')} />
        </ActionForm>
      </details>
    </Section>
  )
}
