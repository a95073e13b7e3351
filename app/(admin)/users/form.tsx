import { useTranslations } from 'next-intl'
import { Field } from '@/components/action-form'
import { userRoles } from '@/lib/session/permissions'
import type { User } from '@/lib/users/users'
import type { Clinic } from './clinics'
import { GroupProblem } from './result'

/** What a user is and which clinics they are bound to: the same fields for a new user and for a change. */
export function RoleFields({ clinics, user }: { clinics: readonly Clinic[] | null; user?: User }) {
  const t = useTranslations('users')
  return (
    <>
      <Field
        name="role"
        kind="select"
        label={t('role')}
        defaultValue={user?.role ?? 'viewer'}
        options={userRoles.map((role) => ({ value: role, label: t(`roles.${role}`) }))}
        hint={t('roleHint')}
      />
      {clinics && clinics.length > 0 ? (
        <fieldset className="max-w-[48ch]" aria-describedby="clinics-hint clinics-wrong">
          <legend className="mb-1 font-medium">{t('clinics')}</legend>
          {clinics.map((clinic) => (
            <label key={clinic.id} className="flex min-h-6 items-center gap-2 py-0.5">
              <input
                type="checkbox"
                name="clinics"
                value={clinic.id}
                defaultChecked={user?.clinics.includes(clinic.id) ?? false}
              />
              {clinic.name}
            </label>
          ))}
          {user?.clinics
            .filter((id) => !clinics.some((clinic) => clinic.id === id))
            .map((id) => (
              <label key={id} className="flex min-h-6 items-center gap-2 py-0.5 font-mono">
                <input type="checkbox" name="clinics" value={id} defaultChecked />
                {id}
              </label>
            ))}
          <p id="clinics-hint" className="text-muted text-meta mt-1">
            {t('clinicsHint')}
          </p>
          <GroupProblem name="clinics" id="clinics-wrong" />
        </fieldset>
      ) : (
        <Field
          name="clinics"
          kind="textarea"
          rows={2}
          label={t('clinics')}
          defaultValue={user?.clinics.join('\n') ?? ''}
          hint={t('clinicsTyped')}
        />
      )}
      <Field
        name="subject"
        label={t('subject')}
        defaultValue={user?.subject ?? ''}
        maxLength={36}
        hint={t('subjectHint')}
      />
    </>
  )
}
