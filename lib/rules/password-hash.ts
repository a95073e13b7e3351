import type { Snapshot } from '@/lib/catalog/types'
import { databaseObject, roleObject } from './identity'
import { defineRule, type Hit } from './rule'
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
    const old = snapshot.operations?.md5Roles ?? null
    const hits: Hit[] = [
      ...(value === 'scram-sha-256' ? [] : [ofSetting(snapshot, value)]),
      ...(old ?? []).map(ofRole),
    ]
    return {
      hits,
      checked: 1,
      unknown:
        old === null
          ? [
              {
                en: "Whether old md5 verifiers remain is hidden from this role: select rolname from pg_authid where rolpassword like 'md5%'.",
                pt: "Se restam verificadores md5 é oculto para este papel: select rolname from pg_authid where rolpassword like 'md5%'.",
              },
            ]
          : [],
    }
  },
  example: {
    clean: `create table t (id int primary key);`,
    broken: `do $$ begin execute format('alter database %I set password_encryption = ''md5''', current_database()); end $$;`,
    hits: ['database/password_encryption'],
  },
})

const ofSetting = (snapshot: Snapshot, value: string): Hit => ({
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
})

const ofRole = (role: string): Hit => ({
  object: roleObject(role),
  message: {
    en: `The stored password verifier of ${role} is md5: whoever sees it can log in with it.`,
    pt: `O verificador de senha guardado de ${role} é md5: quem o vir pode entrar com ele.`,
  },
  evidence: { role },
  fix: {
    sql: [],
    lock: '',
    advice: {
      en: `Set password_encryption to scram-sha-256, then its password again (\\password ${role}, or ALTER ROLE … PASSWORD); pg_hba.conf should say scram-sha-256.`,
      pt: `Defina password_encryption como scram-sha-256 e redefina a senha (\\password ${role}, ou ALTER ROLE … PASSWORD); o pg_hba.conf deve dizer scram-sha-256.`,
    },
  },
})
