import { useTranslations } from 'next-intl'
import type { Column } from '@/components/data-table'
import { Status } from '@/components/status'
import { Time } from '@/components/time'
import type { User } from '@/lib/users/users'
import { clinicName, type Clinic } from './clinics'

/** The columns of the list of users. */
export function useColumns(clinics: readonly Clinic[] | null): Column<User>[] {
  const t = useTranslations('users')
  return [
    {
      id: 'name',
      head: t('name'),
      sorts: true,
      cell: (user) => <span className="whitespace-nowrap">{user.name}</span>,
    },
    {
      id: 'email',
      head: t('email'),
      cell: (user) => <span className="text-muted whitespace-nowrap">{user.email}</span>,
    },
    {
      id: 'role',
      head: t('role'),
      sorts: true,
      cell: (user) => t(`roles.${user.role}`),
    },
    {
      id: 'clinics',
      head: t('clinics'),
      cell: (user) =>
        user.role === 'dba' ? (
          <span className="text-muted">{t('noRecords')}</span>
        ) : user.clinics.length === 0 ? (
          <span className="text-muted">{t('allClinics')}</span>
        ) : (
          <span className="block sm:min-w-36">
            {user.clinics.map((id) => clinicName(clinics, id)).join(', ')}
          </span>
        ),
    },
    {
      id: 'seen',
      head: t('lastSignIn'),
      sorts: true,
      sortsDown: true,
      cell: (user) => <Time at={user.lastSignIn} />,
    },
    {
      id: 'factor',
      head: t('secondFactor'),
      cell: (user) => <Status of="yesNo" value={user.twoFactor ? 'yes' : 'no'} />,
    },
    {
      id: 'state',
      head: t('state'),
      cell: (user) => <Status of="user" value={user.disabled ? 'disabled' : 'active'} />,
    },
  ]
}
