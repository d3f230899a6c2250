-- Each account is asked for by its number: for the hundred ways that the planner expects in any array, it read all accounts.
CREATE OR REPLACE FUNCTION guard_practice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  is_practice boolean;
BEGIN
  SELECT asked.kind = 'practice' INTO is_practice FROM enquiries_reply r
    JOIN enquiries_message m ON m.id = r.answers_id JOIN enquiries_channelaccount asked ON asked.id = m.account_id
   WHERE r.id = NEW.reply_id;
  IF TG_TABLE_NAME = 'enquiries_posting' THEN
    PERFORM refuse('practice stays among practice') FROM enquiries_channelaccount out
      WHERE out.id = NEW.account_id AND (out.kind = 'practice') <> is_practice;
    RETURN NEW;
  END IF;
  PERFORM refuse('practice stays among practice') FROM jsonb_array_elements(NEW.content -> 'routes') way
    WHERE (SELECT kind = 'practice' FROM enquiries_channelaccount WHERE id = (way ->> 'account')::bigint) <> is_practice;
  RETURN NEW;
END $$;
