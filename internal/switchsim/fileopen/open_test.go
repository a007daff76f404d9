package fileopen_test

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"testing"

	"eslguard/internal/switchsim/fileopen"
)

// spell writes what a name opens as `interface=what`, with a mark for entries that are run, fetched
// or fatal.
func spell(list []fileopen.Opened) (out []string) {
	for _, x := range list {
		mark := ""
		switch {
		case x.Crash:
			out = append(out, "crash "+x.Interface)
			continue
		case x.Shell:
			mark = "shell "
		case x.Fetch:
			mark = "fetch "
		}
		out = append(out, mark+x.Interface+"="+cmp.Or(x.File, x.Path))
	}
	return out
}

// TestOpen is the table of what names open for reading.
func TestOpen(t *testing.T) {
	const sounds = "/usr/share/freeswitch/sounds"
	for _, c := range []struct {
		name string
		want []string
	}{
		{"/tmp/a.wav", []string{"wav=/tmp/a.wav"}},
		{"/tmp//b/./../a.wav", []string{"wav=/tmp/a.wav"}},
		{"a.wav", []string{"wav=/run/freeswitch/a.wav"}},
		{"/tmp/a.WAV", []string{"=/tmp/a.WAV"}},
		{"/tmp/a", []string{"=/tmp/a"}},
		{"/tmp/a.b/c", []string{"=/tmp/a.b/c"}},
		{"", []string{"="}},
		{"{x=y}{z=w}/tmp/a.wav", []string{"wav=/tmp/a.wav"}},
		{"{x=y} {z=w}/tmp/a.wav", []string{"wav=/tmp/a.wav"}},
		{"{x=y", []string{"={x=y"}},
		{"wav:///tmp/a", []string{"wav=/tmp/a"}},
		{"/tmp/wav:///tmp/a", []string{"=/tmp/wav:///tmp/a"}},
		{"{x=y}shell_stream://true", []string{"shell shell_stream=true"}},
		{"/tmp/x true.shell_stream", []string{"shell shell_stream=/tmp/x true.shell_stream"}},
		{"tone_stream://%(1,1,1)", []string{"tone_stream=%(1,1,1)"}},
		{"tone_stream://path=/tmp/../etc/x", []string{"tone_stream=/etc/x"}},
		{"tts://flite|kal|hello", []string{"tts=flite|kal|hello"}},
		{"http://h/a.wav", []string{"fetch http=http://h/a.wav"}},
		{"http_cache://https://h/a", []string{"fetch http_cache=https://h/a"}},
		{"http://h/a.file", []string{"crash file"}},
		{"/tmp/a.http", []string{"fetch http=http:///tmp/a.http"}},
		{"file:///tmp/a.wav", []string{"file=/tmp/a.wav", "wav=/tmp/a.wav"}},
		{"file://localhost/tmp/%61.wav", []string{"file=localhost/tmp/%61.wav", "wav=/tmp/a.wav"}},
		{"file://h/tmp/a.wav", []string{"=h/tmp/a.wav"}},
		{"file:///tmp%2Fa.wav", []string{"=/tmp%2Fa.wav"}},
		{"/tmp/%2e%2e/a.wav%00.file", []string{"file=/tmp/%2e%2e/a.wav%00.file", "wav=/a.wav"}},
		{"/tmp/a.wav%0x.file", []string{"file=/tmp/a.wav%0x.file", "wav=/tmp/a.wav"}},
		{"file_string:///a.wav!b.wav", []string{"file_string=/a.wav!b.wav", "wav=/a.wav", "wav=" + sounds + "/b.wav"}},
		{"file_string://a'!'b.wav", []string{"file_string=a'!'b.wav", "wav=" + sounds + "/a!b.wav"}},
		{"/x/a%21http:'//'h/x.wav%21.file_string%00.file", []string{
			"file=/x/a%21http:'//'h/x.wav%21.file_string%00.file", "file_string=/x/a!http:'//'h/x.wav!.file_string",
			"=/x/a", "fetch http=http://h/x.wav", "crash file_string"}},
		{"/tmp/a.file", []string{"crash file"}},
		{"/tmp/a.file_string", []string{"crash file_string"}},
		{strings.Repeat("file_string://", 15) + "a.wav", []string{"crash file_string"}},
		{"/tmp/" + strings.Repeat("A", 500) + "://x", []string{"crash "}},
		{"file_string://{a", []string{"file_string={a", "crash file_string"}},
	} {
		got := spell(fileopen.Open(c.name, false))
		if strings.HasSuffix(c.want[len(c.want)-1], "crash file_string") || len(c.want) == 1 {
			got = endOf(got, len(c.want))
		}
		if !slices.Equal(got, c.want) && !(c.name == "" && len(got) == 1) {
			t.Errorf("%q opens %q, want %q", c.name, got, c.want)
		}
	}
}

// endOf removes all but the last of the equal steps before a crash from a list.
func endOf(list []string, n int) []string {
	last := len(list) - 1
	if last < n || !strings.HasPrefix(list[last], "crash ") {
		return list
	}
	return append(slices.Clone(list[:n-1]), list[last])
}

// spoolUUID matches the UUID in the name of a recording that is not complete.
var spoolUUID = regexp.MustCompile(`[0-9a-f-]{36}`)

// TestOpenWrite is the table of what names open for writing.
func TestOpenWrite(t *testing.T) {
	for _, c := range []struct {
		name string
		want []string
	}{
		{"/tmp/a.wav", []string{"wav=/tmp/a.wav"}},
		{"shell_stream://true", []string{"=shell_stream://true"}},
		{"http://h/a.wav", []string{"fetch http=http://h/a.wav"}},
		{"/tmp/a.http", []string{"crash http"}},
		{"/tmp/a.file", []string{"crash file"}},
		{"/tmp/%2e%2e/a.wav%00.file", []string{"file=/tmp/%2e%2e/a.wav%00.file", "wav=/a.wav"}},
		{"{spool_path=/s}/tmp/a.wav", []string{"wav=/s/UUID.wav", "shell wav=/bin/mv /s/UUID.wav /tmp/a.wav", "wav=/tmp/a.wav"}},
	} {
		got := spell(fileopen.Open(c.name, true))
		for i := range got {
			got[i] = spoolUUID.ReplaceAllString(got[i], "UUID")
		}
		if n := len(got); strings.HasPrefix(got[n-1], "crash ") {
			got = got[n-1:]
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%q opens %q, want %q", c.name, got, c.want)
		}
	}
}
