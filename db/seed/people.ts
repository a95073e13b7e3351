/**
 * Who exists in the demonstration: clinics, and the people who sign in to Tabellion there. `subject` is what binds a
 * sign-in to `clinic_members.user_id`; the identifiers never change, so that links and tests may rely on them.
 */
export const clinicIds = {
  aurora: 'a0000000-0000-4000-8000-000000000001',
  peleViva: 'b0000000-0000-4000-8000-000000000002',
  vitta: 'c0000000-0000-4000-8000-000000000003',
} as const

export type ClinicKey = keyof typeof clinicIds

export interface DemonstrationPerson {
  readonly email: string
  readonly name: string
  readonly role: 'compliance_officer' | 'dba' | 'clinic_admin' | 'viewer'
  readonly subject: string
  readonly clinics: readonly string[]
}

export const officer: DemonstrationPerson = {
  email: 'officer@tabellion.example',
  name: 'Helena Duarte',
  role: 'compliance_officer',
  subject: 'd0000000-0000-4000-8000-000000000001',
  clinics: [clinicIds.aurora, clinicIds.peleViva, clinicIds.vitta],
}
export const dba: DemonstrationPerson = {
  email: 'dba@tabellion.example',
  name: 'Otávio Brandão',
  role: 'dba',
  subject: 'd0000000-0000-4000-8000-000000000002',
  clinics: [],
}
export const adminOfAurora: DemonstrationPerson = {
  email: 'admin@tabellion.example',
  name: 'Marina Castro',
  role: 'clinic_admin',
  subject: 'd0000000-0000-4000-8000-000000000003',
  clinics: [clinicIds.aurora],
}
export const adminOfPeleViva: DemonstrationPerson = {
  email: 'admin.b@tabellion.example',
  name: 'Rafael Nakamura',
  role: 'clinic_admin',
  subject: 'd0000000-0000-4000-8000-000000000004',
  clinics: [clinicIds.peleViva],
}
export const viewerOfAurora: DemonstrationPerson = {
  email: 'viewer@tabellion.example',
  name: 'Bianca Freitas',
  role: 'viewer',
  subject: 'd0000000-0000-4000-8000-000000000005',
  clinics: [clinicIds.aurora],
}

/** The demonstration sign-ins, in the order they are shown. */
export const demoPeople: readonly DemonstrationPerson[] = [
  officer,
  dba,
  adminOfAurora,
  adminOfPeleViva,
  viewerOfAurora,
]

/** The administrator of the third clinic, who has no sign-in. */
export const adminOfVitta = 'd0000000-0000-4000-8000-000000000006'
