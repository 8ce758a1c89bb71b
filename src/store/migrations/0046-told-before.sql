-- breaking: no
-- As whom a partner was told stands with each notice: one that came with a case from another server has no partner here.
alter table partner_notices alter partner_id drop not null, add partner_name text, add partner_kind text;
update partner_notices n set partner_name = p.name, partner_kind = p.kind from partners p where p.id = n.partner_id;
alter table partner_notices alter partner_name set not null, alter partner_kind set not null;
