import { databaseObject } from './identity'
import { defineRule } from './rule'
import { hidden, setting, settingSql } from './server-settings'

export const passwordHash = defineRule({
  id: 'password-hash',
  code: 'S02',
  group: 'settings',
  severity: 'high',
  title: { en: 'Passwords stored as md5', pt: 'Senhas guardadas como md5' },
  why: {
    en: 'An md5 verifier is all one needs to log in as that role: whoever reads a backup does not even have to guess the password.',
    pt: 'Um verificador md5 basta para entrar como o papel: quem lê uma cópia de segurança nem precisa adivinhar a senha.',
  },
  references: ['LGPD art. 46', 'CIS PostgreSQL 5.12', 'ISO/IEC 27001 A.5.17'],
  check(snapshot) {
    const value = setting(snapshot, 'password_encryption')
    if (value === null) return { hits: [], checked: 1, unknown: [hidden('password_encryption')] }
    if (value === 'scram-sha-256') {
      return {
        hits: [],
        checked: 1,
        unknown: [
          {
            en: "New passwords are stored as scram-sha-256; whether older md5 verifiers remain is not read (pg_authid): select rolname from pg_authid where rolpassword like 'md5%'.",
            pt: "Senhas novas usam scram-sha-256; se restam verificadores md5 não é lido (pg_authid): select rolname from pg_authid where rolpassword like 'md5%'.",
          },
        ],
      }
    }
    return {
      checked: 1,
      unknown: [],
      hits: [
        {
          object: databaseObject(snapshot.database, 'password_encryption'),
          message: {
            en: `New passwords are stored as ${value}, not as scram-sha-256.`,
            pt: `Senhas novas são guardadas como ${value}, não como scram-sha-256.`,
          },
          evidence: { password_encryption: value },
          fix: {
            sql: settingSql(snapshot, 'password_encryption', 'scram-sha-256'),
            lock: '',
            advice: {
              en: 'Then set every password again: verifiers that are stored stay md5 until then.',
              pt: 'Depois redefina toda senha: os verificadores guardados continuam md5 até lá.',
            },
          },
        },
      ],
    }
  },
  example: {
    clean: `create table t (id int primary key);`,
    broken: `do $$ begin execute format('alter database %I set password_encryption = ''md5''', current_database()); end $$;`,
    hits: ['database/password_encryption'],
  },
})
