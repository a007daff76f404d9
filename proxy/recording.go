package proxy

import (
	"errors"
	"os"

	"eslguard/audit"
	"eslguard/audit/recording"
	"eslguard/codec"
	"eslguard/policy"
)

var errNoRecordings = errors.New("the policy wants the client recorded whole, and there is no folder for that")

// A wholeRecording is the recording of a session whose client is recorded whole. The zero
// wholeRecording records nothing.
type wholeRecording struct {
	file *recording.Recording // nil: the session is not recorded
}

// start begins the recording of s if client is to be recorded whole.
func (w *wholeRecording) start(s *session, client *policy.Client) error {
	if !client.RecordAll {
		return nil
	}
	dir := s.srv.Recordings
	if dir == "" {
		return errNoRecordings
	}
	if err := s.srv.admission.CountRecording(&s.entry); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	file, err := recording.Start(recording.Options{
		Dir: dir, Session: s.id, Client: client.Name, Addr: s.addrText,
		Redact: s.srv.secrets.Redact, TellsSecret: s.srv.secrets.TellsSecret,
		Finished: func(f recording.File) {
			defer s.contain()
			recordFile(s, client.Name, f)
		},
	})
	if err != nil {
		return err
	}
	w.file = file
	s.out.Record(file)
	return nil
}

// frame adds a client's frame to the recording. A frame that the codec refused has no text to add;
// the audit says why it was refused.
func (w *wholeRecording) frame(f *codec.Frame) {
	if w.file == nil {
		return
	}
	if b, err := codec.Append(nil, f); err == nil {
		w.file.FromClient(b)
	}
}

// stop ends the recording.
func (w *wholeRecording) stop() {
	if w.file != nil {
		w.file.Close()
	}
}

// recordFile adds a complete file of a recording to the audit, so that its chain protects it.
func recordFile(s *session, client string, f recording.File) {
	r := &audit.Record{
		Kind: audit.KindRecording, Client: client,
		File: f.Name, FileBytes: f.Bytes, FileSHA256: f.SHA256, LostBytes: f.Lost,
	}
	if f.Err != nil {
		r.Reason = f.Err.Error()
		e := s.srv.clientLog.Error().Str("event", "audit").Str("session", s.id).Err(f.Err)
		var fault *recording.Fault
		if errors.As(f.Err, &fault) {
			e.Bytes("stack", fault.Stack)
		}
		e.Msg("the recording of a session ends early")
	}
	s.records.write(r)
}
