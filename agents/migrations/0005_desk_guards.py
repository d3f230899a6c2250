"""Who may approve, endorse and give trust, said by the database: supervisors of the team, and those who stand in for them."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION may_supervise(who bigint, organisation bigint, team bigint, is_late boolean) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM agents_user u WHERE u.id = who AND u.is_active AND (
    EXISTS (SELECT FROM agents_membership m WHERE m.user_id = who AND m.organisation_id = organisation
             AND m.role = 'SUPERVISOR' AND (team IS NULL OR m.team_id = team))
    OR EXISTS (SELECT FROM agents_substitution s WHERE s.user_id = who AND s.team_id = team
                AND s.starts_at <= clock_timestamp() AND (s.ends_at IS NULL OR s.ends_at > clock_timestamp())
                AND (is_late OR NOT s.only_when_late)
                AND EXISTS (SELECT FROM agents_membership m WHERE m.user_id = who AND m.role = 'SUPERVISOR'
                             AND m.organisation_id = organisation)))) $$;

CREATE OR REPLACE FUNCTION guard_approver() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.approver_id IS NULL THEN RETURN NEW; END IF;  -- the policy's own word; approval_guard looks at it
  PERFORM 1 FROM enquiries_reply r JOIN enquiries_enquiry e ON e.id = r.enquiry_id
   WHERE r.id = NEW.reply_id
     AND may_supervise(NEW.approver_id, e.organisation_id, e.team_id, r.escalated_at IS NOT NULL);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'only a supervisor of the team approves' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION guard_endorser() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM enquiries_replyversion v JOIN enquiries_reply r ON r.id = v.reply_id
    JOIN enquiries_enquiry e ON e.id = r.enquiry_id
   WHERE v.id = NEW.version_id
     AND may_supervise(NEW.by_id, e.organisation_id, e.team_id, r.escalated_at IS NOT NULL);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'only a supervisor of the team endorses' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER endorser_guard BEFORE INSERT ON enquiries_endorsement FOR EACH ROW EXECUTE FUNCTION guard_endorser();

CREATE FUNCTION guard_truster() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.decided_by_id IS NULL THEN RETURN NEW; END IF;
  PERFORM 1 FROM agents_membership m JOIN agents_user u ON u.id = m.user_id AND u.is_active
   WHERE m.user_id = NEW.decided_by_id AND m.organisation_id = NEW.organisation_id AND m.role = 'SUPERVISOR';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'only a supervisor gives or takes trust' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER truster_guard BEFORE INSERT ON enquiries_truststep FOR EACH ROW EXECUTE FUNCTION guard_truster();
"""


class Migration(migrations.Migration):
    dependencies = [("agents", "0004_desk"), ("enquiries", "0004_desk_guards")]
    operations = [migrations.RunSQL(GUARDS, migrations.RunSQL.noop)]
