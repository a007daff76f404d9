package switchsim_test

import (
	"slices"
	"strings"
	"testing"

	"eslguard/internal/switchsim"
)

// TestFiles checks that what applications and APIs open is recorded.
func TestFiles(t *testing.T) {
	s := start(t, switchsim.Options{})
	const play = "sendmsg U\ncall-command: execute\nexecute-app-name: "
	for _, c := range []struct{ frame, want string }{
		{"api uuid_broadcast U /tmp/a.wav", "open wav /tmp/a.wav"},
		{"api uuid_broadcast U a", "open PCMU /usr/a.PCMU|open wav /usr/a.wav"},
		{"api uuid_record U start /tmp/../a.wav", "write wav /a.wav"},
		{"api uuid_record U stop /tmp/../a.wav", ""},
		{"api uuid_record U start b 0 {sound_prefix=/tmp}", "write PCMU /tmp/b-in.PCMU|write PCMU /tmp/b-out.PCMU"},
		{"api uuid_displace U start a.wav", "open wav /usr/a.wav"},
		{"api conference c play /tmp/a.wav", "open wav /tmp/a.wav"},
		{"api conference c play a.wav", ""},
		{"api conference c play ${echo(/a.wav)} 1", "open wav /a.wav"},
		{"api global_setvar sound_prefix=/s\n\napi conference c play {x=y}a.wav", "open wav /s/a.wav"},
		{"api global_setvar sound_prefix=tone_stream://x\n\napi uuid_broadcast U a.wav", "open tone_stream x/a.wav"},
		{"api global_setvar audio_spool_path=/s\n\napi uuid_record U start /tmp/a.wav",
			"write wav /s/UUID.wav|shell wav /bin/mv /s/UUID.wav /tmp/a.wav|write wav /tmp/a.wav"},
		{"api uuid_setvar U playback_delimiter !\n\napi uuid_broadcast U /a.wav!/b.wav", "open wav /a.wav|open wav /b.wav"},
		{"api conference c recording start /tmp/a.wav", "write wav /tmp/a.wav"},
		{"api uuid_broadcast U /tmp/x.file", "open file|crash file"},
		{play + "record\nexecute-app-arg: a.wav 10", "write wav /usr/share/freeswitch/sounds/a.wav"},
		{play + "record_session\nexecute-app-arg: a.wav +10 {sound_prefix=/x}", "write wav /x/a.wav"},
		{play + "record_session\nexecute-app-arg: {a", "crash  {a"},
		{play + "displace_session\nexecute-app-arg: /a.wav mux", "open wav /a.wav"},
		{play + "loop_playback\nexecute-app-arg: +2 /a.wav", "open wav /a.wav"},
		{play + "endless_playback\nexecute-app-arg: {x=y}a.wav", "open wav /usr/a.wav"},
		{play + "playback\nexecute-app-arg: /a.wav@@100", "open wav /a.wav"},
		{play + "playback\nexecute-app-arg: say:hello.wav", ""},
		{play + "read\nexecute-app-arg: 1 2 /a.wav v 1000 #", "open wav /a.wav"},
		{play + "play_and_get_digits\nexecute-app-arg: 1 2 3 4 # /a.wav http://h/b.wav", "open wav /a.wav|fetch http http://h/b.wav"},
		{play + "playback\nexecute-app-arg: shell_stream://true", "shell shell_stream true"},
	} {
		s.Clear()
		s.AddChannel(testUUID, nil)
		s.Run([]byte(strings.ReplaceAll(strings.ReplaceAll(c.frame, " U ", " "+testUUID+" "), " U\n", " "+testUUID+"\n") + "\n\n"))
		got := follows(s)
		if strings.HasSuffix(got, "crash file /tmp/x.file") {
			got = "open file|crash file"
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.frame, got, c.want)
		}
	}
}

// TestFileVariables checks that Provoke opens the files that variables name.
func TestFileVariables(t *testing.T) {
	s := start(t, switchsim.Options{})
	s.AddChannel(testUUID, map[string]string{"hold_music": "/a.wav", "ringback": "%(1,1,1)", "transfer_ringback": "http://h/b.wav"})
	s.Provoke()
	if got, want := follows(s), "open wav /a.wav|fetch http http://h/b.wav"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// follows returns the executions that follow from others, separated by bars.
func follows(s *switchsim.Switch) string {
	var got []string
	for _, e := range s.Executed() {
		if slices.Contains([]string{"open", "write", "fetch", "shell", "crash", "sql", "invite"}, e.Kind) {
			got = append(got, anyUUID.ReplaceAllString(e.Kind+" "+e.Name+" "+e.Args, "UUID"))
		}
	}
	return strings.Join(got, "|")
}
