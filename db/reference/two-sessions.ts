import { clinicOf, userOf } from './two-clinics'

/**
 * Sessions of clinic a as a configuration of isolation names them: one that has not chosen a clinic, so that its
 * memberships tell what is its own, and one that has.
 */
export const sessionsOfA = {
  principals: [
    {
      name: 'admin',
      tenants: [clinicOf('a')],
      role: 'app_rw',
      settings: { 'app.user_id': userOf('a', 'admin') },
    },
    {
      name: 'professional',
      tenants: [clinicOf('a')],
      role: 'app_rw',
      settings: { 'app.user_id': userOf('a', 'professional'), 'app.clinic_id': clinicOf('a') },
    },
  ],
}
