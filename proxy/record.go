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

// startRecording begins the recording of a session whose client is to be recorded whole.
func (s *session) startRecording(client *policy.Client) error {
	if !client.RecordAll {
		return nil
	}
	dir := s.srv.Recordings
	if dir == "" {
		return errNoRecordings
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	r, err := recording.Start(recording.Options{
		Dir: dir, Session: s.id, Client: client.Name, Addr: s.addrText,
		Finished: func(f recording.File) { s.recordFile(client.Name, f) },
	})
	if err != nil {
		return err
	}
	s.recording = r
	s.out.copyTo = r.FromGuard
	return nil
}

// recordFile puts a complete file of the recording under the audit's chain.
func (s *session) recordFile(client string, f recording.File) {
	r := &audit.Record{
		Kind: audit.KindRecording, Client: client,
		File: f.Name, FileBytes: f.Bytes, FileSHA256: f.SHA256, LostBytes: f.Lost,
	}
	if f.Err != nil {
		r.Reason = f.Err.Error()
		s.srv.noisy.Error().Str("session", s.id).Err(f.Err).Msg("the recording of a session ends early")
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
