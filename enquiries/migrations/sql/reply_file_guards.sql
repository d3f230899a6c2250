-- Files of replies: never changed; kept once a version names them, and only for the message they were put in for.
DROP TRIGGER reply_file_stays ON enquiries_replyfile;
DROP TRIGGER replyfile_is_kept ON enquiries_replyfile;
CREATE TRIGGER reply_file_stays BEFORE UPDATE ON enquiries_replyfile FOR EACH ROW EXECUTE FUNCTION refuse_change('is_named');
CREATE TRIGGER reply_file_stays_named BEFORE UPDATE ON enquiries_replyfile FOR EACH ROW
  WHEN (OLD.is_named AND NOT NEW.is_named) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER replyfile_is_kept BEFORE DELETE ON enquiries_replyfile FOR EACH ROW
  WHEN (OLD.is_named) EXECUTE FUNCTION refuse_removal();

-- Naming and sweeping away hold the same row, so that no version can name what is gone.
CREATE FUNCTION guard_version_files() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  file jsonb;
BEGIN
  FOR file IN SELECT * FROM jsonb_array_elements(NEW.content -> 'attachments') LOOP
    UPDATE enquiries_replyfile f SET is_named = true FROM enquiries_message m, enquiries_reply r
     WHERE f.token = file ->> 'token' AND m.id = f.answers_id AND r.id = NEW.reply_id
       AND m.side IN (NEW.content ->> 'side', 'PUBLIC') AND is_family(r.enquiry_id, m.enquiry_id);
    IF NOT FOUND THEN PERFORM refuse('a file of a reply stays in its enquiry, and what is private stays private'); END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER version_names_files AFTER INSERT ON enquiries_replyversion FOR EACH ROW
  WHEN (jsonb_typeof(NEW.content -> 'attachments') = 'array' AND NEW.content -> 'attachments' <> '[]'::jsonb)
  EXECUTE FUNCTION guard_version_files();
