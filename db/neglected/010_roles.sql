-- A clinic system as it grew from 2016 on: every statement here once seemed a good idea. Roles are prefixed neg_ and
-- have no password, so nobody signs in with them.
do $$
begin
  if to_regrole('neg_dono') is null then create role neg_dono login; end if;
  if to_regrole('neg_app') is null then create role neg_app login; end if;
  if to_regrole('neg_portal') is null then create role neg_portal login bypassrls; end if;
  if to_regrole('neg_relatorios') is null then create role neg_relatorios login; end if;
  if to_regrole('neg_suporte') is null then create role neg_suporte login; end if;
  if to_regrole('neg_anon') is null then create role neg_anon nologin; end if;
  if to_regrole('neg_antigo') is null then create role neg_antigo nologin; end if;
exception
  when duplicate_object or unique_violation then null;
end
$$;
do $$
begin
  -- "Só até o relatório ficar pronto."
  if not pg_has_role('neg_suporte', 'neg_dono', 'member') then grant neg_dono to neg_suporte; end if;
  if not pg_has_role('neg_relatorios', 'pg_read_all_data', 'member') then grant pg_read_all_data to neg_relatorios; end if;
exception
  when unique_violation then null;
end
$$;

grant create on schema public to public;
grant usage on schema public to neg_app, neg_portal, neg_relatorios, neg_anon, neg_antigo, neg_dono;
create extension if not exists btree_gist;
