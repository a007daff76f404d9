package proxy

import (
	"errors"
	"os"
	"strings"

	"eslguard/audit"
	"eslguard/audit/recording"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/policy"
)

var errNoRecordings = errors.New("the policy wants the client recorded whole, and there is no folder for that")

// startRecording begins the recording of a session whose client is to be recorded whole.
func (s *session) startRecording(client *policy.Client) error {
	if !client.RecordAll {
		return nil
	}
	dir := s.srv.Recordings
	if dir == "" {
		return errNoRecordings
	}
	if err := s.srv.takeDescriptor(s); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	r, err := recording.Start(recording.Options{
		Dir: dir, Session: s.id, Client: client.Name, Addr: s.addrText,
		Redact: s.srv.redact, TellsSecret: s.srv.tellsSecret,
		Finished: func(f recording.File) {
			defer s.contain()
			s.recordFile(client.Name, f)
		},
	})
	if err != nil {
		return err
	}
	s.recording = r
	s.out.copyTo = r.FromGuard
	return nil
}

// redact leaves out of a text what looks like secrets and what the policy in force marks as such.
func (s *Server) redact(text string) string {
	return s.Audit.RedactBy(s.Policies.Current().Catalog(), text)
}

// tellsSecret reports whether the answer of an API may be a secret. What cannot be told may be one.
func (s *Server) tellsSecret(api, args string) bool {
	line := []byte(strings.TrimSuffix("api "+api+" "+args, " "))
	cat := s.Policies.Current().Catalog()
	cmd, err := command.Parse(cat, new(command.State), &codec.Frame{Line: line})
	return err != nil || s.answerMayTell(cat, cmd)
}

// hideAnswer keeps the answer to the command whose turn it is out of the recording, where it may be
// a secret. That to a bgapi is none: it names the job, and the result comes later. The caller holds
// mu, and writes that answer next.
func (s *session) hideAnswer() {
	if p := s.queue.owed(); s.recording != nil && p != nil && (p.secret && p.job == "" || p.getvar) {
		s.recording.HideNext()
	}
}

// recordFile puts a complete file of the recording under the audit's chain.
func (s *session) recordFile(client string, f recording.File) {
	r := &audit.Record{
		Kind: audit.KindRecording, Client: client,
		File: f.Name, FileBytes: f.Bytes, FileSHA256: f.SHA256, LostBytes: f.Lost,
	}
	if f.Err != nil {
		r.Reason = f.Err.Error()
		e := s.srv.noisy.Error().Str("event", "audit").Str("session", s.id).Err(f.Err)
		var fault *recording.Fault
		if errors.As(f.Err, &fault) {
			e.Bytes("stack", fault.Stack)
		}
		e.Msg("the recording of a session ends early")
	}
	s.record(r)
}

// recordFrame adds a client's frame to the recording, if there is one. A frame that the
// codec refused has no text to add; the audit says why it was refused.
func (s *session) recordFrame(f *codec.Frame) {
	if s.recording == nil {
		return
	}
	if b, err := codec.Append(nil, f); err == nil {
		s.recording.FromClient(b)
	}
}
