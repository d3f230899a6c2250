CREATE OR REPLACE FUNCTION guard_practice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'enquiries_posting' THEN
    PERFORM refuse('practice stays among practice') FROM enquiries_reply r
       JOIN enquiries_message m ON m.id = r.answers_id JOIN enquiries_channelaccount asked ON asked.id = m.account_id
       JOIN enquiries_channelaccount out ON out.id = NEW.account_id
      WHERE r.id = NEW.reply_id AND (asked.kind = 'practice') <> (out.kind = 'practice');
    RETURN NEW;
  END IF;
  PERFORM refuse('practice stays among practice') FROM jsonb_array_elements(NEW.content -> 'routes') way
     JOIN enquiries_channelaccount out ON out.id = (way ->> 'account')::bigint
     JOIN enquiries_reply r ON r.id = NEW.reply_id JOIN enquiries_message m ON m.id = r.answers_id
     JOIN enquiries_channelaccount asked ON asked.id = m.account_id
    WHERE (asked.kind = 'practice') <> (out.kind = 'practice');
  RETURN NEW;
END $$;
