"""Only a supervisor of the enquiry's team approves; and the table in which sign-in attempts are counted."""

from django.db import migrations

SUPERVISORS_APPROVE = """
CREATE FUNCTION guard_approver() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1
    FROM enquiries_reply r
    JOIN enquiries_enquiry e ON e.id = r.enquiry_id
    JOIN agents_membership m ON m.organisation_id = e.organisation_id AND m.role = 'SUPERVISOR'
         AND (e.team_id IS NULL OR m.team_id = e.team_id)
    JOIN agents_user u ON u.id = m.user_id AND u.is_active
   WHERE r.id = NEW.reply_id AND m.user_id = NEW.approver_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'only a supervisor of the team approves' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER approver_guard BEFORE INSERT ON enquiries_approval FOR EACH ROW EXECUTE FUNCTION guard_approver();

ALTER TABLE agents_membership ADD CONSTRAINT membership_team_is_of_the_organisation
  FOREIGN KEY (team_id, organisation_id) REFERENCES enquiries_team (id, organisation_id);

CREATE TABLE rate_limits (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX rate_limits_expires ON rate_limits (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("agents", "0002_membership"), ("enquiries", "0002_guards")]
    operations = [migrations.RunSQL(SUPERVISORS_APPROVE, migrations.RunSQL.noop)]
